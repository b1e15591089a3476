internal import Events
internal import Patterns

/// One event as text or JSON.
enum EventText {
  /// `time level service message`, and the further lines below, indented.
  static func line(_ batch: EventBatch, _ index: Int, names: EventNames) -> [UInt8] {
    let record = unsafe batch.records[index]
    var text: [UInt8] = []
    text.append(contentsOf: (record.timeOrigin == .received ? "-" : record.time.rfc3339).utf8)
    let level = record.severity == .unknown ? "-" : record.severity.name
    text.append(contentsOf: " \(level) \(names.services.name(record.service.rawValue)) ".utf8)
    unsafe text.append(contentsOf: batch.message(index))
    text.append(UInt8(ascii: "\n"))
    if record.lineCount > 1 {
      let lines = unsafe Array(batch.raw(index)).split(
        separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      for line in lines.dropFirst() where !line.isEmpty {
        text.append(contentsOf: "    ".utf8)
        text.append(contentsOf: line)
        text.append(UInt8(ascii: "\n"))
      }
    }
    return text
  }

  /// The fields that the event's format found.
  static func fields(
    of index: Int, in batch: EventBatch, _ library: FormatLibrary, _ names: EventNames
  ) -> [EventField] {
    Patterns.fields(of: index, in: batch, library: library, names: names)
  }

  static func json(
    _ batch: EventBatch, _ index: Int, names: EventNames, fields: [EventField],
    offset: UInt64? = nil
  ) -> [UInt8] {
    let record = unsafe batch.records[index]
    var json = JSONText()
    json.object { json in
      if let offset { json.field("offset", offset) }
      json.field("time", record.timeOrigin == .received ? nil : record.time.rfc3339)
      json.field("level", record.severity == .unknown ? nil : record.severity.name)
      json.field("service", names.services.name(record.service.rawValue))
      json.key("message")
      unsafe json.string(utf8: batch.message(index))
      json.key("fields")
      json.object { json in
        for field in fields {
          json.key(field.name)
          switch field.value {
          case .text(let text): json.string(text)
          case .number(let text):
            // A log's idea of a number, such as 007 or 2.6.3, is not JSON's.
            JSONText.isNumber(text) ? json.number(text) : json.string(text)
          case .json(let text): json.number(text)
          case .flag(let flag): json.number(flag ? "true" : "false")
          }
        }
      }
      json.field("format", names.formats.name(UInt32(record.format.rawValue)))
      json.field("source", names.sources.name(record.source.rawValue))
      json.field("lines", record.lineCount)
      if offset != nil {
        json.field("ingested", record.ingestTime.rfc3339)
        json.key("raw")
        unsafe json.string(utf8: batch.raw(index))
      }
      let notes = record.flags.notes
      if !notes.isEmpty { json.key("notes"); json.array(notes) { $0.string($1) } }
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }
}

extension EventFlags {
  /// What is assumed or special, in words.
  var notes: [String] {
    let words: [(EventFlags, String)] = [
      (.zoneAssumed, "zone assumed"), (.yearAssumed, "year assumed"), (.unparsed, "no format"),
      (.partContinues, "continues in the next part"), (.part, "later part"),
      (.unterminated, "no line end"), (.late, "late"), (.standardError, "stderr"),
    ]
    return words.filter { contains($0.0) }.map(\.1)
  }
}
