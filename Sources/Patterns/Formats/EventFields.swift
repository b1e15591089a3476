package import Events

/// One field that a format found in an event, with its value as the text writes it.
package struct EventField: Hashable, Sendable {
  package enum Value: Hashable, Sendable {
    case text(String)
    /// A number as the text writes it.
    case number(String)
    case flag(Bool)
    /// A nested object or list, as JSON.
    case json(String)
  }
  package var name: String
  package var value: Value
}

/// The fields of an event beyond its time, level, service and message. Cold: reads the text again.
package func fields(
  of index: Int, in batch: EventBatch, library: FormatLibrary, names: borrowing EventNames
) -> [EventField] {
  []
}
