package import Events
package import Patterns

/// Counts a flow whose first step and answer somebody has named.
///
/// Both are conditions; an identifier that both events hold ties them together. A first step that
/// comes again before its answer is the same request. At most `openLimit` requests are followed; the
/// oldest beyond stay open for good. A pure function of the events. One thread at a time.
package final class NamedFlow {
  static let openLimit = 262_144

  private struct Started {
    var time: Instant
    var identifier: String
    var number: UInt64
  }

  private let start: Condition
  private let end: Condition
  /// Where the identifier is; `nil`: anything that looks like one ties events.
  private let fields: FieldLookup?
  private let scanner = IdentifierScanner()
  private var found: [FoundIdentifier] = []
  /// By identifier: its request, by number.
  private var requests: [UInt64: UInt64] = [:]
  private var started: [UInt64: Started] = [:]
  /// Identifiers of a request.
  private var identifiers: [UInt64: [UInt64]] = [:]
  private var nextNumber: UInt64 = 0
  private var oldest: UInt64 = 0
  private var answeredCount: UInt64 = 0
  private var latencies = QuantileSketch()
  private var newestTime = Instant.distantPast

  /// - Parameter idFields: Fields of which the first that an event has is its identifier; none: any.
  package init(start: Condition, end: Condition, idFields: [String], library: FormatLibrary) {
    self.start = start
    self.end = end
    fields = idFields.isEmpty ? nil : FieldLookup(idFields, library: library)
  }

  package func consume(_ batch: EventBatch, names: EventNames) {
    for index in 0..<batch.count {
      let time = unsafe batch.records[index].time
      newestTime = max(newestTime, time)
      // An answer first: a condition for both ties a step to its next one.
      let isEnd = end.holds(batch, index, names: names)
      let isStart = start.holds(batch, index, names: names)
      guard isEnd || isStart else { continue }
      readIdentifiers(batch, index, names)
      if found.isEmpty { continue }
      if isEnd { answer(time) }
      if isStart { begin(time, batch, index) }
    }
  }

  private func readIdentifiers(_ batch: EventBatch, _ index: Int, _ names: EventNames) {
    guard let fields else {
      let raw = unsafe batch.raw(index)
      return unsafe scanner.scan(raw, into: &found)
    }
    found.removeAll(keepingCapacity: true)
    fields.read(index, of: batch, names: names)
    for number in fields.names.indices {
      guard let value = unsafe fields.value(number) else { continue }
      identifierText = unsafe String(decoding: value, as: UTF8.self)
      found = [
        FoundIdentifier(
          hash: unsafe IdentifierScanner.hash(of: value), range: 0..<0, label: 0..<0)
      ]
      return
    }
  }

  /// Of the event that was read last, where a field names it.
  private var identifierText = ""

  private func begin(_ time: Instant, _ batch: EventBatch, _ index: Int) {
    // What shares only a part of its identifiers with another, such as a batch's, is a request of its own.
    let known = found.compactMap { requests[$0.hash] }
    if known.count == found.count, Set(known).count == 1 { return }
    let number = nextNumber
    nextNumber += 1
    let raw = unsafe batch.raw(index)
    let text =
      fields == nil
      ? unsafe String(
        decoding: UnsafeBufferPointer(rebasing: raw[found[0].range]), as: UTF8.self)
      : identifierText
    started[number] = Started(time: time, identifier: text, number: number)
    identifiers[number] = found.map(\.hash)
    for identifier in found { requests[identifier.hash] = number }
    while started.count > Self.openLimit {
      // Given up: it stays among those that were started.
      if started[oldest] != nil { forget(oldest) }
      oldest += 1
    }
  }

  private func answer(_ time: Instant) {
    guard let number = answeredRequest(), let request = started[number] else { return }
    answeredCount += 1
    latencies.add(Double(max(0, time.microseconds(since: request.time))) / 1000)
    forget(number)
  }

  /// The request that has most identifiers in common with the event that was read last.
  private func answeredRequest() -> UInt64? {
    var counts: [UInt64: Int] = [:]
    for identifier in found {
      if let number = requests[identifier.hash] { counts[number, default: 0] += 1 }
    }
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
  }

  private func forget(_ number: UInt64) {
    started[number] = nil
    for identifier in identifiers.removeValue(forKey: number) ?? []
    where requests[identifier] == number {
      requests[identifier] = nil
    }
  }

  /// - Parameter timeout: What is unanswered for so long is open; `nil`: twice what 99 of 100 took.
  package func report(timeoutMicroseconds timeout: Int64?) -> FlowReport {
    let limit = timeout ?? Int64((latencies.quantile(0.99) ?? 0) * 2000)
    let open = started.values.sorted { $0.number < $1.number }
    let waiting = open.filter { newestTime.microseconds(since: $0.time) <= limit }
    return FlowReport(
      from: FlowStep(service: nil, text: start.text), to: FlowStep(service: nil, text: end.text),
      identifierName: fields?.names.joined(separator: ",") ?? "", startedCount: nextNumber,
      answeredCount: answeredCount, waitingCount: UInt64(waiting.count), latencies: latencies,
      openExamples: open.filter { newestTime.microseconds(since: $0.time) > limit }
        .suffix(FlowReport.exampleLimit)
        .map { FlowReport.Open(identifier: $0.identifier, time: $0.time) })
  }

  package var unknownFields: [String] {
    let own = fields.map { fields in
      fields.readCount > 0
        ? zip(fields.names, fields.foundCounts).filter { $1 == 0 }.map(\.0) : []
    }
    return start.unknownFields + end.unknownFields + (own ?? [])
  }
}
