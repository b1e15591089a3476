package import Detection
package import Events
package import Patterns

/// An anomaly with what the stream said: made at the moment it was reported.
package struct AnomalyReport: Hashable, Sendable {
  package var anomaly: Anomaly
  /// Stable id and text of the pattern, where the subject is one.
  package var patternKey: UInt64?
  package var template: String?
  package var serviceName: String?
  /// What the number is called that has grown, or the field that holds something new.
  package var measureName: String?
  /// What that field holds.
  package var value: String?
  /// Text of the pattern that should have followed.
  package var nextTemplate: String?
  /// Name of the source, where the subject is one.
  package var sourceName: String?
  /// Raw events of that very pattern or service, at most three.
  package var examples: [[UInt8]]
}

/// Mines and watches a stream; a pure function of the events and control records that it is fed.
///
/// The same code sees live input, files, and what is read back from a stream, whatever the
/// batches are cut like. One thread at a time.
package final class Analysis {
  /// What is analysed how; equal options and equal input give equal results.
  package struct Options: Sendable {
    package var miner = MinerOptions()
    package var detector = DetectorOptions()
    /// Which build of the program analyses: what another has found is not gone on from.
    package var engine = ""
    /// Off for commands that only cluster.
    package var detects = true
    /// Reports carry raw examples.
    package var keepsExamples = true
    package init() {}
  }

  package let options: Options
  package internal(set) var miner: TemplateMiner
  package internal(set) var detector: Detector
  package internal(set) var totals = Totals()
  var translation = NameTranslation()
  /// Stream offset behind the last event seen.
  package internal(set) var nextOffset: UInt64 = 0
  /// What was reported since it was last taken, in order.
  var reports: [AnomalyReport] = []
  var patternExamples = Examples(by: .pattern)
  var serviceExamples = Examples(by: .service)
  var measureReader = MeasureReader()
  var fieldReader = FieldReader()
  /// Events by offset that a report about what follows what may show.
  var flowExamples: [UInt64: [UInt8]] = [:]
  /// Those of the batch that is being looked at.
  private var measures: [MeasuredNumber] = []
  private var values: [SeenValue] = []
  var traits: [PatternTraits] = []
  /// By pattern: counts up when its template changes.
  var versions: [UInt32] = []

  package init(_ options: Options = Options()) {
    self.options = options
    miner = TemplateMiner(options.miner)
    detector = Detector(options.detector)
  }

  private init(copying other: Analysis) {
    options = other.options
    miner = other.miner.copy()
    detector = other.detector
    totals = other.totals
    translation = other.translation
    nextOffset = other.nextOffset
    reports = other.reports
    patternExamples = other.patternExamples
    serviceExamples = other.serviceExamples
    measureReader = other.measureReader
    fieldReader = other.fieldReader
    flowExamples = other.flowExamples
    traits = other.traits
    versions = other.versions
  }

  /// The state as of now, on its own from here on: a keyframe.
  package func copy() -> Analysis { Analysis(copying: self) }

  /// What the numbers of services and sources mean here and in batches that were consumed.
  package var names: EventNames { translation.names }

  /// What is consumed next comes from somebody else: a file's reader, another stream.
  package func changeProducer() { translation.changeProducer() }

  /// Mines and counts a batch; its records get their patterns, and numbers of services and sources
  /// that are good for `self.names`.
  package func consume(_ batch: EventBatch, names producer: EventNames) {
    translation.apply(to: batch, names: producer)
    let firstOffset = batch.firstOffset ?? nextOffset
    batch.firstOffset = firstOffset
    miner.mine(batch)
    if options.detects {
      measures.removeAll(keepingCapacity: true)
      values.removeAll(keepingCapacity: true)
      FieldReader.read(
        batch, fields: &fieldReader, into: &values, measures: &measureReader, into: &measures)
    }
    let patternCount = miner.patternCount
    // A merge takes effect at its own event, not at the end of whatever batch it came in.
    var start = 0
    for change in miner.takeChanges() {
      switch change {
      case .born(let id, let birthTraits):
        precondition(Int(id.rawValue) == traits.count, "patterns are born in order")
        traits.append(birthTraits)
        versions.append(0)
      case .widened(let id):
        versions[Int(id.rawValue)] &+= 1
      case .merged(let from, let into, let eventIndex):
        observe(batch, start..<eventIndex, firstOffset: firstOffset)
        start = eventIndex
        detector.merge(from, into: into)
        versions[Int(into.rawValue)] &+= 1
      case .split: preconditionFailure("a split is an act, not of an event")
      }
    }
    observe(batch, start..<batch.count, firstOffset: firstOffset)
    // SAFETY: the leaves are those of this batch, of which there are as many as events.
    unsafe totals.add(
      batch, 0..<batch.count, firstOffset: firstOffset, patternCount: patternCount,
      names: names, leaves: miner.leaves)
    nextOffset = firstOffset + UInt64(batch.count)
    makeReports(with: batch)
    if options.keepsExamples {
      keepFlowExamples(batch, firstOffset)
      Examples.add(
        batch, firstOffset: firstOffset, toPatterns: &patternExamples,
        toServices: &serviceExamples, count: (patternCount, names.services.count))
    }
  }

  /// Takes note of what stands between two events.
  package func consume(_ control: ControlRecord, names producer: EventNames) {
    let control = translation.apply(to: control, names: producer)
    totals.add(control)
    if let act = PatternAct(control) { perform(act) }
    guard options.detects else { return }
    detector.observe(control)
    makeReports(with: nil)
  }

  /// Acts that this run has performed: they change what is shown and take no offset.
  private(set) var actCount = 0

  private func perform(_ act: PatternAct) {
    guard let pattern = miner.pattern(withKey: act.key) else { return }
    actCount += 1
    switch act.kind {
    case .pin: miner.pin(pattern)
    case .split:
      miner.split(pattern)
      for change in miner.takeChanges() {
        guard case .split(let from, let child) = change else { continue }
        versions[Int(from.rawValue)] &+= 1
        versions[Int(child.rawValue)] &+= 1
      }
    }
  }

  /// The input has ended for good.
  package func finish() {
    guard options.detects else { return }
    detector.finish()
    makeReports(with: nil)
  }

  /// What was consumed so far was history: what is known by it is kept, all counts begin anew, and
  /// nothing of it is reported. What comes next is from another producer, from offset 0 on.
  package func beginPresent() {
    detector.beginPresent()
    totals = Totals()
    translation.changeProducer()
    nextOffset = 0
    reports.removeAll()
    flowExamples.removeAll()
    patternExamples = Examples(by: .pattern)
    serviceExamples = Examples(by: .service)
  }

  /// Counts some events of the batch that was consumed last, apart from all others.
  package func count(_ range: Range<Int>, of batch: EventBatch, in counted: inout Totals) {
    // SAFETY: the leaves are those of the batch that was mined last, of which there are as many as
    // events.
    unsafe counted.add(
      batch, range, firstOffset: batch.firstOffset ?? 0, patternCount: miner.patternCount,
      names: names, leaves: miner.leaves)
  }

  /// Examples begin anew: what came so far is not what is to be shown.
  package func beginExamples() {
    patternExamples = Examples(by: .pattern)
    serviceExamples = Examples(by: .service)
  }

  /// Incidents that ended since they were last taken, in order; the last `Incident.recentLimit`.
  package func takeClosedIncidents() -> [Incident] { detector.takeClosedIncidents() }

  /// Sets the patterns of past events by what is known now; learns nothing.
  package func match(_ batch: EventBatch) { miner.match(batch) }

  /// Counts up when the template of a pattern changes.
  package func version(of pattern: PatternID) -> UInt32 { versions[Int(pattern.rawValue)] }

  package func takeReports() -> [AnomalyReport] {
    let taken = reports
    reports.removeAll()
    return taken
  }

  /// Raw bytes of events of a pattern: the first and the latest, where kept.
  package func examples(of pattern: PatternID) -> [[UInt8]] {
    let id = Int(pattern.rawValue)
    guard id < patternExamples.first.count else { return [] }
    let first = patternExamples.first[id]
    let latest = patternExamples.latest[id]
    return first == latest ? [first] : [first, latest]
  }

  private func observe(_ batch: EventBatch, _ range: Range<Int>, firstOffset: UInt64) {
    guard options.detects, !range.isEmpty else { return }
    detector.observe(batch, range, traits: traits, measures: measures, values: values)
  }

  // MARK: Reports

  private func makeReports(with batch: EventBatch?) {
    for anomaly in detector.takeReports() {
      var report = AnomalyReport(
        anomaly: anomaly, patternKey: nil, template: nil,
        serviceName: anomaly.service.map { names.services.name($0.rawValue) }, sourceName: nil,
        examples: [])
      if case .source(let id) = anomaly.subject {
        report.sourceName = names.sources.name(id.rawValue)
      }
      if case .pattern(let id) = anomaly.subject {
        report.patternKey = miner.key(miner.resolve(id))
        report.template = miner.template(miner.resolve(id))
        if case .value = anomaly.evidence { report.measureName = measureReader.name(of: id) }
      }
      if case .broken(let next, _, _, _, _, _, _, _, _) = anomaly.evidence {
        report.nextTemplate = miner.template(miner.resolve(next))
      }
      if options.keepsExamples, let example = example(for: anomaly, in: batch) {
        report.examples = [example]
      }
      if case .unseen(let slot, _, _, _, _, _, _) = anomaly.evidence {
        name(slot, in: &report, batch)
      }
      reports.append(report)
    }
  }

  /// Adds what a field is called and holds, as the event behind a report says it.
  private func name(_ slot: Int, in report: inout AnomalyReport, _ batch: EventBatch?) {
    guard case .pattern(let id) = report.anomaly.subject, let batch, let first = batch.firstOffset,
      let offset = report.anomaly.lastOffset, offset >= first, offset - first < UInt64(batch.count)
    else { return }
    guard
      let found = unsafe fieldReader.text(
        ofSlot: slot, pattern: id, in: batch.raw(Int(offset - first)))
    else { return }
    report.measureName = found.name
    report.value = found.value
  }

  private func keepFlowExamples(_ batch: EventBatch, _ firstOffset: UInt64) {
    let wanted = detector.flowExampleOffsets
    if wanted.isEmpty, flowExamples.isEmpty { return }
    var kept: [UInt64: [UInt8]] = [:]
    for offset in wanted {
      if let known = flowExamples[offset] {
        kept[offset] = known
      } else if offset >= firstOffset, offset < nextOffset {
        kept[offset] = unsafe Array(
          batch.raw(Int(offset - firstOffset)).prefix(Examples.byteLimit))
      }
    }
    flowExamples = kept
  }

  /// The event behind a report: exact whatever the batches are, since it is either in this one or
  /// the latest of its kind before it.
  private func example(for anomaly: Anomaly, in batch: EventBatch?) -> [UInt8]? {
    let offset = anomaly.lastOffset ?? anomaly.offset
    if let batch, let first = batch.firstOffset, offset >= first,
      offset < first + UInt64(batch.count)
    {
      return unsafe Array(batch.raw(Int(offset - first)).prefix(Examples.byteLimit))
    }
    if anomaly.kind == .sequence { return flowExamples[offset] }
    switch anomaly.subject {
    case .pattern(let id):
      let id = Int(miner.resolve(id).rawValue)
      return id < patternExamples.latest.count ? patternExamples.latest[id] : nil
    case .service(let id):
      let id = Int(id.rawValue)
      return id < serviceExamples.latest.count ? serviceExamples.latest[id] : nil
    case .source, .traffic: return nil
    }
  }
}
