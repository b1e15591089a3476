/// A value that can be written into a keyframe and read back equal.
///
/// What `init(decoding:)` gives must behave as the original in every later step, to the byte of
/// every result. Write every stored property, in the order of declaration; a property that is
/// derived is rebuilt, one that is a reused buffer starts empty.
package protocol StateCodable {
  /// Appends the whole value. Equal values append equal bytes: no order of a dictionary.
  func encode(into encoder: inout StateEncoder)

  /// Reads what `encode` wrote. Any bytes may come: it throws, it never traps.
  init(decoding decoder: inout StateDecoder) throws(StateError)
}

/// Why bytes are not a state.
package enum StateError: Error, Hashable, Sendable {
  /// The bytes end within a value.
  case truncated
  /// A value that no encoder writes; what it was meant to be.
  case invalid(String)
}
