internal import Events

/// A level that a field writes as a word or a letter.
func textSeverity(_ bytes: LineBytes, _ role: KeyRole, _ start: Int, _ end: Int) -> Severity {
  if role == .letterLevel {
    // Mongo: F, E, W, I, D, D1 to D5.
    let letter = bytes[start]
    guard end &- start == 1 || (end &- start == 2 && letter == ascii("D")) else { return .unknown }
    return letter.isUpper ? severity(letter: letter) : .unknown
  }
  let known = severity(bytes, start, end)
  if known != .unknown { return known }
  // Winston's own levels, between info and debug.
  if bytes.spells("http", at: start, end: end) { return .info }
  if bytes.spells("silly", at: start, end: end) { return .trace }
  // slog writes levels between its own as `INFO+2`, `DEBUG-4`.
  for i in start..<end where bytes[i] == ascii("+") || bytes[i] == ascii("-") {
    return severity(bytes, start, i)
  }
  return .unknown
}

/// A level that a field writes as a number, on the scale that goes with its key.
func numericSeverity(_ bytes: LineBytes, _ role: KeyRole, _ start: Int, _ end: Int) -> Severity {
  guard let number = wholeNumber(bytes, start, end) else { return .unknown }
  switch role {
  case .pythonLevel:
    switch number {
    case 1..<10: return .trace
    case 10..<20: return .debug
    case 20..<30: return .info
    case 30..<40: return .warn
    case 40..<50: return .error
    case 50...100: return .fatal
    default: return .unknown
    }
  case .openTelemetryLevel:
    switch number {
    case 1...4: return .trace
    case 5...8: return .debug
    case 9...12: return .info
    case 13...16: return .warn
    case 17...20: return .error
    case 21...24: return .fatal
    default: return .unknown
    }
  case .syslogLevel, .level:
    if number < 8 { return syslogSeverity(number) }
    if role == .syslogLevel { return .unknown }
    // Bunyan and pino count in tens, Monolog and Google's cloud in hundreds.
    switch number {
    case 8..<20: return .trace
    case 20..<30: return .debug
    case 30..<40: return .info
    case 40..<50: return .warn
    case 50..<60: return .error
    case 60..<100: return .fatal
    case 100..<200: return .debug
    case 200..<250: return .info
    case 250: return .notice
    case 300: return .warn
    case 400: return .error
    case 500...800: return .fatal
    default: return .unknown
    }
  default: return .unknown
  }
}

/// RFC 5424, 6.2.1: 0 is an emergency, 7 is for debugging.
func syslogSeverity(_ number: Int64) -> Severity {
  switch number {
  case 0...2: .fatal
  case 3: .error
  case 4: .warn
  case 5: .notice
  case 6: .info
  case 7: .debug
  default: .unknown
  }
}

/// A number of at most 18 digits and nothing else.
func wholeNumber(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Int64? {
  guard start < end, end &- start <= 18 else { return nil }
  var number: Int64 = 0
  for i in start..<end {
    guard bytes[i].isDigit else { return nil }
    number = number &* 10 &+ Int64(bytes[i] &- 0x30)
  }
  return number
}
