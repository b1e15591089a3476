/// One mined pattern: the first message that it came from, and which parts of it vary.
struct Pattern {
  /// The first message, and behind it ` key=value` for each field that counts.
  var text: [UInt8]
  var slots: [Slot]
  /// How much of `text` is the message's.
  var messageByteCount: Int
  /// Key of the first message: the pattern's name for all time.
  var firstKey: UInt64
  var skeleton: UInt64
  /// Hash of the delimiters behind the last slot.
  var tailDelimiter: UInt32 = 0

  /// One token of the pattern.
  struct Slot {
    var start: UInt32
    var count: UInt32
    /// The word's hash; `Token.variableHash` for a variable.
    var hash: UInt64
    /// Every kind of value seen; empty for a word that never varied.
    var kinds: KindSet
    var flags: TokenFlags
    /// Fewest and most values that it held at once.
    var listMinimum: UInt16
    var listMaximum: UInt16
    /// Hash of the delimiters before it.
    var delimiter: UInt32
    var extent = Extent.one

    /// How many words a slot may hold.
    enum Extent: UInt8 {
      case one
      /// Any number of words with spaces between.
      case several
      /// Part of the `several` before it.
      case continued
    }

    var isVariable: Bool { hash == Token.variableHash }
    var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
  }

  init(firstKey: UInt64, skeleton: UInt64) {
    text = []
    slots = []
    messageByteCount = 0
    self.firstKey = firstKey
    self.skeleton = skeleton
  }

  /// Bytes of a first message that are kept; longer messages lose their tail.
  static let textByteLimit = 8192

  /// The positions below 64 that vary, as bits.
  var variableMask: UInt64 {
    var mask: UInt64 = 0
    for (index, slot) in slots.prefix(64).enumerated() where slot.isVariable {
      mask |= 1 << UInt64(index)
    }
    return mask
  }

  /// Sum of the slots' terms, as in `MessageKey.words`.
  var words: UInt64 {
    var sum: UInt64 = 0
    for (index, slot) in slots.enumerated() { sum &+= MessageKey.term(slot.hash, at: index) }
    return sum
  }

  /// The word at a position; empty where it varies.
  func literal(_ index: Int) -> ArraySlice<UInt8> {
    slots[index].isVariable ? [] : text[slots[index].range]
  }

  /// The text of a slot in the first message.
  func word(_ index: Int) -> ArraySlice<UInt8> { text[slots[index].range] }
}

extension Pattern {
  /// The template as people read it: `order <num> created for user <*>`.
  /// - Parameter showsLevel: Even a field that says how severe the event is.
  func template(showsLevel: Bool = false) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var position = 0
    for (index, slot) in slots.enumerated() {
      if slot.extent == .continued {
        position = slot.range.upperBound
        continue
      }
      if !showsLevel, isLevel(index) {
        let keyStart = Int(slot.start) - 1 - fieldName(ofSlot: index).count
        result.append(contentsOf: text[position..<max(position, keyStart - 1)])
        position = slot.range.upperBound
        continue
      }
      result.append(contentsOf: text[position..<Int(slot.start)])
      if slot.isVariable {
        append(variable: slot, to: &result)
      } else {
        result.append(contentsOf: text[slot.range])
      }
      position = slot.range.upperBound
    }
    result.append(contentsOf: text[position...])
    // A level that is not shown may have stood first.
    if result.first == 0x20, text.first != 0x20 { result.removeFirst() }
    return String(decoding: result, as: UTF8.self)
  }

  /// Whether a slot is a field that only says how severe the event is, which is known otherwise:
  /// it tells patterns apart, and need not be read in each of them.
  func isLevel(_ index: Int) -> Bool {
    let slot = slots[index]
    guard slot.flags.contains(.field), !slot.isVariable, slots.count > 1 else { return false }
    let name = fieldName(ofSlot: index)
    return Self.levelNames.contains { $0.elementsEqual(name) }
  }

  private static let levelNames = ["level", "severity"].map { Array($0.utf8) }

  /// The key of a field.
  func fieldName(ofSlot index: Int) -> ArraySlice<UInt8> {
    let end = Int(slots[index].start) - 1
    let start = text[..<end].lastIndex(of: 0x20).map { $0 + 1 } ?? 0
    return text[start..<end]
  }

  private func append(variable slot: Slot, to result: inout [UInt8]) {
    let name = slot.kinds.name
    guard !name.isEmpty else { return }
    if slot.kinds.isOneSpacedSize, slot.listMaximum == 1, slot.extent == .one,
      let space = text[slot.range].firstIndex(of: 0x20)
    {
      // `<num> MB`: the unit belongs to the text.
      result.append(contentsOf: "<num>".utf8)
      result.append(contentsOf: text[space..<slot.range.upperBound])
      return
    }
    let placeholder = Array("<\(name)>".utf8)
    result.append(contentsOf: placeholder)
    guard slot.listMinimum == slot.listMaximum, slot.listMinimum > 1 else { return }
    // A list that always has as many values shows them all, with its own separators.
    let separator: String =
      text[slot.range].contains(UInt8(ascii: ","))
      ? (text[slot.range].contains(0x20) ? ", " : ",") : " "
    for _ in 1..<min(slot.listMinimum, 16) {
      result.append(contentsOf: separator.utf8)
      result.append(contentsOf: placeholder)
    }
  }
}
