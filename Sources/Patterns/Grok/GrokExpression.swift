/// What a field's text is to be read as.
package enum GrokFieldType: String, Hashable, Sendable {
  case text, int, float

  /// `int` and `float` as in logstash, with the names that its relatives use.
  init(named name: String) {
    switch name {
    case "int", "integer", "long": self = .int
    case "float", "double", "number": self = .float
    default: self = .text
    }
  }
}

/// A grok expression with every reference written out, in PCRE2's syntax.
package struct GrokExpression: Sendable {
  /// A field that a match may fill.
  package struct Field: Hashable, Sendable {
    /// As it was written: `client`, `[client][ip]`, `http.status`.
    package var name: String
    package var type: GrokFieldType
    /// Names of the groups that fill it; the first that took part counts.
    var groups: [String]
  }

  package let expression: String
  /// In the order of first mention.
  package let fields: [Field]
  let map: [GrokExpander.Segment]
  /// The names that it uses, each behind those that it uses itself.
  let names: [String]

  /// The same, but a match must begin where its subject does.
  var atStart: GrokExpression {
    let opening = "\\A(?:"
    return GrokExpression(
      expression: opening + expression + ")", fields: fields,
      map: map.map {
        GrokExpander.Segment(
          outputStart: $0.outputStart + opening.utf8.count, origin: $0.origin,
          sourceStart: $0.sourceStart)
      }, names: names)
  }

  /// Where in a file byte `offset` of `expression` comes from.
  func place(at offset: Int) -> PatternPlace {
    let segment = map.last { $0.outputStart <= offset } ?? map[0]
    return segment.origin.place(at: segment.sourceStart + offset - segment.outputStart)
  }
}

/// A compiled grok expression and its fields; one thread at a time.
package struct GrokPattern: ~Copyable {
  package let fields: [GrokExpression.Field]
  private let groupNumbers: [[Int]]
  private var pattern: CompiledPattern

  package init(_ source: GrokExpression) throws(PatternProblem) {
    do throws(PatternSyntaxError) {
      // Grok's `^` and `$` match at every line.
      pattern = try CompiledPattern(source.expression, options: .lines)
    } catch {
      throw PatternProblem(.syntax(error.message), at: source.place(at: error.offset))
    }
    fields = source.fields
    let code = pattern.code
    groupNumbers = source.fields.map { $0.groups.compactMap { code.group(named: $0) } }
  }

  package mutating func match(_ subject: UnsafeBufferPointer<UInt8>) -> MatchOutcome {
    unsafe pattern.match(subject)
  }

  /// The whole of the last match.
  package var matchedRange: Range<Int>? { pattern.range(ofGroup: 0) }

  /// Where field `index` of `fields` lies in the last match; `nil` where it took no part.
  package func range(ofField index: Int) -> Range<Int>? {
    for number in groupNumbers[index] {
      if let range = pattern.range(ofGroup: number) { return range }
    }
    return nil
  }
}
