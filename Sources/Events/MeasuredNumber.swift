/// A number that an event holds: how long something took, how large it was.
package struct MeasuredNumber: Hashable, Sendable {
  /// Of the event in its batch.
  package var index: Int32
  /// In milliseconds, where the text names a unit of time.
  package var value: Float

  package init(index: Int32, value: Float) {
    self.index = index
    self.value = value
  }
}
