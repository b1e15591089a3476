internal import Events
internal import Patterns
internal import Pipeline
internal import Screens

/// The clusters of an analysis as text or JSON, most frequent first; the counts sum.
struct PatternReport {
  private let analysis: Analysis
  private let totals: Totals
  private let rows: [(id: PatternID, totals: PatternTotals)]
  private let services: [PatternID: [(service: ServiceID, count: UInt64)]]
  private let named = NamedPatternFiles.load()

  /// - Parameter totals: What is counted, of all that was analysed; `nil`: all of it.
  init(_ analysis: Analysis, counting totals: Totals? = nil) {
    self.analysis = analysis
    let totals = totals ?? analysis.totals
    self.totals = totals
    rows = totals.resolved(analysis.miner.resolve).map { (id: $0.0, totals: $0.1) }
      .sorted {
        $0.totals.count != $1.totals.count
          ? $0.totals.count > $1.totals.count : $0.id.rawValue < $1.id.rawValue
      }
    services = totals.servicesByPattern(analysis.miner.resolve)
  }

  func printText(top: Int?, to console: Console) throws {
    let shown = rows.prefix(top ?? rows.count)
    let width = max(5, NumberText.grouped(rows.first?.totals.count ?? 0).count)
    try console.write(line: "\("count".leftPadded(width))  share   level   pattern")
    for row in shown {
      let share = Double(row.totals.count) / Double(max(1, totals.eventCount)) * 100
      try console.write(
        line: "\(NumberText.grouped(row.totals.count).leftPadded(width))"
          + "  \(NumberText.fixed(share, digits: 1).leftPadded(5))%"
          + "  \(level(row.totals).rightPadded(6))"
          + "  \(TextSafety.printable(analysis.miner.template(row.id)))")
    }
    let rest = rows.dropFirst(shown.count)
    if !rest.isEmpty {
      let count = rest.reduce(0) { $0 + $1.totals.count }
      try console.write(
        line: "\(NumberText.grouped(count).leftPadded(width))  in \(rest.count) more patterns")
    }
    if totals.partCount > 0 {
      try console.write(
        line: "\(NumberText.grouped(totals.partCount).leftPadded(width))"
          + "  later parts of oversized events")
    }
    try console.write(
      line: "\(NumberText.grouped(totals.eventCount).leftPadded(width))"
        + "  event\(totals.eventCount == 1 ? "" : "s") = 100.0%"
        + ", \(NumberText.counted(rows.count, "pattern"))"
        + ", \(NumberText.counted(totals.lineCount, "line"))"
        + ", \(NumberText.grouped(totals.unparsedCount)) unparsed")
  }

  func printJSON(top: Int?, to console: Console) throws {
    let overlaps = PatternOverlaps(analysis.miner)
    let counts = Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0.totals.count) })
    for row in rows.prefix(top ?? rows.count) {
      var json = JSONText()
      json.object { json in
        json.field("pattern", KeyText.of(analysis.miner.key(row.id)))
        json.field("template", analysis.miner.template(row.id))
        json.field("count", row.totals.count)
        json.key("services")
        json.object { json in
          for entry in services[row.id] ?? [] {
            json.field(analysis.names.services.name(entry.service.rawValue), entry.count)
          }
        }
        json.field("level", level(row.totals) == "-" ? nil : level(row.totals))
        json.field("first", row.totals.firstTime.rfc3339)
        json.field("last", row.totals.lastTime.rfc3339)
        json.key("variables")
        json.array(analysis.miner.variables(row.id)) { VariableText.write($1, to: &$0) }
        json.field("pcre2", analysis.miner.expression(row.id))
        json.field("grok", analysis.miner.grok(row.id))
        json.field("of", analysis.miner.expressionReadsFields(row.id) ? "body" : "message")
        // Events of other patterns that the expressions match as well.
        json.field(
          "others", overlaps.others(of: row.id).reduce(0) { $0 + (counts[$1] ?? 0) })
        json.key("examples")
        json.array(analysis.examples(of: row.id)) { $0.string(utf8: $1) }
        if let name = name(of: row.id) {
          json.field("name", name.name)
          json.field("meaning", name.meaning)
        }
      }
      try console.write(json.bytes)
      try console.write(line: "")
    }
  }

  private func level(_ totals: PatternTotals) -> String {
    totals.severity == .unknown ? "-" : totals.severity.name
  }

  private func name(of id: PatternID) -> NamedPattern? {
    guard let example = analysis.examples(of: id).first else { return nil }
    return unsafe example.withUnsafeBufferPointer { bytes in
      unsafe named.name(forTemplate: analysis.miner.template(id), example: bytes)
    }
  }
}

extension String {
  func leftPadded(_ width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
  func rightPadded(_ width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}

enum TextSafety {
  /// Control characters made visible, so that a log cannot drive the terminal.
  static func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
      return text
    }
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar.value < 0x20 || scalar.value == 0x7F {
        result += "^" + String(UnicodeScalar(UInt8(scalar.value) ^ 0x40))
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
