/// Says which lines hold what a user searches for; one thread at a time.
///
/// An expression without any special character is searched for as bytes. Any other is run only on
/// lines that hold the text that every match of it must hold, where there is such a text.
package final class LineMatcher {
  package let expression: String
  /// Lines on which the expression was stopped; they count as not matching.
  package private(set) var stoppedLineCount = 0
  private let required: ByteSearch?
  private let requiredIsAll: Bool
  private var pattern: CompiledPattern

  /// - Parameter ignoringCase: Letters match both cases.
  package init(_ expression: String, ignoringCase: Bool = false) throws(PatternSyntaxError) {
    self.expression = expression
    pattern = try CompiledPattern(expression, options: ignoringCase ? .ignoringCase : [])
    let literals = RequiredLiteral.all(in: Array(expression.utf8))
    let isCaseless = ignoringCase || literals.ignoresCase
    let longest = isCaseless ? nil : literals.runs.max { $0.count < $1.count }
    required = longest.map { ByteSearch($0) }
    requiredIsAll = !isCaseless && literals.isWholeExpression
  }

  /// A matcher with the same meaning for another thread.
  package func copy() -> LineMatcher { LineMatcher(copying: self) }

  private init(copying other: LineMatcher) {
    expression = other.expression
    pattern = CompiledPattern(sharing: other.pattern.code)
    required = other.required
    requiredIsAll = other.requiredIsAll
  }

  package func matches(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    unsafe firstMatch(in: line) != nil
  }

  /// The first match at `start` or later; empty where the expression matches nothing at a place.
  package func firstMatch(
    in line: UnsafeBufferPointer<UInt8>, from start: Int = 0
  ) -> Range<Int>? {
    guard start >= 0 && start <= line.count else { return nil }
    if let required {
      guard let index = unsafe required.firstIndex(in: line, from: requiredIsAll ? start : 0)
      else { return nil }
      if requiredIsAll { return index..<index + required.needle.count }
    }
    switch unsafe pattern.match(line, from: start) {
    case .match: return pattern.range(ofGroup: 0)
    case .noMatch: return nil
    case .limitReached:
      stoppedLineCount += 1
      return nil
    }
  }
}
