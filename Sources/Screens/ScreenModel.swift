package import Events
package import Pipeline
package import Terminal

/// All screens: what they show beside the snapshot, and how they answer to keys.
///
/// The loop calls `update` when the snapshot, the size or the second has changed, `handle` for each
/// key, answers `queries`, and draws. Nothing here reads a clock or does input or output.
package struct ScreenModel: Sendable {
  enum View: Hashable, Sendable {
    case overview
    case pattern(PatternID)
    case stream, anomalies, compare, sources, counts, marks, help

    var kind: ScreenKinds {
      switch self {
      case .overview: .overview
      case .pattern: .pattern
      case .stream: .stream
      case .anomalies: .anomalies
      case .compare: .compare
      case .sources: .sources
      case .counts: .counts
      case .marks: .marks
      case .help: .help
      }
    }
  }

  struct Message: Sendable {
    var text: String
    var isTrouble = false
    /// When it was first there to be seen.
    var shownAt: Instant
  }

  static let messageMicroseconds: Int64 = 8_000_000

  var options: ScreenOptions
  var theme: Theme
  /// From the overview to what is seen; never empty.
  var views: [View] = [.overview]
  var overview = OverviewState()
  var pattern: PatternState?
  var stream = StreamState()
  var compare = CompareState()
  var counts = CountState()
  var anomalies = AnomalyListState()
  /// Whether the test behind what is selected shows.
  var showsTest = false
  /// The anomaly that `] [` came to last.
  var jumpedTo: Int?
  var markLine = 0
  var markTop = 0
  var sourceLine = 0
  var sourceTop = 0
  var helpTop = 0
  /// The latest event of the selected pattern, below the overview.
  var preview: EventRow?

  /// What people said of this stream; the main loop keeps it.
  var annotations: Annotations
  /// The mark whose note is being typed.
  var noted: Annotations.Mark?

  var filter = EventFilter()
  var filterIsOff = false
  var timeStyle = TimeStyle.utc
  /// What `t` calls local: the zone of the options until `:tz` names another.
  var zone: ScreenZone
  var speed: Double
  /// What is played again and again.
  var loop: ClosedRange<Instant>?

  private var questions = Questions()
  var prompt: Prompt?
  var typedBefore: [String: String] = [:]
  var message: Message?
  var asksToQuit = false
  var endedInput = false

  var columns = 80
  var rows = 24
  var now = Instant.distantPast

  package init(options: ScreenOptions) {
    self.options = options
    theme = Theme(isASCII: options.isASCII)
    zone = options.localZone
    speed = options.speed
    annotations = options.annotations
  }

  var view: View { views[views.count - 1] }

  /// What lets events through now.
  var activeFilter: EventFilter { filterIsOff ? EventFilter() : filter }

  /// Whether signs and text are to be ASCII; the canvas must be made so.
  package var isASCII: Bool { theme.isASCII }

  /// Takes in a new snapshot, another size, or the passing of time.
  package mutating func update(_ snapshot: Snapshot, columns: Int, rows: Int, now: Instant) {
    self.columns = columns
    self.rows = rows
    self.now = now
    if case .replay(let speed) = snapshot.mode { self.speed = speed }
    if let message, now.microseconds(since: message.shownAt) > Self.messageMicroseconds {
      self.message = nil
      asksToQuit = false
    }
    arrange(snapshot)
  }

  /// Fits selections and scrolls to what there is and to the size.
  mutating func arrange(_ snapshot: Snapshot) {
    let frame = FrameLayout(columns: columns, rows: rows, hasBanner: banner(snapshot) != nil)
    let layout = overviewLayout(snapshot, frame)
    overview.update(
      snapshot, filter: activeFilter, patternRows: layout.patternRows,
      serviceRows: layout.serviceRows, now: now)
    if preview?.pattern != overview.selected { preview = nil }
    stream.update(clockOffset: snapshot.cursorOffset, height: streamHeight(frame))
    let exampleHeight = exampleRows(snapshot, frame)
    pattern?.update(height: exampleHeight)
    anomalies.update(snapshot, height: anomalyRows(frame), muted: mutedAnomalies(snapshot))
    markLine = min(max(markLine, 0), max(annotations.marks.count - 1, 0))
    markTop = OverviewState.scrolled(
      markTop, to: markLine, rows: markRows(frame), count: annotations.marks.count)
    counts.update(rows: countRows(frame))
    compare.update(rows: CompareLayout(frame: frame).tableRows)
    sourceLine = min(max(sourceLine, 0), max(sourceLines(snapshot) - 1, 0))
    sourceTop = OverviewState.scrolled(
      sourceTop, to: sourceLine, rows: sourceRows(frame), count: sourceLines(snapshot))
    helpTop = min(max(helpTop, 0), max(helpLines().count - helpRows, 0))
  }

  /// What to ask now. Each question is returned once; its answer goes to `receive`.
  package mutating func queries(for snapshot: Snapshot) -> [ScreenQuery] {
    let wanted = wantedQueries(snapshot)
    return questions.next(wanted, about: subject(of: wanted), in: snapshot, now: now)
  }

  private func subject(of queries: [ScreenQuery]) -> Questions.Subject? {
    switch (view, queries.first) {
    case (.pattern(let id), .detail): .detail(id)
    case (.stream, .page(let query)):
      stream.isFollowing
        ? .newestEvents(query.filter, height: query.before) : .events(query)
    case (.compare, .compare(let query)): .comparison(query)
    case (.counts, .count(let query)): .counts(query.form)
    case (_, .page): overview.selected.map { .preview($0) }
    default: nil
    }
  }

  private func wantedQueries(_ snapshot: Snapshot) -> [ScreenQuery] {
    let frame = FrameLayout(columns: columns, rows: rows, hasBanner: banner(snapshot) != nil)
    if !frame.isUsable { return [] }
    switch view {
    case .overview:
      guard let index = overview.patternIndex(line: overview.selectedIndex, in: snapshot) else {
        return []
      }
      return [
        .page(EventQuery(offset: snapshot.patterns[index].lastOffset, before: 0, after: 1))
      ]
    case .pattern(let id): return [.detail(id, exampleCount: PatternState.exampleCount)]
    case .stream:
      return [.page(stream.query(filter: streamFilter, height: streamHeight(frame)))]
    case .compare: return compare.query.map { [.compare($0)] } ?? []
    case .counts: return countQuery(snapshot).map { [.count($0)] } ?? []
    case .anomalies, .sources, .marks, .help: return []
    }
  }

  /// The filter with what the stream was opened for.
  var streamFilter: EventFilter {
    var filter = activeFilter
    switch stream.scope {
    case .all: break
    case .pattern(let id): filter.onlyPatterns = [id]
    case .service(let id): filter.onlyServices = [id]
    }
    return filter
  }

  package mutating func receive(_ answer: ScreenAnswer, snapshot: Snapshot, now: Instant) {
    self.now = now
    switch answer {
    case .page(let page):
      questions.receive(page, at: now)
      if page.query.before == 0, page.query.after == 1 {
        preview = page.rows.first
      } else {
        let frame = FrameLayout(columns: columns, rows: rows, hasBanner: banner(snapshot) != nil)
        stream.receive(page, height: streamHeight(frame))
      }
    case .detail(let detail):
      guard pattern?.id == detail.pattern else { break }
      questions.receive(at: now)
      pattern?.receive(detail)
    case .comparison(let query, let comparison):
      questions.receive(at: now)
      compare.receive(comparison, for: query)
    case .found(let row):
      if let row { stream.select(row.offset) } else { say("no more in this direction") }
    case .counts(let query, let table):
      questions.receive(at: now)
      counts.receive(table, for: query)
    case .annotated(let annotations): self.annotations = annotations
    case .zone(let zone):
      self.zone = zone
      timeStyle = zone.name == "UTC" ? .utc : .local
      say("times in \(zone.name)")
    case .trouble(let text):
      questions.receive(at: now)
      if view == .counts { counts.fail() }
      complain(text)
    case .note(let text): say(text)
    }
    arrange(snapshot)
  }

  mutating func say(_ text: String) { message = Message(text: text, shownAt: now) }

  mutating func complain(_ text: String) {
    message = Message(text: text, isTrouble: true, shownAt: now)
  }

  func timeText(_ snapshot: Snapshot) -> TimeText {
    TimeText(style: timeStyle, zone: zone, clock: snapshot.clock)
  }

  package func names(_ snapshot: Snapshot) -> AnomalySentence.Names {
    AnomalySentence.Names(
      pattern: { id in
        snapshot.pattern(id).map { "#\($0.number) \($0.template)" }
          ?? "a pattern"
      },
      service: { id in snapshot.serviceName(id) },
      source: { id in snapshot.sources.first { $0.id == id }?.name ?? "a source" })
  }

  /// What must be known whatever is looked at: no room to record, and the like.
  func banner(_ snapshot: Snapshot) -> String? {
    snapshot.storage.trouble.map { "! " + $0 } ?? snapshot.notices.last
  }

  /// Draws the current screen over all of `canvas`.
  package func draw(_ snapshot: Snapshot, into canvas: inout Canvas, now: Instant) {
    canvas.clear()
    let frame = FrameLayout(
      columns: canvas.columns, rows: canvas.rows, hasBanner: banner(snapshot) != nil)
    guard frame.isUsable else {
      canvas.write("spate needs 60x15, this is \(canvas.columns)x\(canvas.rows)", column: 0, row: 0)
      return
    }
    if view == .help { return drawHelp(snapshot, frame, now: now, into: &canvas) }
    drawHeader(snapshot, frame, into: &canvas)
    switch view {
    case .overview: drawOverview(snapshot, frame, into: &canvas)
    case .pattern(let id): drawPattern(id, snapshot, frame, into: &canvas)
    case .stream: drawStream(snapshot, frame, into: &canvas)
    case .anomalies: drawAnomalies(snapshot, frame, into: &canvas)
    case .compare: drawCompare(snapshot, frame, into: &canvas)
    case .sources: drawSources(snapshot, frame, into: &canvas)
    case .counts: drawCounts(snapshot, frame, into: &canvas)
    case .marks: drawMarks(snapshot, frame, into: &canvas)
    case .help: break
    }
    if showsPanel(frame), [.overview, .pattern, .anomalies].contains(view.kind) {
      drawPanel(snapshot, top: frame.rulerTop - Self.panelRows, into: &canvas)
    }
    drawRuler(snapshot, frame, into: &canvas)
    drawFooter(snapshot, frame, now: now, into: &canvas)
  }
}
