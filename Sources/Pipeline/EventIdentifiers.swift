internal import Patterns

/// What ties an event to others across services, for a person who looks at it: the id of a trace,
/// a request, an order.
package enum EventIdentifiers {
  package struct Identifier: Hashable, Sendable {
    package var name: String?
    package var value: String

    /// `order=ord_57f3ce84f2`
    package var text: String { name.map { $0 + "=" + value } ?? value }

    package init(name: String? = nil, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// What names say of how far an id reaches.
  private static let reach: [(part: String, score: Int)] = [
    ("trace", 100), ("correlation", 90), ("request", 80), ("req", 80), ("transaction", 75),
    ("txn", 75), ("order", 65), ("session", 60), ("payment", 60), ("task", 55), ("job", 55),
  ]
  private static let lineLimit = 64

  /// - Returns: Each id of the event once, the one that reaches furthest first.
  package static func find(in lines: [[UInt8]]) -> [Identifier] {
    var found: [(identifier: Identifier, score: Int)] = []
    var scanned: [FoundIdentifier] = []
    for line in lines.prefix(lineLimit) {
      unsafe line.withUnsafeBufferPointer { unsafe IdentifierScanner().scan($0, into: &scanned) }
      for one in scanned {
        let value = String(decoding: line[one.range], as: UTF8.self)
        if found.contains(where: { $0.identifier.value == value }) { continue }
        let label = String(decoding: line[one.label], as: UTF8.self)
        // A label within the value is how it begins, not how it is called.
        let isName = !label.isEmpty && one.label.upperBound <= one.range.lowerBound
        let lowered = label.lowercased()
        let named = reach.first { lowered.contains($0.part) }?.score
        found.append(
          (Identifier(name: isName ? label : nil, value: value), named ?? (isName ? 40 : 30)))
      }
    }
    // A stable order: of equal ones the first in the text.
    return found.enumerated()
      .sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
      .map(\.element.identifier)
  }
}
