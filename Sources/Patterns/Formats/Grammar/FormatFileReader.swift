internal import Events

/// Reads a format file: `key: value` lines, a blank line or `#` between them as you like.
///
/// `format:` begins a format; `about:`, `rank:`, `events:`, `line:`, `regex:`, `define:`, `level:` describe it; `sample:`
/// begins a sample, and the indented lines below it are its further lines (`|text`) and what must be found in it.
struct FormatFileReader {
  let file: String
  private(set) var declarations: [FormatDeclaration] = []
  private(set) var samples: [FormatSample] = []
  private(set) var problems: [FormatProblem] = []

  /// - Parameter keepsSamples: Off where only the formats count: samples are most of a file.
  init(_ file: FormatFile, keepsSamples: Bool) {
    self.file = file.name
    var lineNumber = 0
    var isInSample = false
    var start = 0
    let text = file.text
    while start < text.count {
      let end = text[start...].firstIndex(of: 0x0a) ?? text.count
      lineNumber += 1
      let line = text[start..<end]
      start = end + 1
      guard let first = line.first, first != ascii("#") else { continue }
      if first.isBlank {
        if isInSample {
          if keepsSamples { addToSample(line, lineNumber) }
        } else if line.contains(where: { !$0.isBlank }) {
          fail(lineNumber, 1, "an indented line belongs below a sample")
        }
        continue
      }
      isInSample = readKey(line, lineNumber, keepsSamples: keepsSamples)
    }
  }

  private mutating func fail(_ line: Int, _ column: Int, _ reason: String) {
    problems.append(FormatProblem(file: file, line: line, column: column, reason: reason))
  }

  /// - Returns: Whether a sample begins.
  private mutating func readKey(
    _ line: ArraySlice<UInt8>, _ number: Int, keepsSamples: Bool
  ) -> Bool {
    guard let colon = line.firstIndex(of: ascii(":")) else {
      fail(number, 1, "a line is `key: value`")
      return false
    }
    let key = String(decoding: line[..<colon], as: UTF8.self)
    var value = line[(colon + 1)...]
    if value.first == 0x20 { value = value.dropFirst() }
    let column = value.startIndex - line.startIndex + 1
    if key == "format" {
      declarations.append(FormatDeclaration(name: String(decoding: value, as: UTF8.self)))
      return false
    }
    guard !declarations.isEmpty else {
      fail(number, 1, "`format: NAME` comes first")
      return false
    }
    let last = declarations.count - 1
    switch key {
    case "about": declarations[last].about = String(decoding: value, as: UTF8.self)
    case "rank":
      guard let rank = Int(String(decoding: value, as: UTF8.self)) else {
        fail(number, column, "a rank is a number")
        return false
      }
      declarations[last].rank = rank
    case "events":
      guard String(decoding: value, as: UTF8.self) == "one line" else {
        fail(number, column, "events are `one line`, or this is left out")
        return false
      }
      declarations[last].isSingleLine = true
    case "line":
      declarations[last].lines.append(SourceLine(text: value, line: number, column: column))
    case "regex":
      declarations[last].expressions.append(SourceLine(text: value, line: number, column: column))
    case "define":
      declarations[last].definitions.append(SourceLine(text: value, line: number, column: column))
    case "level": readLevels(value, number, column)
    case "sample":
      if keepsSamples {
        samples.append(
          FormatSample(
            format: declarations[last].name, file: file, line: number, text: Array(value),
            expected: []))
      }
      return true
    default: fail(number, 1, "there is no key `\(key)`")
    }
    return false
  }

  /// `word=severity` pairs.
  private mutating func readLevels(_ value: ArraySlice<UInt8>, _ number: Int, _ column: Int) {
    for pair in value.split(separator: 0x20) {
      let at = column + pair.startIndex - value.startIndex
      // The last one parts: a level's sign may be `=` itself.
      guard let equals = pair.lastIndex(of: ascii("=")), equals > pair.startIndex else {
        fail(number, at, "a level is `word=severity`")
        continue
      }
      let name = String(decoding: pair[(equals + 1)...], as: UTF8.self)
      guard let severity = Severity.allCases.first(where: { $0.name == name }) else {
        fail(number, at, "there is no severity `\(name)`")
        continue
      }
      let word = Array(pair[..<equals].prefix(8))
      declarations[declarations.count - 1].levels.append((word, severity))
    }
  }

  private mutating func addToSample(_ line: ArraySlice<UInt8>, _ number: Int) {
    let content = line.drop(while: { $0.isBlank })
    guard let first = content.first else { return }
    let last = samples.count - 1
    if first == ascii("|") {
      samples[last].text.append(0x0a)
      samples[last].text += content.dropFirst()
      return
    }
    guard let colon = content.firstIndex(of: ascii(":")) else {
      fail(number, content.startIndex - line.startIndex + 1, "an expectation is `field: value`")
      return
    }
    var value = content[(colon + 1)...]
    if value.first == 0x20 { value = value.dropFirst() }
    samples[last].expected.append(
      (String(decoding: content[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self)))
  }
}
