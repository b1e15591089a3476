internal import Events

/// Numbers as screens and reports write them, without a locale.
package enum NumberText {
  /// `9,651,204`
  package static func grouped(_ value: some BinaryInteger) -> String { value.grouped }

  /// `1 event`, `1,204 events`
  package static func counted(_ count: some BinaryInteger, _ noun: String) -> String {
    "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
  }

  /// At most five characters: `4,092`, `41.0k`, `238k`, `9.65M`.
  package static func short(_ value: UInt64) -> String {
    if value < 10_000 { return grouped(value) }
    var scaled = Double(value)
    for unit in ["k", "M", "G", "T", "P", "E"] {
      scaled /= 1000
      let digits = scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0
      // Ten thousand to a million with three digits at most: `41.0k`, `238k`.
      if scaled < 999.5 { return fixed(scaled, digits: digits) + unit }
    }
    return fixed(scaled, digits: 0) + "E"
  }

  /// A rate: `2.68k`, `312`, `44.0`, `0.1`, `0`.
  package static func rate(_ value: Double) -> String {
    guard value.isFinite, value > 0 else { return "0" }
    if value >= 10_000 { return short(UInt64(min(value, 1e18))) }
    if value >= 1000 { return fixed(value / 1000, digits: 2) + "k" }
    return fixed(value, digits: value < 99.95 ? 1 : 0)
  }

  /// A rate in a column, points below each other: `2680.0`, `312.0`, `0.1`; at most six characters.
  package static func tenths(_ value: Double) -> String {
    guard value.isFinite, value < 9999.95 else { return rate(value) }
    return fixed(value, digits: 1)
  }

  /// With so many digits behind the point.
  package static func fixed(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "-" : value < 0 ? "-max" : "max" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 9e15 else { return value < 0 ? "-max" : "max" }
    let whole = UInt64(scaled) / UInt64(scale)
    let sign = value < 0 && scaled > 0 ? "-" : ""
    if digits == 0 { return sign + String(whole) }
    let rest = String(UInt64(scaled) % UInt64(scale))
    return sign + String(whole) + "." + String(repeating: "0", count: digits - rest.count) + rest
  }

  /// What people would say: `0.2`, `3.1`, `37`, `1,204`.
  package static func plain(_ value: Double) -> String {
    guard value.isFinite else { return fixed(value, digits: 0) }
    if abs(value) >= 1000 {
      return (value < 0 ? "-" : "") + grouped(UInt64(min(abs(value), 1e18).rounded()))
    }
    if abs(value) >= 99.5 || value == value.rounded() { return fixed(value, digits: 0) }
    return fixed(value, digits: abs(value) < 0.095 ? 2 : 1)
  }

  /// How many times as much: `x2.2`, `x41`, `x999+`.
  package static func ratio(_ value: Double) -> String {
    if value > 999 { return "x999+" }
    return "x" + fixed(value, digits: value < 9.95 && value != value.rounded() ? 1 : 0)
  }

  /// `38.6%`
  package static func percent(_ share: Double, digits: Int = 1) -> String {
    fixed(share.isFinite ? share * 100 : 0, digits: digits) + "%"
  }

  /// A share that is only 100.0% or 0.0% when it is all or nothing.
  package static func percent(_ part: UInt64, of whole: UInt64, digits: Int = 1) -> String {
    guard whole > 0 else { return percent(1, digits: digits) }
    let text = percent(Double(part) / Double(whole), digits: digits)
    if part != whole, text == percent(1, digits: digits) {
      return part < whole ? "<" + text : ">" + text
    }
    if part > 0, text == percent(0, digits: digits) { return ">" + text }
    return text
  }

  /// `1.31 GiB`
  package static func bytes(_ count: UInt64) -> String {
    if count < 1024 { return "\(count) B" }
    var scaled = Double(count)
    for unit in ["KiB", "MiB", "GiB", "TiB", "PiB"] {
      scaled /= 1024
      if scaled < 1000 || unit == "PiB" {
        return fixed(scaled, digits: scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0) + " " + unit
      }
    }
    return "\(count) B"
  }

  /// A probability, by its power of ten where it is small: `0.03`, `2e-6`, `<1e-9`.
  package static func probability(_ value: Double) -> String {
    guard value.isFinite, value > 0, value >= 1e-9 else { return "<1e-9" }
    if value >= 0.01 { return fixed(min(value, 1), digits: 2) }
    var power = 0
    var mantissa = value
    while mantissa < 0.95 {
      mantissa *= 10
      power += 1
    }
    return "\(fixed(mantissa, digits: 0))e-\(power)"
  }
}
