/// Why a condition cannot be read, and where.
package struct ConditionProblem: Error, Hashable, Sendable {
  package let text: String
  /// Characters of the text before the place.
  package let offset: Int
  /// A short sentence without a full stop.
  package let message: String
}
