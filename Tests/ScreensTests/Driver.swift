import Events
import Pipeline
import Terminal

@testable import Screens

/// The main loop in small: a model, a snapshot, and answers from the fixture.
struct Driver {
  var model: ScreenModel
  var snapshot: Snapshot
  var columns: Int
  var rows: Int
  var now = Fixture.clock
  private(set) var actions: [ScreenAction] = []
  private(set) var asked: [[ScreenQuery]] = []
  /// The loop takes its time.
  var withholdsAnswers = false

  init(
    _ snapshot: Snapshot = Fixture.snapshot(), columns: Int = 120, rows: Int = 40,
    options: ScreenOptions = ScreenOptions()
  ) {
    model = ScreenModel(options: options)
    self.snapshot = snapshot
    self.columns = columns
    self.rows = rows
    update()
  }

  mutating func update() {
    model.update(snapshot, columns: columns, rows: rows, now: now)
    for _ in 0..<3 where !answerQueries() { break }
  }

  mutating func resize(columns: Int, rows: Int) {
    (self.columns, self.rows) = (columns, rows)
    update()
  }

  mutating func pass(seconds: Double) {
    now = now.advanced(byMicroseconds: Int64(seconds * 1_000_000))
    update()
  }

  /// - Returns: Whether anything new was asked.
  private mutating func answerQueries() -> Bool {
    let queries = model.queries(for: snapshot)
    if queries.isEmpty { return false }
    asked.append(queries)
    if withholdsAnswers { return true }
    for query in queries {
      switch query {
      case .page(let query):
        let page = Fixture.answer(query, endOffset: snapshot.endOffset)
        model.receive(.page(page), snapshot: snapshot, now: now)
      case .detail(let id, let count):
        model.receive(
          .detail(Fixture.detail(id, exampleCount: count)), snapshot: snapshot, now: now)
      case .compare(let query):
        model.receive(
          .comparison(query, Fixture.comparison(query)), snapshot: snapshot, now: now)
      case .count(let query):
        model.receive(.counts(query, Fixture.counts(query)), snapshot: snapshot, now: now)
      }
    }
    return true
  }

  @discardableResult
  mutating func press(_ keys: Key...) -> [ScreenAction] {
    var all: [ScreenAction] = []
    for key in keys { all += press(key) }
    return all
  }

  /// Types a line, its sign first, and Enter.
  mutating func enter(_ line: String) {
    type(line)
    _ = press(.enter)
  }

  mutating func type(_ text: String) { for character in text { _ = press(.character(character)) } }

  private mutating func press(_ key: Key) -> [ScreenAction] {
    let actions = model.handle(key, snapshot: snapshot, now: now)
    self.actions += actions
    for action in actions {
      switch action {
      case .pause: snapshot.mode = .paused
      case .followLive:
        snapshot.mode = .live
        snapshot.cursorOffset = snapshot.endOffset
      case .play: snapshot.mode = .replay(speed: 1)
      case .goTo(let offset):
        snapshot.mode = .paused
        snapshot.cursorOffset = offset + 1
      case .annotate(let changes):
        var annotations = model.annotations
        for change in changes { annotations.apply(change) }
        model.receive(.annotated(annotations), snapshot: snapshot, now: now)
      case .search(let query):
        let row = Fixture.answer(query, endOffset: snapshot.cursorOffset)
        model.receive(.found(row), snapshot: snapshot, now: now)
      default: break
      }
    }
    update()
    return actions
  }

  func canvas() -> Canvas {
    var canvas = Canvas(columns: columns, rows: rows, isASCII: model.isASCII)
    model.draw(snapshot, into: &canvas, now: now)
    return canvas
  }

  var lines: [String] {
    let canvas = canvas()
    return (0..<canvas.rows).map { canvas.text(row: $0) }
  }

  /// The whole screen, blanks at the ends of rows left out.
  var text: String {
    lines.map { line in
      var line = Substring(line)
      while line.last == " " { line.removeLast() }
      return String(line)
    }.joined(separator: "\n") + "\n"
  }
}
