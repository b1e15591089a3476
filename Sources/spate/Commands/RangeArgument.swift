internal import Events

/// A part of the input as a person writes it: `START..END`, `START/LENGTH`, or a word.
enum RangeArgument {
  case offsets(Range<UInt64>)
  case times(Range<Instant>)

  /// What is meant relative to the other window.
  enum Relative: String {
    /// As long, right before it.
    case before
    /// The same hour of the day before.
    case yesterday
  }

  /// - Parameter end: The last time of the input, for `HH:MM` and `-15m`.
  init(_ text: String, option: String, end: Instant) throws {
    if let slash = text.lastIndex(of: "/") {
      guard case .time(let start)? = Self.place(text[..<slash], end: end),
        let length = TimeArgument.duration(text[text.index(after: slash)...]), length > 0
      else { throw Self.misread(option, text) }
      self = .times(start..<start.advanced(byMicroseconds: length))
      return
    }
    guard let dots = text.firstRange(of: "..") else { throw Self.misread(option, text) }
    let (first, last) = (text[..<dots.lowerBound], text[dots.upperBound...])
    switch (Self.place(first, end: end), last.isEmpty ? nil : Self.place(last, end: end)) {
    case (.offset(let start)?, .offset(let end)?) where start < end: self = .offsets(start..<end)
    case (.time(let start)?, .time(let end)?) where start < end: self = .times(start..<end)
    case (.offset(let start)?, nil) where last.isEmpty: self = .offsets(start..<UInt64.max)
    case (.time(let start)?, nil) where last.isEmpty && start <= end:
      self = .times(start..<end.advanced(byMicroseconds: 1))
    default: throw Self.misread(option, text)
    }
  }

  /// The window that a word means beside `other`.
  init(_ relative: Relative, of other: RangeArgument, option: String) throws {
    switch (relative, other) {
    case (.before, .offsets(let range)):
      let length = range.upperBound == .max ? range.lowerBound : UInt64(range.count)
      self = .offsets(range.lowerBound - min(range.lowerBound, length)..<range.lowerBound)
    case (.before, .times(let range)):
      let length = range.upperBound.microseconds(since: range.lowerBound)
      self = .times(range.lowerBound.advanced(byMicroseconds: -length)..<range.lowerBound)
    case (.yesterday, .times(let range)):
      let day: Int64 = -86_400_000_000
      self = .times(
        range.lowerBound.advanced(
          byMicroseconds: day)..<range.upperBound.advanced(byMicroseconds: day))
    case (.yesterday, .offsets):
      throw UserMessage("\(option) yesterday: the other window has to be a time", status: .usage)
    }
  }

  func contains(_ record: EventRecord, offset: UInt64) -> Bool {
    switch self {
    case .offsets(let range): range.contains(offset)
    case .times(let range): range.contains(record.time)
    }
  }

  /// The window in time, where it is one.
  var times: ClosedRange<Instant>? {
    if case .times(let range) = self { return range.lowerBound...range.upperBound }
    return nil
  }

  private static func place(_ text: some StringProtocol, end: Instant) -> PlaceArgument? {
    let text = String(text)
    if let offset = UInt64(text.hasPrefix("#") ? String(text.dropFirst()) : text) {
      return .offset(offset)
    }
    return TimeArgument.instant(text, end: end).map { .time($0) }
  }

  private static func misread(_ option: String, _ text: String) -> UserMessage {
    UserMessage(
      "\(option) \(text): not a range; write 09:31..09:33, 09:31/10m, -15m.. or #100..#900",
      status: .usage)
  }
}
