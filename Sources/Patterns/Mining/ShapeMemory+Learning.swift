extension ShapeMemory {
  /// Remembers the message that the tokeniser has just cut.
  mutating func learn(
    _ tokenizer: borrowing Tokenizer, _ key: PartialKey, _ bytes: UnsafePointer<UInt8>,
    _ start: Int, _ messageEnd: Int
  ) {
    // SAFETY: steps lie within the message, in its order.
    var end = messageEnd
    while end > start, unsafe bytes[end &- 1] == 0x20 { end &-= 1 }
    guard restLeft == 0, tokenizer.isTraced, end > start, end - start <= Self.messageByteLimit
    else { return }
    guard nodeCount + tokenizer.stepCount < Self.nodeLimit,
      textCount + end - start + tokenizer.stepCount < Self.textLimit
    else {
      missCount += 1
      if missCount > Self.patience { removeAll() }
      return
    }
    let steps = unsafe tokenizer.steps
    // A word or mark is looked at again where the same chunk goes on with what is.
    var lookedAt = Int.max
    for index in stride(from: tokenizer.stepCount - 1, through: 0, by: -1) {
      let goesOn = unsafe lookedAt < Int(steps[index].chunkEnd)
      unsafe steps[index].isValue = steps[index].isValue || goesOn
      if unsafe steps[index].isValue { lookedAt = unsafe Int(steps[index].start) }
    }
    let bucket = unsafe Self.bucket(bytes, start, end)
    var parent: UInt16?
    var result: UInt64 = 0
    var position = start
    for index in 0..<tokenizer.stepCount where unsafe steps[index].isValue {
      let step = unsafe steps[index]
      guard Int(step.start) >= position,
        let node = unsafe enter(
          bytes, position, Int(step.start) - position, end, tokenizer.classes, bucket: bucket,
          parent: parent, result, step.operation, step.flags)
      else { return }
      parent = node
      result = step.result
      position = Int(step.end)
    }
    guard position <= end,
      let last = unsafe enter(
        bytes, position, end - position, end, tokenizer.classes, bucket: bucket, parent: parent,
        result, .end, [])
    else { return }
    if unsafe nodes[Int(last)].child == UInt16.max {
      unsafe keys.advanced(by: goalCount).initialize(to: key)
      unsafe leaves.advanced(by: goalCount).initialize(to: Leaf())
      unsafe nodes[Int(last)].child = UInt16(goalCount)
      goalCount += 1
    }
  }

  /// The node behind `parent` for a text and a step, made if there is none; nil where there are
  /// too many.
  private mutating func enter(
    _ message: UnsafePointer<UInt8>, _ position: Int, _ count: Int, _ end: Int,
    _ classes: UnsafePointer<UInt16>, bucket: Int, parent: UInt16?, _ result: UInt64,
    _ operation: ScanStep.Operation, _ flags: TokenFlags
  ) -> UInt16? {
    // SAFETY: numbers of nodes are below `nodeCount`; room was made sure of.
    let bytes = unsafe message + position
    let word = unsafe readWord(bytes, min(count, 8))
    let parentName =
      parent.map { unsafe nodes[Int($0)].textStart }
      ?? UInt32(truncatingIfNeeded: bucket) | Self.bucketBit
    let context = Self.context(parentName, result)
    var slot: Int?
    var index = parent.map { unsafe nodes[Int($0)].child } ?? (unsafe buckets[bucket])
    var siblings = 0
    var last: UInt16 = 0
    while true {
      if index == 0 {
        guard slot == nil, siblings >= Self.siblingLimit else { break }
        let chain = unsafe chain(message, position, end, classes, parentName)
        slot = chain
        siblings = 0
        last = 0
        index = unsafe chains[chain]
        continue
      }
      let node = unsafe nodes[Int(index)]
      if node.context == context, node.operation == operation, node.flags == flags,
        node.textCount == count, node.word == word,
        (8..<max(8, count)).allSatisfy({
          unsafe text[Int(node.textStart) + $0] == bytes[$0]
        })
      {
        return index
      }
      siblings += 1
      last = index
      index = node.sibling
    }
    guard slot == nil || siblings < Self.chainLimit else { return nil }
    let made = UInt16(nodeCount)
    unsafe (text + textCount).update(from: bytes, count: count)
    unsafe nodes.advanced(by: nodeCount).initialize(
      to: Node(
        context: context, word: word, textStart: UInt32(textCount), textCount: UInt16(count),
        child: operation == .end ? UInt16.max : 0, operation: operation, flags: flags))
    if last != 0 {
      unsafe nodes[Int(last)].sibling = made
    } else if let slot {
      unsafe chains[slot] = made
      hasChains = true
    } else if let parent {
      unsafe nodes[Int(parent)].child = made
    } else {
      unsafe buckets[bucket] = made
    }
    nodeCount += 1
    // No two nodes begin at one place, as it names them.
    textCount += max(count, 1)
    return made
  }
}
