/// Messages that were seen before, as paths through a tree: the bytes that they share, and between
/// them what the tokeniser looked at.
///
/// A message that goes a known path to its end has the tokens of the message that made it, so its
/// key is known without cutting it. Between two steps the tokeniser's state depends on the bytes and
/// on the results of the steps alone; a path holds both. A path that cannot promise this is never
/// made, so the memory saves work and shows in no result.
@safe
struct ShapeMemory: ~Copyable {
  /// One step behind the bytes that lead to it. 32 bytes, since a look-up sees many of them.
  struct Node {
    /// Of what leads here and what the step before must have found: see `context`.
    var context: UInt64
    /// The first eight of the bytes in between.
    var word: UInt64
    /// Where the bytes are kept, all of them; also names the node, as no other has them there.
    var textStart: UInt32
    var hits: UInt32 = 0
    var textCount: UInt16
    /// Behind a last step the number of a goal.
    var child: UInt16 = 0
    var sibling: UInt16 = 0
    var operation: ScanStep.Operation
    var flags: TokenFlags
  }

  static let nodeLimit = 16_384
  static let textLimit = 1 << 19
  /// Ways to go on behind one step that are tried in turn; more are found by their words.
  static let siblingLimit = 8
  /// Ways with the same words that are tried in turn.
  static let chainLimit = 32
  static let messageByteLimit = 1024
  /// Steps of one look-up, wrong ways included.
  static let stepLimit = 64
  /// Messages without a path after which a full memory starts anew.
  static let patience = 1 << 16
  private static let bucketCount = 512
  private static let chainCount = 4096
  static let bucketBit: UInt32 = 1 << 31
  /// Look-ups over which it is judged whether the memory is worth its while.
  private static let trialCount = 1 << 14
  /// Messages that are not looked up where it was not.
  private static let restCount = 1 << 18

  /// The pattern of messages of a path that have no fields, as long as the table is as it was.
  struct Leaf {
    var pattern: UInt32 = 0
    var version: UInt32 = 0
  }

  /// Where a look-up may go on if the way that it took ends.
  private struct Fork {
    var context: UInt64
    var position: Int
    var parent: UInt32
    var sibling: UInt16
    var isChained: Bool
  }

  let nodes: UnsafeMutablePointer<Node>
  private let forks: UnsafeMutablePointer<Fork>
  /// Masks of as many of a word's first bytes as the index says, of eight at most.
  private let firstBytes: UnsafeMutablePointer<UInt64>
  let text: UnsafeMutablePointer<UInt8>
  /// First nodes by the word that a message begins with; node 0 is none.
  let buckets: UnsafeMutablePointer<UInt16>
  /// First nodes by what leads to them and the words there, where there are many ways to go on.
  let chains: UnsafeMutablePointer<UInt16>
  /// By goal: the key of the message's tokens, and its pattern.
  let keys: UnsafeMutablePointer<PartialKey>
  let leaves: UnsafeMutablePointer<Leaf>
  var nodeCount = 1
  var textCount = 0
  var goalCount = 0
  var missCount = 0
  /// Whether any node stands in `chains`.
  var hasChains = false
  private var lookUpCount = 0
  private var lookUpMissCount = 0
  /// Messages still to be let pass.
  var restLeft = 0

  init() {
    unsafe nodes = .allocate(capacity: Self.nodeLimit)
    unsafe forks = .allocate(capacity: Self.stepLimit)
    unsafe firstBytes = .allocate(capacity: 9)
    for count in 0...8 {
      let mask: UInt64 = count == 8 ? ~0 : (1 << UInt64(count * 8)) - 1
      unsafe (firstBytes + count).initialize(to: mask)
    }
    unsafe text = .allocate(capacity: Self.textLimit)
    unsafe buckets = .allocate(capacity: Self.bucketCount)
    unsafe buckets.initialize(repeating: 0, count: Self.bucketCount)
    unsafe chains = .allocate(capacity: Self.chainCount)
    unsafe chains.initialize(repeating: 0, count: Self.chainCount)
    unsafe keys = .allocate(capacity: Self.nodeLimit)
    unsafe leaves = .allocate(capacity: Self.nodeLimit)
  }

  deinit {
    unsafe nodes.deallocate()
    unsafe forks.deallocate()
    unsafe firstBytes.deallocate()
    unsafe text.deallocate()
    unsafe buckets.deallocate()
    unsafe chains.deallocate()
    unsafe keys.deallocate()
    unsafe leaves.deallocate()
  }

  mutating func removeAll() {
    nodeCount = 1
    textCount = 0
    goalCount = 0
    missCount = 0
    hasChains = false
    unsafe buckets.update(repeating: 0, count: Self.bucketCount)
    unsafe chains.update(repeating: 0, count: Self.chainCount)
  }

  /// Where messages hardly ever return, the memory costs more than it saves: it rests for a while,
  /// then is tried again.
  @inline(never)
  private mutating func judge() {
    if lookUpMissCount > Self.trialCount / 4 * 3, nodeCount > Self.nodeLimit / 2 {
      restLeft = Self.restCount
      removeAll()
    }
    lookUpCount = 0
    lookUpMissCount = 0
  }

  /// The key of the message's tokens, where `find` found a path.
  @inline(__always)
  func key(_ goal: Int) -> PartialKey { unsafe keys[goal] }

  /// The pattern of a message of such a path that has no fields, before all merges, as it was when
  /// the table had `version`; nil where it is to be looked up.
  @inline(__always)
  func leaf(_ goal: Int, version: UInt32) -> UInt32? {
    // SAFETY: `goal` is one that `find` gave.
    let known = unsafe leaves[goal]
    return known.version == version ? known.pattern : nil
  }

  /// Remembers the pattern of messages of a path.
  func setLeaf(_ goal: Int, _ pattern: UInt32, version: UInt32) {
    // SAFETY: `goal` is one that `find` gave.
    unsafe leaves[goal] = Leaf(pattern: pattern, version: version)
  }

  // MARK: Look-up

  /// The number of the path that the message goes; -1 where none is known.
  @inline(__always)
  mutating func find(
    _ bytes: UnsafePointer<UInt8>, _ start: Int, _ messageEnd: Int,
    _ classes: UnsafePointer<UInt16>
  ) -> Int {
    if restLeft > 0 {
      restLeft &-= 1
      return -1
    }
    let found = unsafe walk(bytes, start, messageEnd, classes)
    lookUpCount &+= 1
    if found < 0 { lookUpMissCount &+= 1 }
    if lookUpCount == Self.trialCount { judge() }
    return found
  }

  @inline(never)
  private func walk(
    _ bytes: UnsafePointer<UInt8>, _ start: Int, _ messageEnd: Int,
    _ classes: UnsafePointer<UInt16>
  ) -> Int {
    var end = messageEnd
    while end > start, unsafe bytes[end &- 1] == 0x20 { end &-= 1 }
    if end == start || end &- start > Self.messageByteLimit { return -1 }
    let bucket = unsafe Self.bucket(bytes, start, end)
    var walk = unsafe ShapeWalk(bytes: bytes, end: end, classes: classes)
    // SAFETY: links are 0 or numbers of nodes; words are read within the message and its padding;
    // of forks there are at most as many as steps.
    var index = unsafe buckets[bucket]
    var parent = UInt32(truncatingIfNeeded: bucket) | Self.bucketBit
    var context = Self.context(parent, 0)
    var position = start
    var word = unsafe readWord(bytes + position, 8)
    var before: UInt16 = 0
    var forkCount = 0
    var stepsLeft = Self.stepLimit
    var isChained = !hasChains
    while true {
      if index == 0, !isChained {
        isChained = true
        index = unsafe chains[chain(bytes, position, end, classes, parent)]
        before = 0
        if index != 0 { continue }
      }
      if index == 0 {
        // The way ends here: back to where there was another.
        if forkCount == 0 { return -1 }
        forkCount &-= 1
        let fork = unsafe forks[forkCount]
        index = fork.sibling
        position = fork.position
        context = fork.context
        parent = fork.parent
        isChained = fork.isChained
        word = unsafe readWord(bytes + position, 8)
        before = 0
        continue
      }
      let node = unsafe nodes + Int(index)
      let sibling = unsafe node.pointee.sibling
      let count = unsafe Int(node.pointee.textCount)
      // One branch, as which of them differs cannot be foretold.
      let difference = unsafe (word ^ node.pointee.word) & firstBytes[min(count, 8)]
      if unsafe difference | (context ^ node.pointee.context) != 0
        || !hasText(node, count, position, walk)
      {
        before = index
        index = sibling
        continue
      }
      let child = unsafe node.pointee.child
      let operation = unsafe node.pointee.operation
      var next = position &+ count
      if operation == .end, next != end {
        before = index
        index = sibling
        continue
      }
      let flags = unsafe node.pointee.flags
      let name = unsafe node.pointee.textStart
      // What is frequent comes to stand in front.
      unsafe node.pointee.hits &+= 1
      if before != 0, unsafe nodes[Int(before)].hits < node.pointee.hits { exchange(before, index) }
      if operation == .end { return Int(child) }
      stepsLeft &-= 1
      if stepsLeft < 0 { return -1 }
      if sibling != 0 || !isChained {
        unsafe forks[forkCount] = Fork(
          context: context, position: position, parent: parent, sibling: sibling,
          isChained: isChained)
        forkCount &+= 1
      }
      let result = walk.look(operation, flags, &next)
      position = next
      word = unsafe readWord(bytes + position, 8)
      before = 0
      parent = name
      context = Self.context(name, result)
      isChained = result == 0 || !hasChains
      index = result == 0 ? 0 : child
    }
  }

  /// What a node is told apart by beside its text: the node or bucket that leads to it, and what
  /// the step there found.
  @inline(__always)
  static func context(_ parent: UInt32, _ result: UInt64) -> UInt64 {
    result ^ UInt64(parent) &* 0x9FB2_1C65_1E98_DF25
  }

  /// Whether the whole text of a node, of which the first word fits, stands at `position`.
  @inline(__always)
  private func hasText(
    _ node: UnsafeMutablePointer<Node>, _ count: Int, _ position: Int, _ walk: ShapeWalk
  ) -> Bool {
    // SAFETY: the text of a node lies within `text`.
    if position &+ count > walk.end { return false }
    if count <= 8 { return true }
    let expected = unsafe text + Int(node.pointee.textStart)
    let found = unsafe walk.bytes + position
    // The last eight, which may overlap what was compared before, then what lies between.
    let last = count &- 8
    if unsafe readWord(expected + last, 8) != readWord(found + last, 8) { return false }
    var i = 8
    while i < last {
      if unsafe readWord(expected + i, 8) != readWord(found + i, 8) { return false }
      i &+= 8
    }
    return true
  }

  /// Brings what is frequent to the front.
  @inline(never)
  private func exchange(_ one: UInt16, _ other: UInt16) {
    // SAFETY: both are numbers of nodes.
    let siblings = unsafe (nodes[Int(one)].sibling, nodes[Int(other)].sibling)
    let kept = unsafe nodes[Int(one)]
    unsafe nodes[Int(one)] = nodes[Int(other)]
    unsafe nodes[Int(other)] = kept
    unsafe nodes[Int(one)].sibling = siblings.0
    unsafe nodes[Int(other)].sibling = siblings.1
  }

  /// Where the ways behind `parent` are, where they are many, by the words that come next.
  @inline(never)
  func chain(
    _ bytes: UnsafePointer<UInt8>, _ position: Int, _ end: Int, _ classes: UnsafePointer<UInt16>,
    _ parent: UInt32
  ) -> Int {
    // SAFETY: positions are within the message or its padding.
    let words = TokenClass.plain.rawValue | TokenClass.space.rawValue
    let limit = min(end, position &+ 24)
    var i = position
    var whole = position
    while i < limit {
      let class_ = unsafe classes[Int(bytes[i])]
      let isLabel = unsafe bytes[i] == UInt8(ascii: ":") && bytes[i &+ 1] == 0x20
      if class_ & words == 0, !isLabel { break }
      i &+= 1
      if class_ & TokenClass.space.rawValue != 0 || isLabel { whole = i }
    }
    // Part of a word may be the beginning of a value.
    if i < end,
      unsafe i == limit || classes[Int(bytes[i])] & TokenClass.delimiter.rawValue == 0
    {
      i = whole
    }
    var hash = UInt64(parent) &* 0x9FB2_1C65_1E98_DF25
    var at = position
    while at < i {
      hash = unsafe (hash ^ readWord(bytes + at, min(8, i &- at))) &* 0x9FB2_1C65_1E98_DF25
      hash ^= hash &>> 29
      at &+= 8
    }
    return Int(truncatingIfNeeded: (hash &* 0x9FB2_1C65_1E98_DF25) &>> 52)
  }

  /// Where the paths of a message are: by the letters that it begins with, or its first byte.
  @inline(__always)
  static func bucket(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
    let word = unsafe readWord(bytes + start, 8)
    let lower = word | 0x2020_2020_2020_2020
    let low = lower & 0x7F7F_7F7F_7F7F_7F7F
    // High bits: at least `a`, above `z`.
    let letters =
      (low &+ 0x1F1F_1F1F_1F1F_1F1F) & ~(low &+ 0x0505_0505_0505_0505) & ~lower
    let others = ~letters & 0x8080_8080_8080_8080
    var count = others == 0 ? 8 : others.trailingZeroBitCount &>> 3
    count = min(count, end &- start)
    var key = unsafe isDigit(bytes[start]) ? 0x30 : UInt64(bytes[start])
    if count > 0 { key = count == 8 ? word : word & ((1 &<< UInt64(count &* 8)) &- 1) }
    return Int(truncatingIfNeeded: (key &* 0x9FB2_1C65_1E98_DF25) &>> 55)
  }
}
