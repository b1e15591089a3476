internal import EventStream
internal import Events
internal import Screens

/// What a stream is, as text or JSON.
enum StreamText {
  static func printList(_ streams: [StreamInfo], to console: Console) throws {
    guard !streams.isEmpty else { return }
    let width = streams.map { name(of: $0).count }.max() ?? 0
    try console.write(
      line: "\("name".rightPadded(width))       events       size  first event           last event"
    )
    for info in streams {
      let count = NumberText.grouped(info.endOffset - info.startOffset).leftPadded(12)
      let size = NumberText.bytes(info.byteCount).leftPadded(10)
      try console.write(
        line: "\(name(of: info).rightPadded(width)) \(count) \(size)"
          + "  \(time(info.timeSpan?.lowerBound).rightPadded(20))"
          + "  \(time(info.timeSpan?.upperBound))\(info.isBeingWritten ? "  being written" : "")"
          + (derivedName(of: info).map { "  made by \($0)" } ?? ""))
    }
  }

  static func printDetails(_ info: StreamInfo, to console: Console) throws {
    func line(_ name: String, _ value: String) throws {
      try console.write(line: "\(name.rightPadded(10))\(value)")
    }
    try line("path", info.path)
    try line(
      "offsets",
      "#\(info.startOffset) to #\(info.endOffset), "
        + NumberText.counted(info.endOffset - info.startOffset, "event"))
    if let span = info.timeSpan {
      try line("times", "\(span.lowerBound.rfc3339) to \(span.upperBound.rfc3339)")
    }
    if let span = info.ingestTimeSpan {
      try line("received", "\(span.lowerBound.rfc3339) to \(span.upperBound.rfc3339)")
    }
    try line(
      "size",
      "\(NumberText.bytes(info.byteCount)) in \(NumberText.counted(info.segments.count, "segment"))"
    )
    if info.isBeingWritten {
      try line("writer", info.writerProcessID.map { "process \($0)" } ?? "another process")
    }
    if let name = derivedName(of: info) {
      try line("made by", name)
    } else {
      for source in info.sources { try line("source", source) }
    }
  }

  static func json(_ info: StreamInfo) -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.field("name", name(of: info))
      json.field("path", info.path)
      json.field("start", info.startOffset)
      json.field("end", info.endOffset)
      json.field("first_time", info.timeSpan?.lowerBound.rfc3339)
      json.field("last_time", info.timeSpan?.upperBound.rfc3339)
      json.field("bytes", info.byteCount)
      json.field("segments", info.segments.count)
      json.key("being_written")
      json.number(info.isBeingWritten ? "true" : "false")
      json.field("made_by", derivedName(of: info))
      json.key("sources")
      json.array(info.sources) { $0.string($1) }
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }

  /// The command whose results the stream holds (`spate anomalies`). Sources of a recorded stream are
  /// known by whole paths, or as a pipe or a command, which none is called like.
  private static func derivedName(of info: StreamInfo) -> String? {
    guard info.sources.count == 1, let only = info.sources.first else { return nil }
    return DerivedOutput.Results.allCases.map(\.origin).first { $0 == only }
  }

  private static func name(of info: StreamInfo) -> String {
    info.path.split(separator: "/").last.map(String.init) ?? info.path
  }

  private static func time(_ time: Instant?) -> String {
    guard let time else { return "-" }
    return Instant(seconds: time.microseconds / 1_000_000).rfc3339
  }
}
