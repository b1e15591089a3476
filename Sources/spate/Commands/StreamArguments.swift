internal import ArgumentParser
internal import EventStream
internal import Events

/// Which recorded stream, and which part of it.
struct StreamArguments: ParsableArguments {
  @Option(help: ArgumentHelp("A stream's name or path; the newest where none is named."))
  var stream: String?

  @Option(
    help: ArgumentHelp("Begin here: #1234, 1234, RFC 3339, HH:MM[:SS], -15m.", valueName: "place"))
  var from: String?

  @Option(help: ArgumentHelp("End before here, in the same forms.", valueName: "place"))
  var to: String?

  /// The folder of the stream that is meant.
  func path() throws -> String {
    if let stream { return try StreamPlaces.path(of: stream) }
    guard let newest = StreamPlaces.newest() else {
      throw UserMessage(
        "no stream is recorded yet; 'spate PATH' or 'spate record PATH' makes one")
    }
    return newest
  }

  func openReader() throws -> StreamReader {
    try StreamPlaces.reader(at: try path())
  }

  /// Moves the reader to `--from`, and says where `--to` is.
  /// - Parameter follow: Whether events that are not there yet are waited for.
  func seek(_ reader: StreamReader, follow: Bool = false) throws -> StreamEnd {
    var end = StreamEnd()
    if let to {
      switch try PlaceArgument(to, reader: reader) {
      case .offset(let offset): end.offset = offset
      case .time(let time): end.time = time
      }
    }
    var begin: PlaceArgument?
    if let from { begin = try PlaceArgument(from, reader: reader) }
    switch begin {
    case nil: reader.seek(toOffset: reader.startOffset)
    case .offset(let offset):
      end.beginOffset = offset
      if offset > reader.endOffset, !follow {
        throw UserMessage(
          "--from \(from ?? ""): the stream ends at #\(reader.endOffset)", status: .usage)
      }
      reader.seek(toOffset: max(min(offset, reader.endOffset), reader.startOffset))
    case .time(let time):
      try reader.seek(toTime: time)
      end.begin = time
    }
    return end
  }
}

/// Where reading begins and ends, beyond what a seek can do.
struct StreamEnd {
  /// Events before this time are passed over.
  var begin: Instant?
  var beginOffset: UInt64 = 0
  var offset: UInt64 = .max
  var time: Instant?

  /// Sees to it that reading ends behind the last event before `time`, not at the stream's end: for
  /// whom nothing but the events of the range counts, and only what is there now.
  mutating func stopBehindTime(_ reader: StreamReader) throws {
    if let time { offset = min(offset, try reader.endOffset(before: time)) }
  }

  /// Whether an event lies in the range; `nil`: it and all after it do not.
  func contains(_ record: EventRecord, offset: UInt64) -> Bool? {
    if offset >= self.offset { return nil }
    if offset < beginOffset { return false }
    if let begin, record.time < begin { return false }
    if let time, record.time >= time { return false }
    return true
  }
}

/// A place in a stream as a person writes it.
enum PlaceArgument {
  case offset(UInt64)
  case time(Instant)

  init(_ text: String, reader: StreamReader) throws {
    if let offset = UInt64(text.hasPrefix("#") ? String(text.dropFirst()) : text) {
      self = .offset(offset)
      return
    }
    guard let end = reader.endTime else {
      throw UserMessage("\(text): the stream has no times yet", status: .usage)
    }
    guard let time = TimeArgument.instant(text, end: end) else {
      throw UserMessage(
        "\(text): not a place; write #1234, 2026-11-22T09:31:02Z, 09:31, 09:31:02 or -15m",
        status: .usage)
    }
    self = .time(time)
  }
}

enum TimeArgument {
  /// RFC 3339; `HH:MM[:SS]`, the latest such time not after `end`; `-15m` before `end`.
  static func instant(_ text: String, end: Instant) -> Instant? {
    if text.hasPrefix("-") {
      return duration(text.dropFirst()).map { end.advanced(byMicroseconds: -$0) }
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if text.count <= 8, parts.count == 2 || parts.count == 3,
      let hour = Int64(parts[0]), let minute = Int64(parts[1]),
      let second = parts.count == 3 ? Int64(parts[2]) : 0,
      (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second)
    {
      let day = end.microseconds / 86_400_000_000 * 86_400_000_000
      let time = Instant(microseconds: day + (hour * 3600 + minute * 60 + second) * 1_000_000)
      return time <= end ? time : time.advanced(byMicroseconds: -86_400_000_000)
    }
    return RFC3339.parse(text)
  }

  /// `90s`, `15m`, `1h`, `2d`, in microseconds.
  static func duration(_ text: some StringProtocol) -> Int64? {
    guard let unit = text.last, let value = Double(text.dropLast()), value >= 0 else { return nil }
    let seconds: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    return seconds[unit].map { Int64(value * $0 * 1_000_000) }
  }
}

enum RFC3339 {
  /// `2026-11-22T09:31:02[.123][Z|+02:00]`, a space instead of the T, UTC where no zone is named.
  static func parse(_ text: String) -> Instant? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 16, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else {
      return nil
    }
    func number(_ start: Int, _ count: Int) -> Int64? {
      guard start + count <= bytes.count else { return nil }
      var value: Int64 = 0
      for byte in bytes[start..<start + count] {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - UInt8(ascii: "0"))
      }
      return value
    }
    guard let year = number(0, 4), let month = number(5, 2), let day = number(8, 2),
      let hour = number(11, 2), let minute = number(14, 2), (1...12).contains(month),
      (1...31).contains(day), hour < 24, minute < 60
    else { return nil }
    var position = 16
    var second: Int64 = 0
    var fraction: Int64 = 0
    if position < bytes.count, bytes[position] == UInt8(ascii: ":") {
      guard let value = number(17, 2), value < 61 else { return nil }
      second = value
      position = 19
      if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
        var scale: Int64 = 100_000
        position += 1
        while let digit = number(position, 1) {
          fraction += digit * scale
          scale /= 10
          position += 1
        }
      }
    }
    var zone: Int64 = 0
    let rest = String(decoding: bytes[position...], as: UTF8.self)
    if !rest.isEmpty {
      guard let offset = ZoneArgument.microseconds(rest) else { return nil }
      zone = offset
    }
    // Days from civil date: H. Hinnant, as in `Instant.civil`.
    let y = month <= 2 ? year - 1 : year
    let era = y / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let days =
      era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second
    return Instant(microseconds: seconds * 1_000_000 + fraction - zone)
  }
}
