internal import Events

/// Reads a file of named patterns.
///
/// Each begins with `pattern NAME`, and its parts follow, one a line: `severity`, `meaning`, `match`
/// (once for each wording), `sample`, `not`, and `scope any` for what any software may say. `define NAME EXPRESSION` gives grok a name that only
/// this file has. `#` begins a comment line.
struct EventsFile {
  struct LocalDefinition {
    var name: String
    var expression: String
    var place: PatternPlace
  }

  private(set) var patterns: [NamedPattern] = []
  private(set) var definitions: [LocalDefinition] = []
  private(set) var problems: [PatternProblem] = []
  private var draft: Draft?

  private struct Draft {
    var name: String
    var place: PatternPlace
    var severity: Severity?
    var meaning: String?
    var isGeneral = false
    var wordings: [NamedPattern.Wording] = []
    var samples: [String] = []
    var counterSamples: [String] = []
  }

  init(_ bytes: [UInt8], path: String) {
    for line in TextLines(bytes) { read(line, path: path) }
    endPattern()
  }

  private mutating func read(_ line: TextLines.Line, path: String) {
    let origin = GrokOrigin(file: path, line: line.number, text: line.bytes)
    let start = line.bytes.startIndex
    var words = line.bytes[...]
    words = words.drop(while: Self.isBlank)
    guard let first = words.first, first != UInt8(ascii: "#") else { return }
    guard String(validating: line.bytes, as: UTF8.self) != nil else {
      problems.append(PatternProblem(.notUTF8, at: origin.place(at: 0)))
      return
    }
    let place = origin.place(at: words.startIndex - start)
    let directive = String(decoding: words.prefix { !Self.isBlank($0) }, as: UTF8.self)
    var rest = words.dropFirst(directive.utf8.count).drop(while: Self.isBlank)
    while let last = rest.last, Self.isBlank(last) { rest.removeLast() }
    let value = String(decoding: rest, as: UTF8.self)
    let valuePlace = origin.place(at: rest.startIndex - start)
    guard !value.isEmpty else {
      problems.append(PatternProblem(.missingExpression(name: directive), at: place))
      return
    }
    take(directive, value, at: place, valueAt: valuePlace)
  }

  private mutating func take(
    _ directive: String, _ value: String, at place: PatternPlace, valueAt valuePlace: PatternPlace
  ) {
    switch directive {
    case "pattern":
      endPattern()
      draft = Draft(name: value, place: valuePlace)
      if patterns.contains(where: { $0.name == value }) {
        problems.append(PatternProblem(.duplicateName(value), at: valuePlace))
      }
    case "define":
      let pieces = value.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
      guard pieces.count == 2 else {
        problems.append(PatternProblem(.missingExpression(name: value), at: valuePlace))
        return
      }
      definitions.append(
        LocalDefinition(
          name: String(pieces[0]), expression: String(pieces[1].drop { $0 == " " }),
          place: valuePlace))
    case "severity":
      draft?.severity = Severity.allCases.first { $0.name == value }
      if draft?.severity == nil {
        problems.append(PatternProblem(.unknownSeverity(value), at: valuePlace))
      }
    case "meaning": draft?.meaning = value
    case "scope":
      draft?.isGeneral = value == "any"
      if value != "any" {
        problems.append(PatternProblem(.unknownDirective("scope \(value)"), at: place))
      }
    case "match":
      draft?.wordings.append(
        NamedPattern.Wording(
          expression: value, place: valuePlace, anchor: Anchor.best(in: Array(value.utf8))))
    case "sample": draft?.samples.append(value)
    case "not": draft?.counterSamples.append(value)
    default: problems.append(PatternProblem(.unknownDirective(directive), at: place))
    }
  }

  private mutating func endPattern() {
    guard let draft else { return }
    self.draft = nil
    guard let severity = draft.severity else { return missing("severity", of: draft) }
    guard let meaning = draft.meaning else { return missing("meaning", of: draft) }
    guard !draft.wordings.isEmpty else { return missing("match", of: draft) }
    patterns.append(
      NamedPattern(
        name: draft.name, severity: severity, meaning: meaning, place: draft.place,
        isGeneral: draft.isGeneral, wordings: draft.wordings, samples: draft.samples,
        counterSamples: draft.counterSamples))
  }

  private mutating func missing(_ part: String, of draft: Draft) {
    problems.append(
      PatternProblem(.missingPart(pattern: draft.name, part: part), at: draft.place))
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }
}
