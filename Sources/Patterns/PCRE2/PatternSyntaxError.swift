/// Why an expression does not compile, and where.
package struct PatternSyntaxError: Error, Hashable, Sendable {
  /// Bytes of the expression before the place where compiling stopped.
  package let offset: Int
  /// PCRE2's own short sentence, without a full stop.
  package let message: String
}
