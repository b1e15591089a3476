/// Keys of structured logs whose values are few and mean something each: a request that ended with
/// status 502 is another pattern than one with 200.
@safe
struct StateKeys: @unchecked Sendable {
  // SAFETY of `@unchecked`: written in `init` only, and never freed.
  private struct Name {
    var word0: UInt64 = 0
    var word1: UInt64 = 0
    var count = 0
  }

  static let shared = StateKeys()

  private static let names = [
    "status", "status_code", "statuscode", "http_status", "http.status", "code", "level",
    "severity",
    "method", "http_method", "verb", "error_code", "errorcode", "err_code", "errno", "error.code",
    "exit_code", "exitcode", "type", "event_type", "eventtype", "state", "result", "outcome",
    "action", "kind", "phase", "op", "operation", "signal", "reason", "error_type", "exception",
  ]
  private static let slotCount = 256

  private let slots: UnsafeMutablePointer<Name>

  private init() {
    unsafe slots = .allocate(capacity: Self.slotCount)
    unsafe slots.initialize(repeating: Name(), count: Self.slotCount)
    for text in Self.names {
      var name = Name()
      let folded = text.utf8.map { $0 | 0x20 }
      for (index, byte) in folded.enumerated() {
        if index < 8 {
          name.word0 |= UInt64(byte) << (index * 8)
        } else {
          name.word1 |= UInt64(byte) << ((index - 8) * 8)
        }
      }
      name.count = folded.count
      var slot = Self.slot(name.word0, name.count)
      // SAFETY: a slot is below `slotCount`, and most are empty.
      while unsafe slots[slot].count != 0 { slot = (slot + 1) % Self.slotCount }
      unsafe slots[slot] = name
    }
  }

  @inline(__always)
  private static func slot(_ word: UInt64, _ count: Int) -> Int {
    Int(
      truncatingIfNeeded: ((word ^ UInt64(truncatingIfNeeded: count)) &* 0x9FB2_1C65_1E98_DF25)
        &>> 56)
  }

  /// Whether the key at `start ..< end` is one of them; case does not count.
  @inline(__always)
  func contains(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
    let count = end &- start
    if count &- 2 > 14 || count < 2 { return false }
    let fold: UInt64 = 0x2020_2020_2020_2020
    let first = min(count, 8)
    let keep: UInt64 = first == 8 ? ~0 : (1 &<< UInt64(truncatingIfNeeded: first &* 8)) &- 1
    let word0 = unsafe (readWord(bytes + start, first) | fold) & keep
    var slot = Self.slot(word0, count)
    // SAFETY: as in `init`; up to 16 bytes of the key are read.
    while unsafe slots[slot].count != 0 {
      if unsafe slots[slot].word0 == word0, unsafe slots[slot].count == count {
        if count <= 8 { return true }
        let rest = count &- 8
        let keepRest: UInt64 =
          rest == 8 ? ~0 : (1 &<< UInt64(truncatingIfNeeded: rest &* 8)) &- 1
        let word1 = unsafe (readWord(bytes + start + 8, rest) | fold) & keepRest
        if unsafe word1 == slots[slot].word1 { return true }
      }
      slot = (slot &+ 1) & (Self.slotCount &- 1)
    }
    return false
  }
}
