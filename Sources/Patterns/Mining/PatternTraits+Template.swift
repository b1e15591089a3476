internal import Events

extension Pattern {
  /// What the words of the template say.
  var traits: PatternTraits {
    var traits: PatternTraits = []
    var words = 0
    var hasStatus = false
    var grave = GraveWords()
    for (index, slot) in slots.enumerated() {
      if slot.isVariable {
        let kinds = slot.kinds.subtracting(.empty)
        if kinds.isEmpty { continue }
        if kinds.isSubset(of: [KindSet(.duration), .sizes, KindSet(.percent)])
          || (kinds.isSubset(of: .numbers) && hasMeasureName(index))
        {
          traits.insert(.hasMeasure)
        }
        if !kinds.isDisjoint(with: Self.identifying) { traits.insert(.hasIdentifier) }
      } else {
        words += 1
        if FailureWords.isFailure(text[slot.range]) { traits.insert(.hasFailureWord) }
        if RequestWords.isMethod(text[slot.range]) { traits.insert(.isRequest) }
        if RequestWords.isFailure(text[slot.range]) { hasStatus = true }
        grave.note(text[slot.range])
      }
    }
    if hasStatus, traits.contains(.isRequest) { traits.insert(.isFailedRequest) }
    if grave.isGrave { traits.insert(.isGrave) }
    if words == 0 { traits.insert(.hasNoWords) }
    return traits
  }

  private static let identifying: KindSet = [
    KindSet(.uuid), KindSet(.hex), KindSet(.identifier),
  ]

  /// Whether the key or word before a number, or a unit behind it, makes it a measure.
  private func hasMeasureName(_ index: Int) -> Bool {
    if text[slots[index].range].contains(UInt8(ascii: ".")) { return true }
    if index > 0, !slots[index - 1].isVariable,
      MeasureWords.isMeasure(text[slots[index - 1].range])
    {
      return true
    }
    return index + 1 < slots.count && !slots[index + 1].isVariable
      && MeasureWords.isUnit(text[slots[index + 1].range])
  }
}

/// Words that name a failure, looked for as parts of words: `IOException`, `timed_out`, `ERROR`.
enum FailureWords {
  /// By their first letter.
  private static let stems: [UInt8: [[UInt8]]] = Dictionary(
    grouping: [
      "error", "fail", "exception", "timeout", "timedout", "refus", "denied", "panic", "kill",
      "corrupt", "abort", "crash", "fatal", "unable", "cannot", "invalid", "unreachable",
      "unavailable", "reject", "lost", "dead", "broken", "expired", "overflow", "exhaust",
      "segfault",
      "unexpected", "violation", "conflict", "missing", "traceback",
    ].map { Array($0.utf8) }
  ) { $0[0] }

  static func isFailure(_ word: ArraySlice<UInt8>) -> Bool {
    let lowered = word.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    return lowered.indices.contains { start in
      stems[lowered[start]]?.contains { lowered[start...].starts(with: $0) } == true
    }
  }
}

/// The methods of HTTP, which nobody else writes in capitals.
enum RequestWords {
  private static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    .map { Array($0.utf8) }

  static func isMethod(_ word: ArraySlice<UInt8>) -> Bool {
    let bare = word.drop { $0 == UInt8(ascii: "\"") }
    return methods.contains { $0.elementsEqual(bare) }
  }

  /// A status of 500 or more.
  static func isFailure(_ word: ArraySlice<UInt8>) -> Bool {
    word.count == 3 && word.first == UInt8(ascii: "5")
      && word.allSatisfy { (0x30...0x39).contains($0) }
  }
}

/// Words of what a program does not survive.
struct GraveWords {
  private static let stems = ["panic", "segfault", "oom-kill", "oom_kill"].map { Array($0.utf8) }
  private static let memory = Array("memory".utf8)
  private static let out = Array("out".utf8)
  private static let kill = Array("kill".utf8)

  private var hasStem = false
  private var hasMemory = false
  private var hasOut = false
  private var hasKill = false

  /// A word alone, or "out of memory" with somebody killed.
  var isGrave: Bool { hasStem || (hasMemory && hasOut && hasKill) }

  mutating func note(_ word: ArraySlice<UInt8>) {
    let lowered = word.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    if Self.stems.contains(where: lowered.starts) { hasStem = true }
    if lowered.starts(with: Self.memory) { hasMemory = true }
    if lowered == Self.out { hasOut = true }
    if lowered.starts(with: Self.kill) { hasKill = true }
  }
}

/// Words that make the number beside them a measure.
enum MeasureWords {
  private static let names: Set<String> = [
    "took", "rt", "urt", "time", "bytes", "size", "len", "length", "latency", "elapsed",
    "duration", "dur", "wait", "delay", "rate", "usage", "used", "free",
  ]
  private static let endings = [
    "_ms", "_us", "_ns", "_s", "_seconds", "_bytes", "_kb", "_mb", "Ms",
  ]
  private static let units: Set<String> = [
    "ms", "us", "ns", "s", "sec", "seconds", "bytes", "B", "KB", "MB", "GB", "kB", "milliseconds",
  ]

  static func isMeasure(_ word: ArraySlice<UInt8>) -> Bool {
    let text = String(decoding: word, as: UTF8.self)
    return names.contains(text.lowercased()) || endings.contains { text.hasSuffix($0) }
  }

  static func isUnit(_ word: ArraySlice<UInt8>) -> Bool {
    units.contains(String(decoding: word, as: UTF8.self))
  }
}
