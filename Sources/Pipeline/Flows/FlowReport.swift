package import Events

/// A first step, the step that answers it, and how often it did.
package struct FlowReport: Sendable {
  /// A thing of which the answer is missing.
  package struct Open: Hashable, Sendable {
    package var identifier: String
    package var time: Instant
  }

  package static let exampleLimit = 3

  package var from: FlowStep
  package var to: FlowStep
  /// What the identifiers are called; empty where they have no name.
  package var identifierName: String
  package var startedCount: UInt64
  package var answeredCount: UInt64
  /// Not answered, but so lately begun that the answer may still come.
  package var waitingCount: UInt64
  /// How long answers took, in milliseconds.
  package var latencies: QuantileSketch
  /// The latest that stayed open, in the order in which they began.
  package var openExamples: [Open]

  package var openCount: UInt64 { startedCount - answeredCount - waitingCount }
}

/// What stands for the events of one step.
package struct FlowStep: Hashable, Sendable {
  /// `nil` where a condition says what the step is.
  package var service: String?
  /// The pattern's template without its fields, or the condition.
  package var text: String

  package init(service: String?, text: String) {
    self.service = service
    self.text = text
  }
}
