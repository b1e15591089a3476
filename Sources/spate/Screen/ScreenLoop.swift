internal import Detection
internal import EventStream
internal import Events
internal import Pipeline
internal import Screens
internal import Terminal

/// The live screen: keys in, orders to the session, snapshots to the terminal.
final class ScreenLoop {
  private let options: Session.Options
  private let display: DisplayArguments
  private let type: String
  private let waker = WakePipe()
  private var notebook: Notebook
  /// Where the cursor is put first; nowhere: it follows the end.
  var start: PlaceArgument?
  var speed = 1.0
  var playsAtStart = false

  /// Repaints at most so often because data came; keys repaint at once.
  private static let frameMicroseconds: Int64 = 50_000

  init(_ options: Session.Options, display: DisplayArguments, type: String) {
    self.options = options
    self.display = display
    self.type = type
    notebook = Notebook(path: options.path)
  }

  func run(_ input: consuming Session.Input, notices: [String]) throws {
    let terminal: TerminalSession
    do throws(TerminalSession.Failure) {
      terminal = try TerminalSession(type: type, usesColor: display.usesColor)
    } catch {
      throw UserMessage(
        "no screen can be drawn here (TERM is \(type)); pipe the output for a report instead")
    }
    let waker = waker
    let session = Session(options, clock: WallClock.now, wake: { waker.wake() })
    session.start(input)
    if let start {
      switch start {
      case .offset(let offset): session.goTo(offset: offset)
      case .time(let time): session.goTo(time: time)
      }
      if playsAtStart { session.play(speed: speed) }
    }
    var screen = ScreenOptions()
    screen.isASCII = display.ascii || !terminal.isUTF8
    screen.localZone = LocalZone.current()
    screen.speed = speed
    screen.annotations = notebook.annotations
    var model = ScreenModel(options: screen)
    for notice in notices {
      model.receive(.note(notice), snapshot: Snapshot(), now: WallClock.now())
    }
    let status = show(session, terminal, &model)
    terminal.end()
    session.finish()
    if let status { throw status }
  }

  /// - Returns: The status to end with where that is not plain success.
  private func show(
    _ session: Session, _ terminal: TerminalSession, _ model: inout ScreenModel
  ) -> ExitStatus? {
    var lastDrawn = Instant.distantPast
    var snapshot = session.snapshot()
    var isStale = true
    while true {
      let now = WallClock.now()
      if isStale, now.microseconds(since: lastDrawn) >= Self.frameMicroseconds {
        snapshot = session.snapshot()
        draw(session, terminal, &model, snapshot, now)
        lastDrawn = now
        isStale = false
      }
      let sinceDrawn = now.microseconds(since: lastDrawn)
      let wait = isStale ? max(1, (Self.frameMicroseconds - sinceDrawn) / 1000) : 1000
      let key = terminal.readKey(milliseconds: Int(wait), wake: waker.descriptor)
      isStale = true
      guard let key else { continue }
      if case .terminate = key { return .terminated }
      let actions = model.handle(key, snapshot: snapshot, now: WallClock.now())
      for action in actions {
        if action == .quit { return nil }
        perform(action, session, terminal, &model, snapshot)
      }
      snapshot = session.snapshot()
      draw(session, terminal, &model, snapshot, WallClock.now())
      lastDrawn = WallClock.now()
      isStale = false
    }
  }

  private func draw(
    _ session: Session, _ terminal: TerminalSession, _ model: inout ScreenModel,
    _ snapshot: Snapshot, _ now: Instant
  ) {
    let size = terminal.size
    for answer in session.takeAnswers() {
      receive(answer, &model, snapshot, now)
    }
    model.update(snapshot, columns: size.columns, rows: size.rows, now: now)
    ask(model.queries(for: snapshot), session)
    var canvas = terminal.canvas(isASCII: model.isASCII)
    model.draw(snapshot, into: &canvas, now: now)
    terminal.draw(canvas)
  }

  private func ask(_ queries: [ScreenQuery], _ session: Session) {
    for query in queries {
      switch query {
      case .page(let query): session.ask(.page(query))
      case .detail(let pattern, let count):
        session.ask(.detail(pattern, exampleCount: count))
      case .compare(let query): session.ask(.compare(query))
      case .count(let query): session.ask(.count(query))
      }
    }
  }

  private func receive(
    _ answer: LookupAnswer, _ model: inout ScreenModel, _ snapshot: Snapshot, _ now: Instant
  ) {
    let screenAnswer: ScreenAnswer =
      switch answer {
      case .page(let page): .page(page)
      case .found(_, let row): .found(row)
      case .detail(let detail): .detail(detail)
      case .comparison(let query, let comparison): .comparison(query, comparison)
      case .counts(let query, let table): .counts(query, table)
      case .failed(let reason): .trouble(reason)
      }
    model.receive(screenAnswer, snapshot: snapshot, now: now)
  }

  private func perform(
    _ action: ScreenAction, _ session: Session, _ terminal: TerminalSession,
    _ model: inout ScreenModel, _ snapshot: Snapshot
  ) {
    switch action {
    case .quit: break
    case .suspend: terminal.suspend()
    case .redraw: terminal.redrawAll()
    case .endInput: session.endInput()
    case .pause: session.pause()
    case .play: session.play(speed: speed)
    case .followLive: session.followLive()
    case .step(let events): session.step(events: events)
    case .scrub(let buckets):
      session.scrub(microseconds: Int64(buckets) * snapshot.window.bucketMicroseconds)
    case .goTo(let offset): session.goTo(offset: offset + 1)
    case .goToTime(let time): session.goTo(time: time)
    case .setSpeed(let speed):
      self.speed = speed
      if case .replay = snapshot.mode { session.play(speed: speed) }
    case .loop(let span): session.loop(span)
    case .search(let query): session.ask(.search(query))
    case .copy(let text):
      let isCopied = terminal.copy(text)
      model.receive(
        isCopied ? .note("copied") : .trouble("too long to copy through the terminal"),
        snapshot: snapshot, now: WallClock.now())
    case .zoomIn: session.zoom(in: true)
    case .zoomOut: session.zoom(in: false)
    case .annotate(let changes): annotate(changes, &model, snapshot)
    case .split(let key): act(.split, key, session, &model, snapshot)
    case .pin(let key): act(.pin, key, session, &model, snapshot)
    case .report(let number): report(on: number, &model, snapshot)
    case .setZone(let name):
      let answer: ScreenAnswer =
        LocalZone.named(name).map { .zone($0) }
        ?? .trouble("\(name): not a zone; write UTC, +02:00 or a name such as Europe/Berlin")
      model.receive(answer, snapshot: snapshot, now: WallClock.now())
    }
  }

  private func annotate(
    _ changes: [Annotations.Change], _ model: inout ScreenModel, _ snapshot: Snapshot
  ) {
    do throws(StreamError) {
      try notebook.apply(changes)
    } catch {
      let message = UserMessage(of: error, path: options.path ?? "")
      model.receive(
        .trouble("not kept: \(message.text)"), snapshot: snapshot, now: WallClock.now())
    }
    model.receive(.annotated(notebook.annotations), snapshot: snapshot, now: WallClock.now())
  }

  private func act(
    _ kind: PatternAct.Kind, _ key: String, _ session: Session, _ model: inout ScreenModel,
    _ snapshot: Snapshot
  ) {
    guard let key = UInt64(key, radix: 16), session.perform(PatternAct(kind, key: key)) else {
      return model.receive(
        .trouble("nothing is recorded here any more, so nothing can be changed"),
        snapshot: snapshot, now: WallClock.now())
    }
  }

  private func report(on number: Int, _ model: inout ScreenModel, _ snapshot: Snapshot) {
    guard let incident = snapshot.incidents.first(where: { $0.number == number }) else { return }
    let report = IncidentReport(
      incident, snapshot.anomalies.filter { $0.incident == number },
      names: model.names(snapshot),
      origin: options.path.map { .stream(StreamPlaces.name(of: $0)) } ?? .memory)
    let answer: ScreenAnswer
    do {
      let name = try ReportFile.write(
        report, of: incident, marks: notebook.annotations.marks, openReader: options.openReader)
      answer = .note("written: \(name)")
    } catch let message as UserMessage {
      answer = .trouble(message.text)
    } catch {
      answer = .trouble("the stream cannot be read: \(error)")
    }
    model.receive(answer, snapshot: snapshot, now: WallClock.now())
  }
}
