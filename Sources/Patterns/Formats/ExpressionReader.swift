internal import Events

/// The expressions of users' own formats at work on one source; one thread at a time.
final class ExpressionReader {
  /// Longer lines fit none: the time that a match takes grows with the line.
  static let lineByteLimit = 32 * 1024
  /// Lines on which an expression may run away before it is put aside.
  static let runawayLimit = 3
  /// Lines that none fitted after which most are spared the question.
  private static let probeCount = 256

  /// One expression, compiled for this source.
  private final class Matcher {
    var pattern: GrokPattern
    var runawayCount = 0

    init?(_ format: ExpressionFormat) {
      guard let pattern = try? GrokPattern(format.expression) else { return nil }
      self.pattern = pattern
    }
  }

  private let formats: [ExpressionFormat]
  /// Compiled when first asked for.
  private var matchers: [Matcher?]
  private var hasFitted = false
  private var missCount = 0
  /// Indices of the expressions that went back and forth too long, too often.
  private(set) var aside: [Int] = []

  init(_ program: FormatProgram) {
    formats = program.expressions
    matchers = Array(repeating: nil, count: formats.count)
  }

  var count: Int { formats.count }

  func format(_ index: Int) -> Int { formats[index].format }

  /// The first expression that fits a line, but for two.
  func firstFitting(
    _ t: LineBytes, _ start: Int, _ end: Int, but known: (Int, Int), _ context: TimestampContext,
    _ result: inout Recognition, _ captures: UnsafeMutablePointer<[FieldCapture]>?
  ) -> Int? {
    if !hasFitted, missCount >= Self.probeCount, missCount & 63 != 0 {
      missCount &+= 1
      return nil
    }
    for index in formats.indices where index != known.0 && index != known.1 {
      if unsafe fits(index, t, start, end, context, &result, captures) { return index }
    }
    missCount &+= 1
    return nil
  }

  func fits(
    _ index: Int, _ t: LineBytes, _ start: Int, _ end: Int, _ context: TimestampContext,
    _ result: inout Recognition, _ captures: UnsafeMutablePointer<[FieldCapture]>?
  ) -> Bool {
    guard end - start <= Self.lineByteLimit, !aside.contains(index) else { return false }
    if matchers[index] == nil { matchers[index] = Matcher(formats[index]) }
    guard let matcher = matchers[index] else { return false }
    // SAFETY: the line lies in the buffer that `t` reads.
    let line = unsafe UnsafeBufferPointer(start: t.base + start, count: end - start)
    switch unsafe matcher.pattern.match(line) {
    case .noMatch: return false
    case .limitReached:
      matcher.runawayCount += 1
      if matcher.runawayCount == Self.runawayLimit { aside.append(index) }
      return false
    case .match: break
    }
    hasFitted = true
    unsafe read(formats[index], matcher, t, start, end, context, &result, captures)
    return true
  }

  private func read(
    _ format: ExpressionFormat, _ matcher: Matcher, _ t: LineBytes, _ start: Int, _ end: Int,
    _ context: TimestampContext, _ result: inout Recognition,
    _ captures: UnsafeMutablePointer<[FieldCapture]>?
  ) {
    result = Recognition()
    result.messageStart = start
    result.messageEnd = end
    for (field, role) in format.roles.enumerated() {
      guard let range = matcher.pattern.range(ofField: field) else { continue }
      let from = start + range.lowerBound
      let to = start + range.upperBound
      switch role {
      case .time: result.time = Self.time(t, from, to, context)
      case .level: result.severity = Self.level(t, from, to, format.levels)
      case .service:
        result.serviceStart = from
        result.serviceEnd = to
      case .message:
        result.messageStart = from
        result.messageEnd = to
      case .field:
        if let captures = unsafe captures {
          let scanner: ValueScanner =
            switch format.expression.fields[field].type {
            case .text: .until
            case .int: .int
            case .float: .number
            }
          unsafe captures.pointee.append(
            FieldCapture(
              name: format.names[field], scanner: scanner.rawValue, start: from, end: to))
        }
      }
    }
    result.bodyStart = result.messageStart
    result.bodyEnd = result.messageEnd
  }

  private static func time(
    _ t: LineBytes, _ from: Int, _ to: Int, _ context: TimestampContext
  ) -> Timestamp? {
    var time = Timestamp(instant: Instant(microseconds: 0))
    if scanTimestamp(t, from, to, context, &time) >= 0 { return time }
    return scanSpecialTime(TimeKind.epoch.rawValue, t, from, to, context, &time) >= 0 ? time : nil
  }

  private static func level(
    _ t: LineBytes, _ from: Int, _ to: Int, _ own: [(word: [UInt8], severity: Severity)]
  ) -> Severity {
    let word = Array(t.text(from, to).lowercased().utf8.prefix(8))
    return own.first { Array(String(decoding: $0.word, as: UTF8.self).lowercased().utf8) == word }?
      .severity ?? severity(t, from, to)
  }
}
