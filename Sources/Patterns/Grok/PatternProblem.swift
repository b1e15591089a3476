/// A place in a file of patterns; line and column count from 1, columns in characters.
package struct PatternPlace: Hashable, Sendable {
  package var file: String
  package var line: Int
  package var column: Int

  package init(file: String, line: Int, column: Int = 1) {
    self.file = file
    self.line = line
    self.column = column
  }
}

/// What does not load from a file of patterns, where and why.
package struct PatternProblem: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    /// A name stands alone on its line.
    case missingExpression(name: String)
    case invalidName(String)
    case notUTF8
    /// `%{` without its `}`.
    case unterminatedReference
    case unknownName(String)
    /// Each name uses the next, and the last uses the first again.
    case recursion([String])
    /// With all its references written out, the expression is longer than this.
    case tooLong(byteLimit: Int)
    /// Oniguruma has it, PCRE2 does not.
    case unsupported(String)
    /// PCRE2 says so.
    case syntax(String)
    /// A line of an events file begins with a word that is none of its own.
    case unknownDirective(String)
    case unknownSeverity(String)
    /// A named pattern lacks one of its parts.
    case missingPart(pattern: String, part: String)
    case duplicateName(String)
  }

  package var place: PatternPlace
  package var reason: Reason

  package init(_ reason: Reason, at place: PatternPlace) {
    self.place = place
    self.reason = reason
  }
}

extension PatternProblem {
  /// In words, without its place.
  package var reasonText: String { reason.text }
}

extension PatternProblem: CustomStringConvertible {
  /// `file:line:column: reason`, the way compilers say it.
  package var description: String {
    "\(place.file):\(place.line):\(place.column): \(reason.text)"
  }
}

extension PatternProblem.Reason {
  fileprivate var text: String {
    switch self {
    case .missingExpression(let name): "\(name) has nothing behind it"
    case .invalidName(let name):
      "\"\(name)\" is no name: letters, digits, '_', '-' and '.' make one"
    case .notUTF8: "the text is not UTF-8"
    case .unterminatedReference: "%{ without its }"
    case .unknownName(let name): "nothing defines \(name)"
    case .recursion(let names): "comes back to itself: \(names.joined(separator: " uses "))"
    case .tooLong(let byteLimit): "written out, it is longer than \(byteLimit) bytes"
    case .unsupported(let syntax): "\(syntax) is not supported"
    case .syntax(let message): message
    case .unknownDirective(let word): "\"\(word)\" means nothing here"
    case .unknownSeverity(let word): "\"\(word)\" is no severity"
    case .missingPart(let pattern, let part): "pattern \(pattern) has no \(part)"
    case .duplicateName(let name): "\(name) is defined above already"
    }
  }
}
