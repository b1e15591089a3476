/// A value that one event holds in a slot of its pattern, as a hash: detectors get no text.
package struct SeenValue: Hashable, Sendable {
  /// Slots that hold one of a few values: a version, a region, the code of an error.
  package static let categoryLimit = 6
  /// Slots that tie events together: an order, a request, a trace.
  package static let identifierLimit = 2
  package static let slotCount = categoryLimit + identifierLimit

  /// Of the event in its batch.
  package var index: Int32
  /// Below `categoryLimit` a category, from there on an identifier.
  package var slot: UInt8
  package var hash: UInt32

  package init(index: Int32, slot: UInt8, hash: UInt32) {
    self.index = index
    self.slot = slot
    self.hash = hash
  }

  package var isIdentifier: Bool { Int(slot) >= Self.categoryLimit }
}
