package import Events

/// Which events a screen wants to see. An event passes when it passes every part.
package struct EventFilter: Hashable, Sendable {
  package var minimumSeverity: Severity = .unknown
  /// Only these patterns, where not empty.
  package var onlyPatterns: Set<PatternID> = []
  package var hiddenPatterns: Set<PatternID> = []
  package var onlyServices: Set<ServiceID> = []
  package var hiddenServices: Set<ServiceID> = []
  /// PCRE2 expressions that the raw text must match, and must not match.
  package var matching: [String] = []
  package var notMatching: [String] = []
  /// An id that the raw text must hold, not as a part of a longer one.
  package var identifier: String?
  package init() {}
  package var isEmpty: Bool { self == EventFilter() }
}

/// Events around a place: up to `before` before `offset` and `after` from it on, that pass.
package struct EventQuery: Hashable, Sendable {
  package var offset: UInt64
  package var before: Int
  package var after: Int
  package var filter: EventFilter
  package init(offset: UInt64, before: Int, after: Int, filter: EventFilter = EventFilter()) {
    self.offset = offset
    self.before = before
    self.after = after
    self.filter = filter
  }
}

/// One event as a screen shows it.
package struct EventRow: Hashable, Sendable {
  package var offset: UInt64
  package var time: Instant
  package var timeOrigin: TimeOrigin
  package var ingestTime: Instant
  package var flags: EventFlags
  package var severity: Severity
  package var service: String
  package var source: String
  package var format: String
  package var pattern: PatternID
  package var message: String
  /// All lines of the raw text, terminators stripped, control bytes and invalid UTF-8 kept.
  package var lines: [[UInt8]]
  package init(
    offset: UInt64, time: Instant, timeOrigin: TimeOrigin, ingestTime: Instant, flags: EventFlags,
    severity: Severity, service: String, source: String, format: String, pattern: PatternID,
    message: String, lines: [[UInt8]]
  ) {
    self.offset = offset
    self.time = time
    self.timeOrigin = timeOrigin
    self.ingestTime = ingestTime
    self.flags = flags
    self.severity = severity
    self.service = service
    self.source = source
    self.format = format
    self.pattern = pattern
    self.message = message
    self.lines = lines
  }
}

/// The answer to an `EventQuery`, in offset order.
package struct EventPage: Hashable, Sendable {
  package var query: EventQuery
  package var rows: [EventRow]
  /// Nothing that passes lies before the first, behind the last row.
  package var reachesStart: Bool
  package var reachesEnd: Bool
  package init(query: EventQuery, rows: [EventRow], reachesStart: Bool, reachesEnd: Bool) {
    self.query = query
    self.rows = rows
    self.reachesStart = reachesStart
    self.reachesEnd = reachesEnd
  }
}

/// Find the next event that passes `filter`, from `offset` on (excluded) in one direction.
package struct SearchQuery: Hashable, Sendable {
  package var offset: UInt64
  package var forward: Bool
  package var filter: EventFilter
  package init(offset: UInt64, forward: Bool, filter: EventFilter) {
    self.offset = offset
    self.forward = forward
    self.filter = filter
  }
}

/// Two windows of the stream, to be laid side by side: what was usual, and what is suspected.
package struct ComparisonQuery: Hashable, Sendable {
  package var a: ClosedRange<Instant>
  package var b: ClosedRange<Instant>
  package init(a: ClosedRange<Instant>, b: ClosedRange<Instant>) {
    self.a = a
    self.b = b
  }
}

/// What is behind the variables of one pattern, as of the cursor.
package struct PatternDetail: Hashable, Sendable {
  package struct Variable: Hashable, Sendable {
    /// "num", "ip", …
    package var type: String
    /// The key before it (`user=`), where there is one.
    package var name: String?
    package var distinctCount: Int
    package var distinctIsExact: Bool
    /// Largest first.
    package var topValues: [(value: String, count: UInt64)]
    /// p50, p95, p99 in the unit of the text, for measures.
    package var quantiles: (Double, Double, Double)?

    package init(
      type: String, name: String?, distinctCount: Int, distinctIsExact: Bool,
      topValues: [(value: String, count: UInt64)], quantiles: (Double, Double, Double)?
    ) {
      self.type = type
      self.name = name
      self.distinctCount = distinctCount
      self.distinctIsExact = distinctIsExact
      self.topValues = topValues
      self.quantiles = quantiles
    }

    package static func == (a: Variable, b: Variable) -> Bool {
      a.type == b.type && a.name == b.name && a.distinctCount == b.distinctCount
        && a.topValues.elementsEqual(b.topValues) { $0.value == $1.value && $0.count == $1.count }
    }

    package func hash(into hasher: inout Hasher) {
      hasher.combine(type)
      hasher.combine(name)
      hasher.combine(distinctCount)
    }
  }

  package var pattern: PatternID
  package var variables: [Variable]
  /// Newest first.
  package var examples: [EventRow]
  /// The pattern as a PCRE2 expression that matches all its events' messages.
  package var expression: String
  package var grok: String
  /// Templates of patterns that were merged into it and can be taken out again.
  package var mergedTemplates: [String] = []
  /// Whether it is kept from being merged.
  package var isPinned = false

  package init(
    pattern: PatternID, variables: [Variable], examples: [EventRow], expression: String,
    grok: String
  ) {
    self.pattern = pattern
    self.variables = variables
    self.examples = examples
    self.expression = expression
    self.grok = grok
  }
}
