package import Events

/// What a screen wants to see counted: the windows up to a place, by anything.
package struct CountQuery: Hashable, Sendable {
  /// What stays the same while the stream goes on.
  package struct Form: Hashable, Sendable {
    /// Names of dimensions, as `CountDimension` takes them.
    package var dimensions: [String]
    package var windowMicroseconds: Int64
    /// Only events that fulfil it; empty: all.
    package var condition: String

    package init(dimensions: [String], windowMicroseconds: Int64, condition: String) {
      self.dimensions = dimensions
      self.windowMicroseconds = windowMicroseconds
      self.condition = condition
    }
  }

  package var form: Form
  /// The first window that is wanted begins here.
  package var from: Instant
  /// Events before this offset.
  package var endOffset: UInt64

  package init(_ form: Form, from: Instant, endOffset: UInt64) {
    self.form = form
    self.from = from
    self.endOffset = endOffset
  }
}

/// The answer to a `CountQuery`: groups by windows.
package struct CountTable: Hashable, Sendable {
  package struct Window: Hashable, Sendable {
    package var start: Instant
    /// It will not change any more.
    package var isFinal: Bool
    package var count: UInt64 = 0
    package var lateCount: UInt64 = 0

    package init(start: Instant, isFinal: Bool) {
      self.start = start
      self.isFinal = isFinal
    }
  }

  package struct Row: Hashable, Sendable {
    /// One for each dimension; `nil` where the events have nothing of the kind.
    package var labels: [String?]
    /// One for each window.
    package var counts: [UInt32]
    package var total: UInt64

    package init(labels: [String?], counts: [UInt32], total: UInt64) {
      self.labels = labels
      self.counts = counts
      self.total = total
    }
  }

  /// Rows that are told by name; what the rest comes to is one more.
  package static let rowLimit = 500

  package var form: CountQuery.Form
  /// In order, without gaps.
  package var windows: [Window] = []
  /// Largest first.
  package var rows: [Row] = []
  /// Groups beyond the limits, summed up.
  package var others: Row?
  /// Fields that were asked for and that no event had.
  package var unknownFields: [String] = []

  package init(_ form: CountQuery.Form) { self.form = form }
}
