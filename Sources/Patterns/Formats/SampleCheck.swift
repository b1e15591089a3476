package import Events

extension FormatLibrary {
  /// What a sample should have given and did not, each with the place of the sample.
  /// - Parameter reference: Stands for the present; of a sample that names a time, that counts.
  package func problems(of sample: FormatSample, reference: Instant) -> [FormatProblem] {
    let expectedTime = sample.expected.first { $0.name == "time" }.flatMap { instant($0.value) }
    var names = EventNames()
    let (batch, count) = read(sample.text, reference: expectedTime ?? reference, &names)
    func problem(_ reason: String) -> FormatProblem {
      FormatProblem(file: sample.file, line: sample.line, column: 1, reason: reason)
    }
    guard count == 1 else {
      return [problem(count == 0 ? "the sample is empty" : "the sample is \(count) events")]
    }
    let record = unsafe batch.records[0]
    let format = names.formats.name(UInt32(record.format.rawValue))
    guard format == sample.format else {
      var reason = format.isEmpty ? "no format fits the sample" : "the sample is in `\(format)`"
      if let stop = mismatch(of: firstLine(sample.text), format: sample.format) {
        reason +=
          "; `\(sample.format)` stops at column \(stop.byteCount + 1): wants \(stop.expected)"
      }
      return [problem(reason)]
    }
    let fields = Patterns.fields(of: 0, in: batch, library: self, names: names)
    var problems: [FormatProblem] = []
    for (name, expected) in sample.expected {
      let found: String?
      switch name {
      case "time":
        let isRight = record.timeOrigin == .parsed && record.time == expectedTime
        found = isRight ? expected : record.timeOrigin == .parsed ? "another time" : nil
      case "level": found = record.severity == .unknown ? nil : record.severity.name
      case "service": found = names.services.name(record.service.rawValue)
      case "message": found = unsafe String(decoding: batch.message(0), as: UTF8.self)
      default: found = fields.first { $0.name == name }.map { text(of: $0.value) }
      }
      if found != expected {
        problems.append(
          problem("`\(name)` is \(found.map { "`\($0)`" } ?? "not there"), not `\(expected)`"))
      }
    }
    return problems
  }

  private func read(
    _ text: [UInt8], reference: Instant, _ names: inout EventNames
  ) -> (EventBatch, Int) {
    var recognizer = EventRecognizer(
      RecognizerOptions(
        library: self, source: SourceID(rawValue: 0), serviceName: "", reference: reference))
    let batch = EventBatch(byteCapacity: max(text.count + 1, 1024))
    let bytes = text + [0x0a]
    unsafe bytes.withUnsafeBufferPointer {
      _ = unsafe batch.append(bytes: $0.baseAddress!, count: $0.count)
    }
    var ends = LineEnds()
    for (index, byte) in bytes.enumerated() where byte == 0x0a { ends.append(UInt32(index + 1)) }
    let origin = BufferOrigin(generation: 0, sourceOffset: 0, index: 0)
    let done = recognizer.recognize(
      batch, filled: bytes.count, ends: ends, origin: origin, now: reference, names: &names)
    // Nothing was handed on so far unless the text is more than one event.
    guard done == 0 else { return (batch, batch.count + 1) }
    _ = recognizer.flush(
      batch, filled: bytes.count, isFinal: true, origin: origin, now: reference, names: &names)
    return (batch, batch.count)
  }

  private func firstLine(_ text: [UInt8]) -> [UInt8] { Array(text.prefix { $0 != 0x0a }) }

  private func instant(_ text: String) -> Instant? {
    let bytes = Array(text.utf8) + Array(repeating: 0, count: EventBatch.bytePadding)
    var time = Timestamp(instant: Instant(microseconds: 0))
    let context = TimestampContext(
      assumedZoneMicroseconds: 0, reference: Instant(microseconds: 0))
    return unsafe bytes.withUnsafeBufferPointer {
      unsafe scanTimestamp(LineBytes($0.baseAddress!), 0, text.utf8.count, context, &time)
        == text.utf8.count
    } ? time.instant : nil
  }

  private func text(of value: EventField.Value) -> String {
    switch value {
    case .text(let text), .number(let text), .json(let text): text
    case .flag(let flag): String(flag)
    }
  }
}
