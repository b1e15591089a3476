internal import Events

/// Reads one line at a time with the format that fits: those that fitted last, then all others.
///
/// Remembers, for each byte that a line can begin with, the two formats that recognised such a line
/// last; a source that mixes formats so asks few of them, and no line asks them all twice.
///
/// A class, so that it is read where it stands: as a part of the recogniser, which changes while it
/// reads, it would be copied for every line.
@safe
final class LineReader {
  /// What stands for no declared format among the remembered ones.
  private enum Winner {
    static let none = UInt16.max
    static let logfmt = UInt16.max - 1
  }

  private let tables: FormatTables
  let context: TimestampContext
  private let shortlists: Shortlists
  private let recent: RecentTimes
  private let jsonShape = KeyShape()
  private let logfmtShape = KeyShape()
  /// Numbers of what is no declared format, behind those of the declared.
  let jsonFormat: Int
  let logfmtFormat: Int
  let journalFormat: Int
  /// From here on, nothing was declared.
  let genericFormat: Int
  let noFormat: Int
  /// Users' own expressions; `nil` where there are none. Their alternatives are numbered behind the declared.
  private let expressions: ExpressionReader?
  private let firstExpression: UInt16
  private let singleLine: UnsafeMutablePointer<Bool>
  /// For the line at hand; behind a pointer as the winners are, so that access to it is not checked.
  private let memo: UnsafeMutablePointer<TimeMemo>
  /// Two for each first byte.
  private let winners: UnsafeMutablePointer<UInt16>

  /// - Parameter program: Must outlive the reader.
  init(_ program: FormatProgram, _ context: TimestampContext) {
    tables = program.tables
    shortlists = Shortlists(program.tables)
    var context = context
    recent = .allocate()
    context.recent = recent
    self.context = context
    let count = program.formats.count
    jsonFormat = count
    logfmtFormat = count + 1
    journalFormat = count + 2
    genericFormat = count + 3
    noFormat = count + 4
    firstExpression = UInt16(program.alternativeCount)
    expressions = program.expressions.isEmpty ? nil : ExpressionReader(program)
    unsafe singleLine = program.singleLine
    unsafe winners = .allocate(capacity: 512)
    unsafe winners.initialize(repeating: Winner.none, count: 512)
    unsafe memo = .allocate(capacity: 1)
    unsafe memo.initialize(to: TimeMemo())
  }

  deinit {
    unsafe winners.deallocate()
    unsafe memo.deallocate()
    recent.free()
  }

  /// What the formats behind the declared ones are called.
  static let builtInNames = ["json", "logfmt", "journal-export", "text", ""]

  /// Whether each event of the format is one line.
  @inline(__always)
  func isSingleLine(_ format: Int) -> Bool {
    // SAFETY: as many as there are declared formats.
    format < jsonFormat ? unsafe singleLine[format] : format <= logfmtFormat
  }

  /// Notes the states of the structured line that was read last with the event that is appended next.
  @inline(__always)
  func noteStates(of structure: Structure, in batch: EventBatch) {
    if structure == .json {
      jsonShape.states.note(in: batch)
    } else {
      logfmtShape.states.note(in: batch)
    }
  }

  /// Reads the line `start ..< end`.
  /// - Returns: The number of its format; `result` always has a message.
  func read(
    _ t: LineBytes, _ start: Int, _ end: Int, _ result: inout Recognition,
    _ captures: UnsafeMutablePointer<[FieldCapture]>? = nil
  ) -> Int {
    guard start < end else { return takeWhole(t, start, end, &result) }
    result.suffixEnd = 0
    result.suffixStart = 0
    let first = t[start]
    if first == ascii("{"), readJSON(t, start, end, context, jsonShape, &result) {
      return jsonFormat
    }
    unsafe memo.pointee.from = -1
    let slot = Int(first) &* 2
    // SAFETY: two entries for each of 256 bytes.
    let newest = unsafe winners[slot]
    let older = unsafe winners[slot &+ 1]
    if newest != Winner.none {
      if unsafe fits(newest, t, start, end, &result, captures) {
        return complete(newest, t, &result)
      }
      if older != Winner.none, unsafe fits(older, t, start, end, &result, captures) {
        unsafe winners[slot] = older
        unsafe winners[slot &+ 1] = newest
        return complete(older, t, &result)
      }
    }
    return unsafe readOther(t, start, end, slot, newest, older, &result, captures)
  }

  /// Reads a line that no format fits which fitted lately.
  @inline(never)
  private func readOther(
    _ t: LineBytes, _ start: Int, _ end: Int, _ slot: Int, _ newest: UInt16, _ older: UInt16,
    _ result: inout Recognition, _ captures: UnsafeMutablePointer<[FieldCapture]>?
  ) -> Int {
    if let expressions {
      let known = (Int(newest) - Int(firstExpression), Int(older) - Int(firstExpression))
      if let index = unsafe expressions.firstFitting(
        t, start, end, but: known, context, &result, captures)
      {
        return win(firstExpression &+ UInt16(index), slot, newest, t, &result)
      }
    }
    let held = Hallmarks(t, start, end, tables)
    var bytes = HeadBytes()
    let places = unsafe HeadPlaces(t, start, end, context, &memo.pointee, &bytes)
    let candidates = unsafe shortlists.candidates(t[start], held, places, tables)
    // The questions that some alternative failed on: who asks them too fails as well.
    var failed: UInt64 = 0
    var index = 0
    while index < candidates.count {
      // SAFETY: the list lives until the next line.
      let alternative = unsafe candidates[index]
      index &+= 1
      if tables.trials(Int(alternative)) & failed != 0 { continue }
      guard tables.hallmarks(Int(alternative)).areAll(in: held),
        tables.allows(bytes, Int(alternative))
      else { continue }
      if alternative == newest || alternative == older { continue }
      if unsafe fits(alternative, t, start, end, &result, captures) {
        return win(alternative, slot, newest, t, &result)
      }
      unsafe failed |= 1 &<< UInt64(memo.pointee.failedTrial)
    }
    if newest != Winner.logfmt, older != Winner.logfmt,
      unsafe fits(Winner.logfmt, t, start, end, &result, captures)
    {
      return win(Winner.logfmt, slot, newest, t, &result)
    }
    return unsafe readGeneric(t, start, end, &result, captures)
  }

  @inline(__always)
  private func fits(
    _ alternative: UInt16, _ t: LineBytes, _ start: Int, _ end: Int, _ result: inout Recognition,
    _ captures: UnsafeMutablePointer<[FieldCapture]>?
  ) -> Bool {
    if alternative >= firstExpression {
      return unsafe fitsSpecial(alternative, t, start, end, &result, captures)
    }
    let fits = unsafe runFormat(
      tables, Int(alternative), t, start, end, context, &memo.pointee, &result, captures)
    if !fits, let captures = unsafe captures { unsafe captures.pointee.removeAll() }
    return fits
  }

  @inline(never)
  private func fitsSpecial(
    _ alternative: UInt16, _ t: LineBytes, _ start: Int, _ end: Int, _ result: inout Recognition,
    _ captures: UnsafeMutablePointer<[FieldCapture]>?
  ) -> Bool {
    if alternative == Winner.logfmt {
      return readLogfmt(t, start, end, context, logfmtShape, &result)
    }
    return unsafe expressions?.fits(
      Int(alternative &- firstExpression), t, start, end, context, &result, captures) == true
  }

  /// Formats whose expressions were put aside, since they went back and forth without end.
  var formatsAside: [Int] { expressions.map { $0.aside.map($0.format) } ?? [] }

  @inline(__always)
  private func win(
    _ alternative: UInt16, _ slot: Int, _ newest: UInt16, _ t: LineBytes,
    _ result: inout Recognition
  ) -> Int {
    unsafe winners[slot &+ 1] = newest
    unsafe winners[slot] = alternative
    return complete(alternative, t, &result)
  }

  /// What a format leaves open is looked for in its message.
  @inline(__always)
  private func complete(_ alternative: UInt16, _ t: LineBytes, _ result: inout Recognition) -> Int {
    if alternative == Winner.logfmt { return logfmtFormat }
    lookIntoMessage(t, &result)
    if alternative >= firstExpression, let expressions {
      return expressions.format(Int(alternative &- firstExpression))
    }
    return tables.format(Int(alternative))
  }

  @inline(__always)
  private func lookIntoMessage(_ t: LineBytes, _ result: inout Recognition) {
    if result.messageEnd > result.messageStart,
      t[result.messageEnd &- 1] == ascii("}"),
      readEmbeddedJSON(t, context, jsonShape, &result)
    {
      return
    }
    if result.structure == .text, holdsPair(t, result.messageStart, result.messageEnd),
      readEmbeddedLogfmt(t, context, logfmtShape, &result)
    {
      return
    }
    if result.severity == .unknown {
      result.severity = messageSeverity(t, result.messageStart, result.messageEnd)
      if result.severity == .unknown { readInnerHeader(t, &result) }
    }
  }

  /// A message that begins with a date has a header of its own: its level counts.
  @inline(__always)
  private func readInnerHeader(_ t: LineBytes, _ result: inout Recognition) {
    let start = result.messageStart
    let digit = t[start] == ascii("[") ? start &+ 1 : start
    guard t[digit].isDigit, t[digit &+ 4] == ascii("-"), t[digit &+ 7] == ascii("-") else { return }
    result.severity = innerSeverity(t, start, result.messageEnd)
  }

  @inline(never)
  private func innerSeverity(_ t: LineBytes, _ start: Int, _ end: Int) -> Severity {
    var header = HeaderReader(t, start, end, context)
    var memo = TimeMemo()
    var found = Recognition()
    return unsafe header.read(&memo, &found, nil) ? found.severity : .unknown
  }

  private func readGeneric(
    _ t: LineBytes, _ start: Int, _ end: Int, _ result: inout Recognition,
    _ captures: UnsafeMutablePointer<[FieldCapture]>?
  ) -> Int {
    result = Recognition()
    if t[start] == ascii("<"), let format = unsafe readPriority(t, start, end, &result, captures) {
      return format
    }
    var header = HeaderReader(t, start, end, context)
    if unsafe header.read(&memo.pointee, &result, captures) {
      lookIntoMessage(t, &result)
      return genericFormat
    }
    unsafe captures?.pointee.removeAll()
    return takeWhole(t, start, end, &result)
  }

  /// `<189>date=2026-11-22 …`: a syslog priority, and behind it whatever its program writes.
  private func readPriority(
    _ t: LineBytes, _ start: Int, _ end: Int, _ result: inout Recognition,
    _ captures: UnsafeMutablePointer<[FieldCapture]>?
  ) -> Int? {
    var level = Severity.unknown
    let closing = scanPriority(t, start &+ 1, end, &level)
    guard closing > start &+ 1, closing < end, t[closing] == ascii(">") else { return nil }
    let inner = closing &+ 1
    var format = genericFormat
    if t[inner] == ascii("{"), readJSON(t, inner, end, context, jsonShape, &result) {
      format = jsonFormat
    } else if readLogfmt(t, inner, end, context, logfmtShape, &result) {
      format = logfmtFormat
    } else {
      var header = HeaderReader(t, inner, end, context)
      if unsafe header.read(&memo.pointee, &result, captures) {
        lookIntoMessage(t, &result)
      } else {
        unsafe captures?.pointee.removeAll()
        _ = takeWhole(t, inner, end, &result)
      }
    }
    if result.severity == .unknown { result.severity = level }
    return format
  }

  /// The whole line is the message, but for blanks at its end.
  private func takeWhole(
    _ t: LineBytes, _ start: Int, _ end: Int, _ result: inout Recognition
  ) -> Int {
    var to = end
    while to > start, t[to &- 1].isBlank { to &-= 1 }
    result = Recognition()
    result.messageStart = start
    result.messageEnd = to
    result.bodyStart = start
    result.bodyEnd = to
    return noFormat
  }
}
