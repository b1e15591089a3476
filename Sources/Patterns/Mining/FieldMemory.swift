internal import Events

/// The keys that followed each other in JSON and logfmt bodies, to find the states beside a message
/// without asking what each key is.
///
/// Reads flat bodies in their usual writing as `FieldCursor` does, and leaves all others to it: the
/// memory saves work and shows in no result.
@safe
struct FieldMemory: ~Copyable {
  /// A key as it is written, with what stands around it.
  private struct Node {
    var word0: UInt64 = 1
    var word1: UInt64 = 0
    /// Which bits of the words count; of none where the key is too long to be kept.
    var mask0: UInt64 = 0
    var mask1: UInt64 = 0
    var pathHash: UInt64 = 0
    var byteCount: Int32 = 0
    /// The keys that came behind it last.
    var next: UInt16 = 0
    var nextBut: UInt16 = 0
    var isState = false
  }

  private static let nodeCount = 512
  private static let textLimit = 16
  /// Places that a key may have.
  private static let probeLimit = 8
  /// Nodes that stand for the beginning of a body; 0 is one that never fits.
  private static let jsonStart = 1
  private static let logfmtStart = 2
  private static let firstKey = 3

  private let nodes: UnsafeMutablePointer<Node>
  /// By the shape of the message: the key behind it.
  private let behindMessage: UnsafeMutablePointer<UInt16>
  private let states = StateKeys.shared

  init() {
    unsafe nodes = .allocate(capacity: Self.nodeCount)
    unsafe nodes.initialize(repeating: Node(), count: Self.nodeCount)
    unsafe behindMessage = .allocate(capacity: ShapeMemory.nodeLimit)
    unsafe behindMessage.initialize(repeating: 0, count: ShapeMemory.nodeLimit)
  }

  deinit {
    unsafe nodes.deallocate()
    unsafe behindMessage.deallocate()
  }

  /// Adds the states beside a message, as `Tokenizer.scanFields` does.
  /// - Parameter shape: Number of the message's shape: what stands behind it is likely the same.
  /// - Returns: Whether the body was understood; else `key` is not to be used.
  mutating func addStates(
    of record: EventRecord, _ base: UnsafePointer<UInt8>, behind shape: Int,
    to key: inout PartialKey
  ) -> Bool {
    // SAFETY (all of the type): numbers of nodes are below `nodeCount`; positions are within the
    // body or its padding.
    let bytes = unsafe LineBytes(base)
    let isJSON = record.structure == .json
    var position = Int(record.bodyOffset)
    let end = position &+ Int(record.bodyCount)
    let messageStart = Int(record.messageOffset)
    let messageEnd = messageStart &+ Int(record.messageCount)
    var before = unsafe nodes + (isJSON ? Self.jsonStart : Self.logfmtStart)
    var isBehindMessage = false
    if isJSON {
      if position >= end || bytes[position] != ascii("{") { return false }
      position &+= 1
    }
    while position < end {
      if !isJSON, bytes[position] <= 0x20 || bytes[position] == ascii(",") {
        position &+= 1
        continue
      }
      // The key.
      let word0 = bytes.word(position)
      let word1 = bytes.word(position &+ 8)
      var node = unsafe nodes + Int(before.pointee.next)
      if isBehindMessage { unsafe node = nodes + Int(behindMessage[shape]) }
      if unsafe !Self.fits(node, word0, word1) {
        unsafe node = nodes + Int(before.pointee.nextBut)
        if unsafe !Self.fits(node, word0, word1) {
          let found = isJSON ? readKey(bytes, position, end) : readPairKey(bytes, position, end)
          if found == 0 { return false }
          unsafe node = nodes + found
          if isBehindMessage {
            unsafe behindMessage[shape] = UInt16(truncatingIfNeeded: found)
          } else {
            unsafe before.pointee.nextBut = before.pointee.next
            unsafe before.pointee.next = UInt16(truncatingIfNeeded: found)
          }
        }
      }
      unsafe before = node
      isBehindMessage = false
      position &+= unsafe Int(node.pointee.byteCount)
      if isJSON, bytes[position] == 0x20 { position &+= 1 }
      if position > end { return false }

      // The value.
      var valueStart = position
      var valueEnd = position
      var isState = unsafe node.pointee.isState
      let first = bytes[position]
      if first == ascii("\""), position < end {
        valueStart = position &+ 1
        if valueStart == messageStart, messageEnd > messageStart, bytes[messageEnd] == ascii("\"") {
          valueEnd = messageEnd
          isBehindMessage = true
        } else {
          var isEscaped = false
          valueEnd = closingQuote(bytes, valueStart, end, &isEscaped)
          if isEscaped { isState = false }
        }
        if valueEnd >= end { return false }
        position = valueEnd &+ 1
      } else if isJSON {
        if position >= end || !isScalarStart(first) { return false }
        valueEnd = scalarEnd(bytes, valueStart, end)
        if first == ascii("t") || first == ascii("f") || first == ascii("n") { isState = false }
        position = valueEnd
      } else {
        valueEnd = blankAt(bytes, valueStart, end)
        if isState, isTruth(bytes, valueStart, valueEnd) { isState = false }
        position = valueEnd
      }
      if isState, unsafe isStateValue(base, valueStart, valueEnd) {
        unsafe key.add(
          state: stateHash(bytes, valueStart, valueEnd),
          name: stateName(ofPath: node.pointee.pathHash))
      }
      if !isJSON { continue }
      if bytes[position] == ascii("}") { return position < end }
      if bytes[position] != ascii(",") { return false }
      position &+= 1
      if bytes[position] == 0x20 { position &+= 1 }
    }
    return !isJSON
  }

  @inline(__always)
  private static func fits(
    _ node: UnsafeMutablePointer<Node>, _ word0: UInt64, _ word1: UInt64
  ) -> Bool {
    unsafe word0 & node.pointee.mask0 == node.pointee.word0
      && word1 & node.pointee.mask1 == node.pointee.word1
  }

  /// The node of the key whose quote stands at `position`; 0 where there is none.
  @inline(never)
  private func readKey(_ bytes: LineBytes, _ position: Int, _ end: Int) -> Int {
    guard position < end, bytes[position] == ascii("\"") else { return 0 }
    var isEscaped = false
    let keyEnd = closingQuote(bytes, position &+ 1, end, &isEscaped)
    guard keyEnd &+ 1 < end, bytes[keyEnd &+ 1] == ascii(":") else { return 0 }
    return remember(bytes, position, keyEnd &+ 2, key: position &+ 1, keyEnd)
  }

  @inline(never)
  private func readPairKey(_ bytes: LineBytes, _ position: Int, _ end: Int) -> Int {
    let keyEnd = logfmtKeyEnd(bytes, position, end)
    guard keyEnd > position, keyEnd < end, bytes[keyEnd] == ascii("=") else { return 0 }
    return remember(bytes, position, keyEnd &+ 1, key: position, keyEnd)
  }

  private func remember(
    _ bytes: LineBytes, _ start: Int, _ end: Int, key keyStart: Int, _ keyEnd: Int
  ) -> Int {
    let count = end &- start
    var node = Node()
    node.pathHash = hashOfKey(bytes, 0, keyStart, keyEnd)
    node.byteCount = Int32(truncatingIfNeeded: count)
    node.isState = unsafe states.contains(bytes.base, keyStart, keyEnd)
    if count <= Self.textLimit {
      let bits0 = UInt64(truncatingIfNeeded: min(count, 8) &* 8)
      let bits1 = UInt64(truncatingIfNeeded: max(count &- 8, 0) &* 8)
      node.mask0 = bits0 == 64 ? ~0 : ~(~0 &<< bits0)
      node.mask1 = bits1 == 64 ? ~0 : ~(~0 &<< bits1)
      node.word0 = bytes.word(start) & node.mask0
      node.word1 = bytes.word(start &+ 8) & node.mask1
    }
    let places = UInt64(Self.nodeCount &- Self.firstKey &- Self.probeLimit)
    let first = Self.firstKey &+ Int(truncatingIfNeeded: (node.pathHash &>> 20) % places)
    var number = first
    for probe in first..<first &+ Self.probeLimit {
      if unsafe nodes[probe].pathHash == node.pathHash, unsafe nodes[probe].word0 == node.word0,
        unsafe nodes[probe].word1 == node.word1, unsafe nodes[probe].byteCount == node.byteCount
      {
        return probe
      }
      if unsafe nodes[probe].byteCount == 0 {
        number = probe
        break
      }
    }
    unsafe nodes[number] = node
    return number
  }
}

/// Whether a value without quotes in logfmt is true or false.
func isTruth(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Bool {
  let count = end &- start
  return (count == 4 && bytes.spells("true", at: start, end: end))
    || (count == 5 && bytes.spells("false", at: start, end: end))
}
