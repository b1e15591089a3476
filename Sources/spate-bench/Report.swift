/// The best of a stage's runs, as people and programs read it.
struct Row {
  let stage: Stage
  let measurement: Measurement

  private var nanosecondsPerUnit: Double {
    Double(measurement.nanoseconds) / Double(max(measurement.count, 1))
  }

  private var unitsPerSecond: Double { 1e9 / max(nanosecondsPerUnit, 1e-3) }

  private var megabytesPerSecond: Double {
    Double(measurement.byteCount) * 1e3 / Double(max(measurement.nanoseconds, 1))
  }

  static let header =
    pad("stage", 11) + pad("count", 11, left: true) + pad("ns each", 11, left: true)
    + pad("a second", 13, left: true) + pad("MB/s", 9, left: true) + "  what"

  var text: String {
    Self.pad(stage.name, 11)
      + Self.pad("\(measurement.count)", 11, left: true)
      + Self.pad(fixed(nanosecondsPerUnit, 1), 11, left: true)
      + Self.pad(fixed(unitsPerSecond, 0), 13, left: true)
      + Self.pad(fixed(megabytesPerSecond, 1), 9, left: true)
      + "  \(measurement.unit): \(stage.about)"
  }

  var json: String {
    "{\"stage\":\"\(stage.name)\",\"unit\":\"\(measurement.unit)\",\"count\":\(measurement.count),"
      + "\"bytes\":\(measurement.byteCount),\"cpu_ns\":\(measurement.nanoseconds),"
      + "\"ns_each\":\(fixed(nanosecondsPerUnit, 1)),\"per_second\":\(fixed(unitsPerSecond, 0)),"
      + "\"mb_per_second\":\(fixed(megabytesPerSecond, 1))}"
  }

  private static func pad(_ text: String, _ width: Int, left: Bool = false) -> String {
    let blanks = String(repeating: " ", count: max(width - text.count, 0))
    return left ? blanks + text : text + blanks
  }
}

/// A number with so many digits behind the point.
private func fixed(_ value: Double, _ digits: Int) -> String {
  var scale = 1.0
  for _ in 0..<digits { scale *= 10 }
  let scaled = Int64((value * scale).rounded())
  guard digits > 0 else { return "\(scaled)" }
  let whole = scaled / Int64(scale)
  let part = "\(scaled % Int64(scale))"
  return "\(whole)." + String(repeating: "0", count: digits - part.count) + part
}
