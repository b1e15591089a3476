internal import Events

extension PatternStore {
  /// Appends everything but the options, and changes that were not taken: there are none between
  /// two batches.
  func encode(into encoder: inout StateEncoder) {
    Self.encode(patterns, into: &encoder)
    for sketches in sketches { encoder.encode(sketches) }
    encoder.encode(sketchBoundary)
    encoder.encode(groups)
    encoder.encode(column: freeGroups)
    encoder.encode(liveCount)
    encoder.encode(byteCount)
    encoder.encode(spans)
    encoder.encode(other)
    encoder.encode(set: knownValues)
    encoder.encode(set: pinned)
    let parents = children.keys.sorted()
    encoder.encode(column: parents)
    for parent in parents { encoder.encode(column: children[parent]!) }
  }

  init(decoding decoder: inout StateDecoder, options: MinerOptions) throws(StateError) {
    self.init(options)
    patterns = try Self.decodePatterns(&decoder)
    sketches.reserveCapacity(patterns.count)
    for pattern in patterns {
      let slots: [SlotSketch] = try decoder.decode()
      guard slots.isEmpty || slots.count == pattern.slots.count else { throw .invalid("sketches") }
      sketches.append(slots)
      if !slots.isEmpty { sketchedCount += 1 }
    }
    sketchBoundary = try decoder.decode()
    groups = try decoder.decode()
    freeGroups = try decoder.decodeColumn()
    liveCount = try decoder.decode()
    byteCount = try decoder.decode()
    spans = try decoder.decode()
    other = try decoder.decode()
    for hash in try decoder.decodeSet(of: UInt64.self) { rememberValue(hash) }
    for id in try decoder.decodeSet(of: UInt32.self) { pinned.insert(id) }
    for parent in try decoder.decodeColumn(of: UInt32.self) {
      let list: [UInt32] = try decoder.decodeColumn()
      guard list.allSatisfy({ $0 < patterns.count }) else { throw .invalid("children") }
      children[parent] = list
      childCount += list.count
      for child in list { childByteCount += patterns[Int(child)].byteCount }
    }
    try checkNumbers()
    let free = Set(freeGroups)
    for (index, group) in groups.enumerated() where !free.contains(index) {
      groupOfSkeleton[group.skeleton] = index
    }
  }

  /// Throws where a number names a pattern or a group that is not there.
  private func checkNumbers() throws(StateError) {
    let patternCount = UInt32(patterns.count)
    for group in groups {
      let fits = group.members.allSatisfy {
        $0 < patternCount && patterns[Int($0)].slots.count == group.slotCount
      }
      guard fits, group.living.allSatisfy({ $0 < patternCount }) else { throw .invalid("group") }
    }
    guard freeGroups.allSatisfy(groups.indices.contains) else { throw .invalid("free groups") }
    for span in spans.spans {
      guard span.pattern < patternCount, span.slot >= 0, span.slotCount >= 1 else {
        throw .invalid("span")
      }
      let slots = patterns[Int(span.pattern)].slots
      guard slots.isEmpty || span.slot < slots.count else { throw .invalid("span") }
    }
    if let other, other >= patternCount { throw .invalid("other") }
  }
}

extension PatternStore {
  /// Columns over all patterns, and over all their slots: the same bits lie side by side.
  private static func encode(_ patterns: [Pattern], into encoder: inout StateEncoder) {
    encoder.encode(strings: patterns.map(\.text))
    encoder.encode(column: patterns.map { UInt32($0.messageByteCount) })
    encoder.encode(column: patterns.map(\.firstKey))
    encoder.encode(column: patterns.map(\.skeleton))
    encoder.encode(column: patterns.map(\.tailDelimiter))
    encoder.encode(column: patterns.map { UInt32($0.slots.count) })
    let slots = patterns.flatMap(\.slots)
    encoder.encode(column: slots.map(\.start))
    encoder.encode(column: slots.map(\.count))
    encoder.encode(column: slots.map(\.hash))
    encoder.encode(column: slots.map(\.kinds.rawValue))
    encoder.encode(column: slots.map(\.flags.rawValue))
    encoder.encode(column: slots.map(\.listMinimum))
    encoder.encode(column: slots.map(\.listMaximum))
    encoder.encode(column: slots.map(\.delimiter))
    encoder.encode(column: slots.map(\.extent.rawValue))
  }

  private static func decodePatterns(
    _ decoder: inout StateDecoder
  ) throws(StateError) -> [Pattern] {
    let texts = try decoder.decodeStrings()
    let messageCounts = try decoder.decodeColumn(of: UInt32.self, count: texts.count)
    let keys = try decoder.decodeColumn(of: UInt64.self, count: texts.count)
    let skeletons = try decoder.decodeColumn(of: UInt64.self, count: texts.count)
    let tails = try decoder.decodeColumn(of: UInt32.self, count: texts.count)
    let slotCounts = try decoder.decodeColumn(of: UInt32.self, count: texts.count)
    let slots = try decodeSlots(&decoder)
    guard slotCounts.reduce(0, { $0 + Int($1) }) == slots.count else { throw .invalid("slots") }
    var patterns: [Pattern] = []
    patterns.reserveCapacity(texts.count)
    var start = 0
    for index in texts.indices {
      var pattern = Pattern(firstKey: keys[index], skeleton: skeletons[index])
      pattern.text = texts[index]
      pattern.messageByteCount = Int(messageCounts[index])
      pattern.tailDelimiter = tails[index]
      pattern.slots = Array(slots[start..<start + Int(slotCounts[index])])
      start += Int(slotCounts[index])
      guard pattern.isWhole else { throw .invalid("pattern") }
      patterns.append(pattern)
    }
    return patterns
  }

  private static func decodeSlots(
    _ decoder: inout StateDecoder
  ) throws(StateError) -> [Pattern.Slot] {
    let starts = try decoder.decodeColumn(of: UInt32.self)
    let counts = try decoder.decodeColumn(of: UInt32.self, count: starts.count)
    let hashes = try decoder.decodeColumn(of: UInt64.self, count: starts.count)
    let kinds = try decoder.decodeColumn(of: UInt32.self, count: starts.count)
    let flags = try decoder.decodeColumn(of: UInt8.self, count: starts.count)
    let minima = try decoder.decodeColumn(of: UInt16.self, count: starts.count)
    let maxima = try decoder.decodeColumn(of: UInt16.self, count: starts.count)
    let delimiters = try decoder.decodeColumn(of: UInt32.self, count: starts.count)
    let extents = try decoder.decodeColumn(of: UInt8.self, count: starts.count)
    var slots: [Pattern.Slot] = []
    slots.reserveCapacity(starts.count)
    for index in starts.indices {
      guard let extent = Pattern.Slot.Extent(rawValue: extents[index]) else {
        throw .invalid("extent")
      }
      slots.append(
        Pattern.Slot(
          start: starts[index], count: counts[index], hash: hashes[index],
          kinds: KindSet(rawValue: kinds[index]), flags: TokenFlags(rawValue: flags[index]),
          listMinimum: minima[index], listMaximum: maxima[index], delimiter: delimiters[index],
          extent: extent))
    }
    return slots
  }
}

extension Pattern {
  /// Whether the slots lie in the text, one behind the other.
  fileprivate var isWhole: Bool {
    // Of one that was retired the text is gone.
    guard text.isEmpty && slots.isEmpty || messageByteCount <= text.count else { return false }
    var end = 0
    for slot in slots {
      guard slot.range.lowerBound >= end, slot.range.upperBound <= text.count else { return false }
      if slot.flags.contains(.field), slot.start == 0 { return false }
      end = slot.range.upperBound
    }
    return true
  }
}
