package import Events
internal import Patterns

/// Finds flows by itself: what mostly follows the first event of an identifier, and where it does not.
///
/// Every identifier leaves a trace, its steps in order. A first step from which half of the traces or
/// more come to one same step is a flow; identifiers that come back to their first step again and again, as a user's,
/// make none. Of more than `traceLimit` traces the oldest are summed up. A pure function of the events,
/// however they are cut. One thread at a time.
package final class LearnedFlows {
  static let traceLimit = 262_144
  private static let stepLimit = 16
  /// Traces from which on a first step counts, and the part of them that has to have the answer.
  private static let leastStarted: UInt64 = 10
  private static let leastShare = 0.5
  /// The part of the traces that may come back to their first step.
  private static let largestRepeated = 0.2

  private struct Step {
    var pattern: PatternID
    var service: UInt32
    var time: Instant
  }

  private struct Trace {
    var identifier: [UInt8]
    var label: UInt32
    var steps: [Step]
    var isRepeated = false

    mutating func add(_ step: Step, limit: Int) {
      if steps.contains(where: { $0.pattern == step.pattern && $0.service == step.service }) {
        if step.pattern == steps[0].pattern { isRepeated = true }
        return
      }
      if steps.count < limit { steps.append(step) }
    }
  }

  private struct Place: Hashable {
    var pattern: PatternID
    var service: UInt32
  }

  private struct Start: Hashable {
    var label: UInt32
    var step: FlowStep
  }

  /// What came of the traces that begin with one step.
  private struct Sum {
    var count: UInt64 = 0
    var repeatedCount: UInt64 = 0
    /// By later step: the traces that have it, and how long after the first.
    var later: [FlowStep: QuantileSketch] = [:]
  }

  private let miner = TemplateMiner()
  private var translation = NameTranslation()
  private let scanner = IdentifierScanner()
  private var found: [FoundIdentifier] = []
  private var labels = NameTable()
  private var traces: [UInt64: Trace] = [:]
  /// Identifiers in order of first sight; those before `oldest` are summed up.
  private var order: [UInt64] = []
  private var oldest = 0
  private var sums: [Start: Sum] = [:]
  /// What steps are called as of now.
  private var stepNames: [Place: FlowStep] = [:]
  private var newestTime = Instant.distantPast
  private let traceLimit: Int

  package convenience init() { self.init(traceLimit: Self.traceLimit) }

  init(traceLimit: Int) { self.traceLimit = traceLimit }

  package func consume(_ batch: EventBatch, names: EventNames) {
    translation.apply(to: batch, names: names)
    // Traces are summed up by the patterns as they are then, wherever a batch ends.
    if traces.count + batch.count * IdentifierScanner.identifierLimit < traceLimit {
      follow(batch)
    } else {
      for index in 0..<batch.count { follow(batch.slice(index..<index + 1)) }
    }
  }

  private func follow(_ batch: EventBatch) {
    miner.mine(batch)
    if !miner.takeChanges().isEmpty { stepNames.removeAll() }
    for index in 0..<batch.count {
      let record = unsafe batch.records[index]
      newestTime = max(newestTime, record.time)
      if record.pattern == .none { continue }
      let raw = unsafe batch.raw(index)
      unsafe scanner.scan(raw, into: &found)
      let step = Step(
        pattern: record.pattern, service: record.service.rawValue, time: record.time)
      for identifier in found { unsafe add(step, to: identifier, raw) }
    }
    if traces.count > traceLimit { sumUp(traces.count - traceLimit * 3 / 4) }
  }

  private func add(
    _ step: Step, to identifier: FoundIdentifier, _ raw: UnsafeBufferPointer<UInt8>
  ) {
    if let index = traces.index(forKey: identifier.hash) {
      return traces.values[index].add(step, limit: Self.stepLimit)
    }
    let label = unsafe labels.intern(UnsafeBufferPointer(rebasing: raw[identifier.label]))
    traces[identifier.hash] = Trace(
      identifier: unsafe Array(UnsafeBufferPointer(rebasing: raw[identifier.range])), label: label,
      steps: [step])
    order.append(identifier.hash)
  }

  private func sumUp(_ count: Int) {
    for hash in order[oldest..<oldest + count] {
      if let trace = traces.removeValue(forKey: hash) { add(trace, to: &sums) }
    }
    oldest += count
    if oldest > traceLimit {
      order.removeFirst(oldest)
      oldest = 0
    }
  }

  // MARK: What they come to

  private func name(_ step: Step) -> FlowStep {
    let place = Place(pattern: step.pattern, service: step.service)
    if let known = stepNames[place] { return known }
    let name = FlowStep(
      service: translation.names.services.name(step.service),
      text: Self.withoutFields(miner.template(step.pattern)))
    stepNames[place] = name
    return name
  }

  /// `request completed` of `request completed method=GET status=200`: however it went, it is the step.
  static func withoutFields(_ template: String) -> String {
    var words = template.split(separator: " ", omittingEmptySubsequences: false)
    while words.count > 1, let last = words.last, let sign = last.firstIndex(of: "="),
      sign > last.startIndex,
      last[..<sign].allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." })
    {
      words.removeLast()
    }
    return words.joined(separator: " ")
  }

  /// The first occurrence of each step behind the first one.
  private func later(_ trace: Trace, but first: FlowStep) -> [(step: FlowStep, time: Instant)] {
    var result: [(step: FlowStep, time: Instant)] = []
    for step in trace.steps.dropFirst() {
      let name = name(step)
      if name != first, !result.contains(where: { $0.step == name }) {
        result.append((name, step.time))
      }
    }
    return result
  }

  private func isRepeated(_ trace: Trace, _ first: FlowStep) -> Bool {
    trace.isRepeated || trace.steps.dropFirst().contains { name($0) == first }
  }

  private func add(_ trace: Trace, to sums: inout [Start: Sum]) {
    let first = name(trace.steps[0])
    let start = Start(label: trace.label, step: first)
    sums[start, default: Sum()].count += 1
    if isRepeated(trace, first) { sums[start]!.repeatedCount += 1 }
    for (step, time) in later(trace, but: first) {
      let latency = Double(max(0, time.microseconds(since: trace.steps[0].time))) / 1000
      sums[start]!.later[step, default: QuantileSketch()].add(latency)
    }
  }

  /// The flows that were found, those with most open requests first.
  /// - Parameter timeout: What is unanswered for so long is open; `nil`: twice what 99 of 100 took.
  package func reports(timeoutMicroseconds timeout: Int64?) -> [FlowReport] {
    var sums = sums
    let kept = order[oldest...].compactMap { traces[$0] }
    for trace in kept { add(trace, to: &sums) }
    var reports: [Start: FlowReport] = [:]
    for (start, sum) in sums {
      guard sum.count >= Self.leastStarted,
        Double(sum.repeatedCount) <= Self.largestRepeated * Double(sum.count),
        let (answer, latencies) = Self.answer(sum)
      else { continue }
      reports[start] = FlowReport(
        from: start.step, to: answer, identifierName: labels.name(start.label),
        startedCount: sum.count, answeredCount: latencies.count, waitingCount: 0,
        latencies: latencies, openExamples: [])
    }
    for trace in kept {
      let first = name(trace.steps[0])
      let start = Start(label: trace.label, step: first)
      guard let report = reports[start],
        !later(trace, but: first).contains(where: { $0.step == report.to })
      else { continue }
      let limit = timeout ?? Int64((report.latencies.quantile(0.99) ?? 0) * 2000)
      let time = trace.steps[0].time
      if newestTime.microseconds(since: time) <= limit {
        reports[start]!.waitingCount += 1
      } else {
        reports[start]!.openExamples.append(
          FlowReport.Open(identifier: String(decoding: trace.identifier, as: UTF8.self), time: time)
        )
        if report.openExamples.count == FlowReport.exampleLimit {
          reports[start]!.openExamples.removeFirst()
        }
      }
    }
    return Self.withoutDoubles(Array(reports.values))
  }

  /// Of the steps that half of the traces or more come to, the one that comes last.
  private static func answer(_ sum: Sum) -> (FlowStep, QuantileSketch)? {
    let usual = sum.later.filter { Double($0.value.count) >= leastShare * Double(sum.count) }
    return usual.max { a, b in
      let (s, t) = (a.value.quantile(0.5) ?? 0, b.value.quantile(0.5) ?? 0)
      if s != t { return s < t }
      if a.value.count != b.value.count { return a.value.count < b.value.count }
      return (a.key.service ?? "", a.key.text) > (b.key.service ?? "", b.key.text)
    }.map { ($0.key, $0.value) }
  }

  /// A request that has two identifiers makes one flow, by that which most have.
  private static func withoutDoubles(_ reports: [FlowReport]) -> [FlowReport] {
    var best: [[FlowStep]: FlowReport] = [:]
    for report in reports {
      let steps = [report.from, report.to]
      if let other = best[steps],
        (other.startedCount, report.identifierName) > (report.startedCount, other.identifierName)
      {
        continue
      }
      best[steps] = report
    }
    return best.values.sorted { a, b in
      if a.openCount != b.openCount { return a.openCount > b.openCount }
      if a.startedCount != b.startedCount { return a.startedCount > b.startedCount }
      return (a.from.service ?? "", a.from.text, a.to.text)
        < (b.from.service ?? "", b.from.text, b.to.text)
    }
  }
}
