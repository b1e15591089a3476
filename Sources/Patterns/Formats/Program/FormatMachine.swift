internal import Events

/// Where a field's value lies.
struct FieldCapture {
  var name: UInt16
  var scanner: UInt8
  var start: Int
  var end: Int
}

/// The newest answer of `scanTimestamp`, so that many formats ask once for the same place.
struct TimeMemo {
  var from = -1
  var end = -1
  var time = Timestamp(instant: Instant(microseconds: 0))
  /// What the alternative at hand found of a message's second part; an end of 0 says none.
  var suffixStart = 0
  var suffixEnd = 0
  /// The question that the newest alternative failed on, as `FormatTrials` numbers them; 0 for one
  /// of its own.
  var failedTrial: UInt8 = 0
  /// The newest time that only a format can ask for.
  var special = Timestamp(instant: Instant(microseconds: 0))

  @inline(__always)
  mutating func scan(_ t: LineBytes, _ from: Int, _ to: Int, _ context: TimestampContext) -> Int {
    if from != self.from {
      self.from = from
      end = scanTimestamp(t, from, to, context, &time)
    }
    return end
  }
}

/// What the ops of one alternative have found so far.
///
/// Small, since every optional part keeps a copy.
private struct Findings {
  var messageStart: Int32 = -1
  var messageEnd: Int32 = -1
  var serviceStart: Int32 = 0
  var serviceEnd: Int32 = 0
  var severity = Severity.unknown
  var time = TimeSource.none
}

/// Where the time of a line is.
private enum TimeSource {
  case none, usual, special
}

/// Runs one alternative over the line `start ..< end`.
///
/// Takes the first way that fits and never goes back but out of an optional part: the time is linear
/// in the line's length.
/// - Parameters:
///   - memo: For this line; shared by all alternatives that are tried on it.
///   - captures: Gets every named value, if there; cold.
/// - Returns: Whether the line fits; only then is `result` written.
@inline(__always)
func runFormat(
  _ tables: FormatTables, _ alternative: Int, _ t: LineBytes, _ start: Int, _ end: Int,
  _ context: TimestampContext, _ memo: inout TimeMemo, _ result: inout Recognition,
  _ captures: UnsafeMutablePointer<[FieldCapture]>?
) -> Bool {
  if let captures = unsafe captures {
    return unsafe runKeeping(
      tables, alternative, t, start, end, context, &memo, &result, captures)
  }
  return runBare(tables, alternative, t, start, end, context, &memo, &result)
}

@inline(never)
private func runBare(
  _ tables: FormatTables, _ alternative: Int, _ t: LineBytes, _ start: Int, _ end: Int,
  _ context: TimestampContext, _ memo: inout TimeMemo, _ result: inout Recognition
) -> Bool {
  runOps(tables, alternative, t, start, end, context, &memo, &result, nil, nil)
}

@inline(never)
private func runKeeping(
  _ tables: FormatTables, _ alternative: Int, _ t: LineBytes, _ start: Int, _ end: Int,
  _ context: TimestampContext, _ memo: inout TimeMemo, _ result: inout Recognition,
  _ captures: UnsafeMutablePointer<[FieldCapture]>
) -> Bool {
  unsafe runOps(tables, alternative, t, start, end, context, &memo, &result, captures, nil)
}

/// As `runFormat`, and says where the line stops to fit; cold.
@inline(never)
func runTracing(
  _ tables: FormatTables, _ alternative: Int, _ t: LineBytes, _ start: Int, _ end: Int,
  _ context: TimestampContext, _ trace: UnsafeMutablePointer<MatchTrace>
) -> Bool {
  var memo = TimeMemo()
  var result = Recognition()
  return unsafe runOps(
    tables, alternative, t, start, end, context, &memo, &result, nil, trace)
}

/// Inlined into all, so that the one without captures holds nothing of them.
@inline(__always)
private func runOps(
  _ tables: FormatTables, _ number: Int, _ t: LineBytes, _ start: Int, _ end: Int,
  _ context: TimestampContext, _ memo: inout TimeMemo, _ result: inout Recognition,
  _ captures: UnsafeMutablePointer<[FieldCapture]>?, _ trace: UnsafeMutablePointer<MatchTrace>?
) -> Bool {
  let classes = tables.classes
  let isBare = unsafe captures == nil
  memo.suffixEnd = 0
  var op = tables.ops(from: tables.firstOp(number), isBare: isBare)
  var i = start
  var found = Findings()
  var optionalTarget = -1
  var optionalStart = 0
  var optionalFound = found
  var optionalCaptureCount = 0
  // Where the newest value lies; steps without one leave them be.
  var from = start
  var to = start
  while true {
    if let trace = unsafe trace { unsafe trace.pointee.reach(i, op.value) }
    switch op.kind {
    case .byte:
      if i < end, t[i] == op.first {
        i &+= 1
        op.advance()
        continue
      }
      i = -1
    case .gap:
      if i < end, t[i].isBlank {
        i = behindBlanks(t, i &+ 1, end)
        op.advance()
        continue
      }
      i = -1
    case .literal:
      i = matchShort(t, i, end, tables.literal(op.literalStart), op.literalCount)
      if i >= 0 {
        op.advance()
        continue
      }
    case .blanks:
      i = behindBlanks(t, i, end)
      op.advance()
      continue
    case .time:
      if op.argument <= TimeKind.named.rawValue {
        i = scanUsualTime(op.argument, t, i, end, context, &memo)
        found.time = .usual
      } else {
        i = scanSpecialTime(op.argument, t, i, end, context, &memo.special)
        found.time = .special
      }
      if i >= 0 {
        op.advance()
        continue
      }
    case .level:
      i = scanLevel(tables, number, op.argument, t, i, end, &found.severity)
      if i >= 0 {
        op.advance()
        continue
      }
    case .word:
      from = i
      i = min(wordEnd(t, i), end)
      to = i
      if i == from { i = -1 }
    case .wordGap:
      from = i
      to = wordEnd(t, i)
      i = to < end && to > i && t[to].isBlank ? behindBlanks(t, to &+ 1, end) : -1
    case .run:
      from = i
      i = min(scanClass(classes, op.argument, t, i), end)
      to = i
      if i == from || op.isChecked && !fitsScanner(op.scanner, t, from, i) { i = -1 }
    case .runGap:
      from = i
      to = scanClass(classes, op.argument, t, i)
      i = to < end && to > i && t[to].isBlank ? behindBlanks(t, to &+ 1, end) : -1
      if op.isChecked, i >= 0, !fitsScanner(op.scanner, t, from, to) { i = -1 }
    case .runByte:
      from = i
      to = scanClass(classes, op.argument, t, i)
      i = to < end && to > i && t[to] == op.first ? to &+ 1 : -1
      if op.isChecked, i >= 0, !fitsScanner(op.scanner, t, from, to) { i = -1 }
    case .runUntil:
      from = i
      if op.stopsAtLiteral {
        to = scanClass(classes, op.argument, t, i)
        i =
          to < end && to > i && (!op.isChecked || fitsScanner(op.scanner, t, i, to))
          ? matchShort(t, to, end, tables.literal(op.literalStart), op.literalCount) : -1
      } else {
        i = scanRun(classes, tables.literal(op.literalStart), op, t, i, end, &to)
      }
    case .untilByte:
      from = i
      to = findByte(op.first, t, i, min(end, i &+ 2048))
      i = to < 0 ? -1 : to &+ 1
    case .untilLiteral:
      from = i
      i = scanUntil(tables, op, t, i, end, &to)
    case .untilLast:
      from = i
      i = scanLast(tables.literal(op.literalStart), op.literalCount, t, i, end, &to)
    case .rest:
      from = i
      to = end
      while to > i, t[to &- 1].isBlank { to &-= 1 }
      i = end
    case .int:
      from = i
      i = scanNumber(t, i, end, fraction: false)
      to = i
    case .number:
      from = i
      i = scanNumber(t, i, end, fraction: true)
      to = i
      if op.scanner == ValueScanner.decimal.rawValue, i >= 0, !holdsPoint(t, from, to) { i = -1 }
    case .hex:
      from = i
      i = scanHex(classes, t, i, end)
      to = i
    case .status:
      from = i
      i = scanStatus(t, i, end, &found.severity)
      to = i
    case .pri:
      from = i
      i = scanPriority(t, i, end, &found.severity)
      to = i
    case .quoted:
      if i < end, t[i] == ascii("\"") {
        from = i &+ 1
        to = scanQuoted(t, from, end)
        i = to < 0 ? -1 : to &+ 1
      } else {
        i = -1
      }
    case .brackets: i = scanEnclosed(t, i, end, ascii("["), ascii("]"), &from, &to)
    case .parens: i = scanEnclosed(t, i, end, ascii("("), ascii(")"), &from, &to)
    case .choice:
      from = i
      i = scanChoice(tables.literal(op.literalStart), op.literalCount, t, i, end)
      to = i
    case .messageStart:
      found.messageStart = Int32(truncatingIfNeeded: i)
      op.advance()
      continue
    case .messageEnd:
      found.messageEnd = Int32(truncatingIfNeeded: i)
      op.advance()
      continue
    case .optional:
      optionalTarget = op.literalStart
      optionalStart = i
      optionalFound = found
      if let captures = unsafe captures { optionalCaptureCount = unsafe captures.pointee.count }
      op.advance()
      continue
    case .optionalEnd:
      optionalTarget = -1
      op.advance()
      continue
    case .enough:
      if isBare, i == end || t[i].isBlank {
        finish(found, memo, start, end, &result)
        return true
      }
      op.advance()
      continue
    case .end:
      if behindBlanks(t, i, end) == end {
        finish(found, memo, start, end, &result)
        return true
      }
      i = -1
    }
    if i < 0 {
      if let trace = unsafe trace { unsafe trace.pointee.fail() }
      guard optionalTarget >= 0 else {
        memo.failedTrial = op.trial
        return false
      }
      op = tables.ops(from: optionalTarget, isBare: isBare)
      i = optionalStart
      found = optionalFound
      optionalTarget = -1
      if let captures = unsafe captures {
        unsafe captures.pointee.removeLast(captures.pointee.count - optionalCaptureCount)
      }
      continue
    }
    let keeps = op.keeps
    if keeps != .nothing {
      if keeps == .service {
        found.serviceStart = Int32(truncatingIfNeeded: from)
        found.serviceEnd = Int32(truncatingIfNeeded: to)
      } else if keeps == .message {
        found.messageStart = Int32(truncatingIfNeeded: from)
        found.messageEnd = Int32(truncatingIfNeeded: to)
      } else {
        if isBare || keeps == .suffix {
          memo.suffixStart = from
          memo.suffixEnd = to
        }
        if let captures = unsafe captures {
          unsafe captures.pointee.append(
            FieldCapture(name: op.name, scanner: op.scanner, start: from, end: to))
        }
      }
    }
    op.advance()
  }
}

/// A format that marks no message means the whole line; one that marks no end, its rest.
@inline(__always)
private func finish(
  _ found: Findings, _ memo: borrowing TimeMemo, _ start: Int, _ end: Int,
  _ result: inout Recognition
) {
  let from = found.messageStart < 0 ? start : Int(found.messageStart)
  let to = found.messageEnd < 0 ? end : Int(found.messageEnd)
  switch found.time {
  case .none: result.time = nil
  case .usual: result.time = memo.time
  case .special: result.time = memo.special
  }
  result.severity = found.severity
  result.messageStart = from
  result.messageEnd = to
  result.bodyStart = from
  result.bodyEnd = to
  result.structure = .text
  if memo.suffixEnd != 0 {
    result.suffixStart = memo.suffixStart
    result.suffixEnd = memo.suffixEnd
  }
  result.serviceStart = Int(found.serviceStart)
  result.serviceEnd = Int(found.serviceEnd)
  result.messageIsEscaped = false
}
