internal import Events
internal import Patterns
internal import Screens

/// What `formats test` says of files: a table of formats, then lines that are in none.
struct FormatReport {
  private struct Count {
    var events: UInt64 = 0
    var times: UInt64 = 0
    var levels: UInt64 = 0
  }

  private struct Misfit {
    var place: String
    var line: [UInt8]
    var mismatch: LineMismatch?
  }

  private let library: FormatLibrary
  /// The format that each line is held against; of `nil`, all.
  private let wanted: String?
  private let limit: Int
  private var counts: [String: Count] = [:]
  private var lineCounts: [UInt32: UInt64] = [:]
  private var misfits: [Misfit] = []
  private var misfitCount: UInt64 = 0

  init(library: FormatLibrary, wanted: String?, limit: Int) {
    self.library = library
    self.wanted = wanted
    self.limit = limit
  }

  mutating func add(_ batch: EventBatch, _ names: EventNames) {
    for index in 0..<batch.count {
      let record = unsafe batch.records[index]
      let name = names.formats.name(UInt32(record.format.rawValue))
      counts[name, default: Count()].events += 1
      if record.timeOrigin == .parsed { counts[name]!.times += 1 }
      if record.severity != .unknown { counts[name]!.levels += 1 }
      let number = lineCounts[record.source.rawValue, default: 0] + 1
      lineCounts[record.source.rawValue, default: 0] += UInt64(record.lineCount)
      let isMisfit = wanted.map { $0 != name } ?? record.flags.contains(.unparsed)
      guard isMisfit else { continue }
      misfitCount += 1
      if misfits.count < limit {
        let source = names.sources.name(record.source.rawValue)
        let line = unsafe Array(batch.raw(index).prefix { $0 != 0x0a })
        misfits.append(
          Misfit(
            place: "\(source):\(number)", line: line,
            mismatch: library.mismatch(of: line, format: wanted)))
      }
    }
  }

  var lines: [String] {
    var lines = ["  events   time  level  format"]
    let sorted = counts.sorted {
      ($1.value.events, $0.key) < ($0.value.events, $1.key)
    }
    for (name, count) in sorted {
      lines.append(
        "\(NumberText.grouped(count.events).leftPadded(8))"
          + "\(share(count.times, count.events))\(share(count.levels, count.events))"
          + "  \(name.isEmpty ? "(none)" : name)")
    }
    guard misfitCount > 0 else { return lines }
    let what = wanted.map { "not in `\($0)`" } ?? "in no declared format"
    lines += ["", "\(NumberText.grouped(misfitCount)) \(what):"]
    for misfit in misfits { lines += text(of: misfit) }
    if misfitCount > misfits.count {
      lines.append("and \(NumberText.grouped(misfitCount - UInt64(misfits.count))) more (--limit)")
    }
    return lines
  }

  /// The line, cut around the place where it stops to fit, and a mark below that.
  private func text(of misfit: Misfit) -> [String] {
    let width = 100
    let stop = misfit.mismatch?.byteCount ?? 0
    let start = max(0, min(stop - width / 2, misfit.line.count - width))
    let shown = misfit.line[start..<min(misfit.line.count, start + width)]
    var lines = ["\(misfit.place)"]
    lines.append("  " + TextSafety.printable(String(decoding: shown, as: UTF8.self)))
    guard let mismatch = misfit.mismatch else { return lines }
    let before = TextSafety.printable(
      String(decoding: misfit.line[start..<min(stop, misfit.line.count)], as: UTF8.self))
    let column = String(decoding: misfit.line[..<min(stop, misfit.line.count)], as: UTF8.self).count
    lines.append(
      "  " + String(repeating: " ", count: before.count) + "^ column \(column + 1): "
        + "`\(mismatch.format)` wants \(mismatch.expected)")
    return lines
  }

  private func share(_ part: UInt64, _ whole: UInt64) -> String {
    "\(part * 100 / max(1, whole)) %".leftPadded(7)
  }
}
