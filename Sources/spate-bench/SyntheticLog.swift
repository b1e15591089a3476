/// Log lines of several services in several formats; the same lines for the same seed.
///
/// Rates, formats and values vary as they do where many services write into one place; about one
/// line in sixty belongs to a stack trace.
struct SyntheticLog {
  private var random: SplitMix
  /// Seconds since 1970, moving on by a few events a second.
  private var microseconds: Int64 = 1_795_339_847_000_000
  private var bytes: [UInt8] = []
  private var lineCount = 0

  init(seed: UInt64) { random = SplitMix(state: seed) }

  mutating func lines(_ count: Int) -> [UInt8] {
    bytes.reserveCapacity(count * 140)
    while lineCount < count {
      microseconds += Int64(random.below(30_000))
      switch random.below(100) {
      case 0..<25: access()
      case 25..<47: json()
      case 47..<63: logfmt()
      case 63..<75: syslog()
      case 75..<90: java()
      default: glog()
      }
    }
    return bytes
  }

  private mutating func put(_ line: String) {
    bytes += line.utf8
    bytes.append(UInt8(ascii: "\n"))
    lineCount += 1
  }

  // MARK: Formats

  private mutating func access() {
    let clock = Clock(microseconds)
    put(
      "\(address()) - - [\(clock.httpDate)] \"\(pick(Self.verbs)) \(fill(pick(Self.paths))) HTTP/1.1\""
        + " \(pick(Self.statuses)) \(random.below(20_000)) \"-\" \"\(pick(Self.agents))\""
        + " rt=0.\(random.below(900) + 100)")
  }

  private mutating func json() {
    let (level, message) = pick(Self.messages)
    put(
      "{\"ts\":\"\(Clock(microseconds).iso)Z\",\"level\":\"\(level)\",\"service\":\"\(pick(Self.services))\","
        + "\"msg\":\"\(fill(message))\",\"trace_id\":\"\(hex(32))\",\"duration_ms\":\(random.below(900)).\(random.below(10))}"
    )
  }

  private mutating func logfmt() {
    let (level, message) = pick(Self.messages)
    put(
      "ts=\(Clock(microseconds).iso)Z level=\(level) service=\(pick(Self.services)) msg=\"\(fill(message))\""
        + " user=u\(random.below(4000)) dur_ms=\(random.below(900)).\(random.below(10))")
  }

  private mutating func syslog() {
    let (program, message) = pick(Self.daemons)
    put(
      "\(Clock(microseconds).syslog) web-\(random.below(12)) \(program)[\(random.below(30_000) + 1)]: \(fill(message))"
    )
  }

  private mutating func java() {
    let (level, message) = pick(Self.messages)
    let text = level.uppercased().padded(to: 5)
    put(
      "\(Clock(microseconds).plain) \(text) [exec-\(random.below(16))] org.example.\(pick(Self.services)).Handler - \(fill(message))"
    )
    guard level == "error", random.below(6) == 0 else { return }
    put("java.lang.IllegalStateException: \(fill(message))")
    for _ in 0..<(3 + random.below(6)) {
      put(
        "\tat org.example.\(pick(Self.services)).Handler.run(Handler.java:\(random.below(400) + 1))"
      )
    }
  }

  private mutating func glog() {
    let (level, message) = pick(Self.messages)
    let letter = level == "error" ? "E" : level == "warn" ? "W" : "I"
    put(
      "\(letter)\(Clock(microseconds).glog) \(random.below(9000) + 1000) \(pick(Self.services)).go:\(random.below(400) + 1)] \(fill(message))"
    )
  }

  // MARK: Values

  private mutating func pick<Value>(_ values: [Value]) -> Value {
    // Low indices are common, high ones rare, as with real messages.
    let a = random.below(values.count)
    let b = random.below(values.count)
    return values[min(a, b)]
  }

  private mutating func hex(_ count: Int) -> String {
    var text = ""
    while text.count < count { text += String(random.next() | 1 << 63, radix: 16) }
    return String(text.prefix(count))
  }

  private mutating func address() -> String {
    "203.0.113.\(random.below(255))"
  }

  /// Replaces `#n` by a number, `#h` hexadecimal, `#i` an address, `#u` a UUID, `#d` a duration.
  private mutating func fill(_ template: String) -> String {
    var result = ""
    var rest = template[...]
    while let mark = rest.firstIndex(of: "#") {
      result += rest[..<mark]
      let kind = rest[rest.index(after: mark)]
      switch kind {
      case "n": result += "\(random.below(100_000))"
      case "h": result += hex(12)
      case "i": result += "\(address()):\(random.below(60_000) + 1024)"
      case "u": result += "\(hex(8))-\(hex(4))-\(hex(4))-\(hex(4))-\(hex(12))"
      default: result += "\(random.below(2000)).\(random.below(10))ms"
      }
      rest = rest[rest.index(mark, offsetBy: 2)...]
    }
    return result + rest
  }
}

/// SplitMix64.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
