internal import EventStream
package import Events
internal import Patterns

/// What a screen asks of the stream.
package enum LookupQuery: Hashable, Sendable {
  case page(EventQuery)
  case search(SearchQuery)
  case detail(PatternID, exampleCount: Int)
  case compare(ComparisonQuery)
  case count(CountQuery)
}

package enum LookupAnswer: Sendable {
  case page(EventPage)
  case found(SearchQuery, EventRow?)
  case detail(PatternDetail)
  case comparison(ComparisonQuery, Comparison)
  case counts(CountQuery, CountTable)
  /// The stream cannot be read there; text for a person.
  case failed(String)
}

/// Answers lookups on a thread of its own, newest question first.
final class LookupWorker: @unchecked Sendable {
  // SAFETY of `@unchecked`: mutable state is touched under the lock, or by the worker alone.
  private struct Job {
    let number: Int
    let query: LookupQuery
    let perform: @Sendable (@escaping @Sendable (Analysis) -> Void) -> Bool
    let services: [ServiceID: String]
  }

  private let openReader: @Sendable () throws(StreamError) -> StreamReader
  private let wake: @Sendable () -> Void
  private let monitor = Monitor()
  private var jobs: [Job] = []
  private var lastNumber = 0
  /// Numbers of the newest page, comparison and count asked for: older ones are given up.
  private var newestPage = 0
  private var newestComparison = 0
  private var newestCount = 0
  /// What was counted last, to go on from.
  private var counting: CountRun?
  /// For the fields of events.
  private let library: FormatLibrary
  private var answers: [LookupAnswer] = []
  private var isStopped = false
  private var thread: WorkerThread?

  init(
    library: FormatLibrary,
    openReader: @escaping @Sendable () throws(StreamError) -> StreamReader,
    wake: @escaping @Sendable () -> Void
  ) {
    self.library = library
    self.openReader = openReader
    self.wake = wake
  }

  func ask(
    _ query: LookupQuery,
    analysis: @escaping @Sendable (@escaping @Sendable (Analysis) -> Void) -> Bool,
    names: [ServiceID: String]
  ) {
    monitor.withLock {
      lastNumber += 1
      if case .page = query {
        newestPage = lastNumber
        jobs.removeAll { if case .page = $0.query { true } else { false } }
      }
      if case .compare = query { newestComparison = lastNumber }
      if case .count = query { newestCount = lastNumber }
      jobs.append(Job(number: lastNumber, query: query, perform: analysis, services: names))
      monitor.signalAll()
    }
    if thread == nil { thread = WorkerThread { [self] in run() } }
  }

  func takeAnswers() -> [LookupAnswer] {
    monitor.withLock {
      let taken = answers
      answers.removeAll()
      return taken
    }
  }

  func stop() {
    monitor.withLock {
      isStopped = true
      monitor.signalAll()
    }
    thread?.join()
    thread = nil
  }

  private func nextJob() -> Job? {
    monitor.withLock {
      while jobs.isEmpty, !isStopped { monitor.wait() }
      return isStopped ? nil : jobs.removeFirst()
    }
  }

  private func isPointless(_ job: Job) -> Bool {
    monitor.withLock {
      if isStopped { return true }
      switch job.query {
      case .page: return job.number < newestPage
      case .compare: return job.number < newestComparison
      case .count: return job.number < newestCount
      case .search, .detail: return false
      }
    }
  }

  private func run() {
    var reader: StreamReader?
    while let job = nextJob() {
      let answer: LookupAnswer
      do throws(StreamError) {
        if reader == nil { reader = try openReader() }
        answer = try self.answer(job, reader!)
      } catch {
        answer = .failed("\(error)")
        reader = nil
      }
      if isPointless(job) { continue }
      monitor.withLock { answers.append(answer) }
      wake()
    }
  }

  private func answer(_ job: Job, _ reader: StreamReader) throws(StreamError) -> LookupAnswer {
    let lookup = EventLookup(
      reader: reader, serviceNames: job.services,
      match: { [self] batch in match(batch, job) }, isCancelled: { [self] in isPointless(job) })
    switch job.query {
    case .page(let query): return .page(try lookup.page(query))
    case .search(let query): return .found(query, try lookup.search(query))
    case .compare(let query):
      guard let comparison = try compare(query, lookup, job) else {
        return .failed("the windows could not be compared")
      }
      return .comparison(query, comparison)
    case .count(let query): return try count(query, reader, job)
    case .detail(let pattern, let exampleCount):
      let box = Mailbox<PatternDetail?>(nil)
      let last = Mailbox<UInt64>(0)
      wait(for: job) { analysis in
        let pattern = analysis.miner.resolve(pattern)
        guard let offset = analysis.totals.lastOffset(of: pattern, analysis.miner.resolve) else {
          return
        }
        box.write(PatternDetail(of: pattern, in: analysis))
        last.write(offset)
      }
      guard var detail = box.read() else { return .failed("the pattern is gone") }
      var filter = EventFilter()
      filter.onlyPatterns = [pattern]
      let query = EventQuery(
        offset: last.read() + 1, before: exampleCount, after: 0, filter: filter)
      detail.examples = try lookup.page(query).rows.reversed()
      return .detail(detail)
    }
  }

  private func count(
    _ query: CountQuery, _ reader: StreamReader, _ job: Job
  ) throws(StreamError) -> LookupAnswer {
    if counting?.goesOn(with: query) != true {
      do throws(ConditionProblem) {
        counting = try CountRun(query, library: library)
      } catch {
        return .failed("\(error.message), at character \(error.offset + 1) of: \(error.text)")
      }
    }
    guard let counting else { return .failed("nothing is counted") }
    do throws(StreamError) {
      try counting.read(query, reader, isCancelled: { isPointless(job) })
    } catch {
      self.counting = nil
      throw error
    }
    return .counts(query, counting.table(query))
  }

  /// Compares two windows by the patterns of the analysis that is shown.
  private func compare(
    _ query: ComparisonQuery, _ lookup: EventLookup, _ job: Job
  ) throws(StreamError) -> Comparison? {
    var counts = ComparisonCounts(a: query.a, b: query.b)
    try lookup.read(query) { counts.add($0, $1, to: $2, names: $3) }
    let box = UncheckedBox(counts)
    let result = Mailbox<UncheckedBox<Counted>?>(nil)
    wait(for: job) { [library] analysis in
      let miner = analysis.miner
      let comparison = box.value.comparison(
        ComparisonCounts.Naming(resolve: miner.resolve, key: miner.key, template: miner.template))
      // Events that are looked up have the patterns that stand now.
      let fields = FieldComparison(
        comparison, library: library, resolve: { $0 }, expression: miner.expression)
      result.write(UncheckedBox(Counted(comparison: comparison, fields: fields)))
    }
    guard var counted = result.read()?.value else { return nil }
    if counted.fields.hasWork {
      try lookup.read(query) { counted.fields.add($0, $1, to: $2, names: $3) }
      counted.comparison.fields = counted.fields.differences()
    }
    return counted.comparison
  }

  /// A comparison, and what looks further into it.
  private struct Counted {
    var comparison: Comparison
    var fields: FieldComparison
  }

  /// Finds the patterns of past events, on the thread that owns the miner.
  private func match(_ batch: EventBatch, _ job: Job) {
    let box = UncheckedBox(batch)
    wait(for: job) { $0.match(box.value) }
  }

  private func wait(for job: Job, _ task: @escaping @Sendable (Analysis) -> Void) {
    let monitor = Monitor()
    let isDone = Mailbox(false)
    let isQueued = job.perform { analysis in
      task(analysis)
      isDone.write(true)
      monitor.withLock { monitor.signalAll() }
    }
    guard isQueued else { return }
    monitor.withLock {
      while !isDone.read(), !self.monitor.withLock({ isStopped }) {
        _ = monitor.wait(microseconds: 50_000)
      }
    }
  }
}
