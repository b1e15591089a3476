import Events
import Pipeline
import Terminal
import TestSupport
import Testing

@testable import Screens

@Suite struct KeyMapTests {
  static let screens: [(String, ScreenKinds, [Key])] = [
    ("overview", .overview, []), ("pattern", .pattern, [.down, .enter]),
    ("stream", .stream, [.character("3"), .up]), ("anomalies", .anomalies, [.character("4")]),
    ("compare", .compare, [.character("5")]),
    ("sources", .sources, [.character("6")]), ("counts", .counts, [.character("7")]),
    ("help", .help, [.character("?")]),
  ]

  /// What a person can tell apart before and after a key.
  private func trace(_ driver: Driver) -> [String] {
    let canvas = driver.canvas()
    let marked = (0..<canvas.rows).map { row in
      (0..<canvas.columns).filter { canvas[$0, row].style.attributes.contains(.reverse) }.count
    }
    return [driver.text, "\(canvas.cursor)", "\(marked)"]
  }

  /// In the middle of a screen, so that every direction has somewhere to go.
  private func driver(on screen: ScreenKinds, after keys: [Key]) -> Driver {
    var driver = Driver(Fixture.snapshot(mode: .paused), columns: 80, rows: 24)
    driver.enter(":hide #2")
    driver.enter("/a")
    for key in keys { driver.press(key) }
    switch screen {
    case .stream:
      driver.enter("/pool")
      driver.press(.up, .up, .up, .character("l"))
    case .anomalies, .sources, .counts: driver.press(.down)
    default: driver.press(.down, .down, .down)
    }
    return driver
  }

  @Test(arguments: screens.map(\.0))
  func `a key that is listed does something`(_ name: String) throws {
    let screen = try #require(Self.screens.first { $0.0 == name })
    // Going to where one is.
    let stays: [ScreenKinds: Command] = [
      .overview: .overview, .stream: .stream, .anomalies: .anomalies, .sources: .sources,
      .counts: .counts,
    ]
    for entry in KeyMap.shared.entries where entry.screens.contains(screen.1) {
      for (key, command) in entry.keys where stays[screen.1] != command {
        var driver = driver(on: screen.1, after: screen.2)
        let before = trace(driver)
        let actions = driver.press(key)
        #expect(!actions.isEmpty || trace(driver) != before, "\(name): \(entry.shown) \(key)")
      }
    }
  }

  @Test func `a key means one thing on a screen`() {
    for kind in [ScreenKinds.overview, .pattern, .stream, .anomalies, .counts, .marks, .help] {
      var seen: [Key: Command] = [:]
      for entry in KeyMap.shared.entries where entry.screens.contains(kind) {
        for (key, command) in entry.keys {
          #expect(seen[key] == nil || seen[key] == command, "\(key) on \(kind)")
          seen[key] = command
        }
      }
    }
  }

  @Test func `every command has a key`() {
    let bound = Set(KeyMap.shared.entries.flatMap(\.keys).map(\.command))
    for command in Command.allCases { #expect(bound.contains(command), "\(command)") }
  }

  @Test(arguments: [60, 80, 100, 120, 200])
  func `the footer fits and shows the way out`(_ columns: Int) {
    for kind in [ScreenKinds.overview, .pattern, .stream, .anomalies, .counts, .marks] {
      let text = ScreenModel.footerText(kind: kind, isPaused: false, columns: columns - 2)
      #expect(TextWidth.columns(of: text) <= columns - 2)
      #expect(text.hasSuffix("? help  q back"))
      #expect(text.contains("Enter"))
    }
  }
}

@Suite struct ConductTests {
  @Test func `q on the first screen asks, and quits when pressed again`() {
    var driver = Driver()
    #expect(driver.press(.character("q")) == [])
    #expect(driver.lines.last?.contains("q again to quit; recording stops") == true)
    #expect(driver.press(.character("q")) == [.quit])
    driver.press(.character("j"))
    #expect(driver.press(.character("q")) == [])
    driver.pass(seconds: 20)
    #expect(driver.press(.character("q")) == [])
  }

  @Test func `the first Ctrl-C ends the input, the second quits`() {
    var driver = Driver()
    #expect(driver.press(.interrupt) == [.endInput])
    #expect(driver.press(.interrupt) == [.quit])
  }

  @Test func `q climbs back the way Enter came`() {
    var driver = Driver()
    driver.press(.down, .enter)
    #expect(driver.lines[1].contains("2 Pattern #7"))
    driver.press(.enter)
    #expect(driver.lines[1].contains("3 Stream"))
    driver.press(.character("q"))
    #expect(driver.lines[1].contains("2 Pattern #7"))
    driver.press(.escape)
    #expect(driver.lines[1].contains("1 Overview"))
  }

  @Test func `the selection stays with its pattern when ranks change`() {
    var driver = Driver()
    driver.press(.down, .down)
    let selected = driver.model.overview.selected
    driver.snapshot.patterns[15].score = 500
    driver.pass(seconds: 0.5)
    #expect(driver.model.overview.order.first?.id != PatternID(rawValue: 15))
    driver.pass(seconds: 2)
    #expect(driver.lines.contains { $0.contains("order held") })
    driver.pass(seconds: 2)
    #expect(driver.model.overview.order.first?.id == PatternID(rawValue: 15))
    #expect(driver.model.overview.selected == selected)
  }

  @Test func `what is hidden is counted as left out`() {
    var driver = Driver()
    driver.press(.character("-"))
    #expect(driver.lines[1].contains("1 pattern hidden"))
    #expect(driver.lines.contains { $0.contains("listed 15 with 99.7% of events") })
    driver.press(.control("t"))
    #expect(driver.lines[1].contains("filter off"))
    #expect(driver.lines.contains { $0.contains("= 100.0% of events") })
  }

  @Test func `Enter on a service shows only its patterns`() {
    var driver = Driver()
    driver.press(.tab, .down, .enter)
    #expect(driver.lines[1].contains("cart-svc"))
    #expect(driver.model.overview.order.count == 3)
    driver.press(.character("q"))
    #expect(driver.model.overview.order.count == 16)
  }

  @Test func `moving up in the stream leaves the end, G and F return to it`() {
    var driver = Driver(columns: 80, rows: 24)
    driver.press(.character("3"))
    #expect(driver.model.stream.isFollowing)
    driver.press(.up)
    #expect(driver.model.stream.selected == driver.snapshot.endOffset - 2)
    driver.press(.character("G"))
    #expect(driver.model.stream.isFollowing)
  }

  @Test func `the stream can be walked to its first event and back`() {
    var driver = Driver(columns: 80, rows: 24)
    driver.snapshot.endOffset = 300
    driver.snapshot.cursorOffset = 300
    driver.snapshot.mode = .paused
    driver.update()
    driver.press(.character("3"))
    for _ in 0..<40 { driver.press(.pageUp) }
    #expect(driver.model.stream.selectedRow?.offset == 0)
    for expected in 1...299 {
      driver.press(.down)
      #expect(driver.model.stream.selectedRow?.offset == UInt64(expected))
    }
    driver.press(.character("g"))
    #expect(driver.model.stream.selectedRow?.offset == 0)
  }

  @Test func `search goes from hit to hit and says when there is none`() {
    var driver = Driver()
    driver.press(.character("3"), .character("/"))
    driver.type("capture failed")
    driver.press(.enter, .character("N"))
    let first = driver.model.stream.selectedRow
    #expect(first?.message.hasPrefix("capture failed") == true)
    driver.press(.character("N"))
    #expect(driver.model.stream.selectedRow.map { $0.offset + 7 } == first?.offset)
    driver.press(.character("n"), .character("n"))
    #expect(driver.lines.last?.contains("no more") == true)
  }

  @Test func `a question waits for the answer to the one before it`() {
    var driver = Driver()
    driver.press(.character("3"))
    driver.withholdsAnswers = true
    func grow(_ driver: inout Driver) {
      driver.snapshot.endOffset += 10
      driver.snapshot.cursorOffset += 10
      driver.pass(seconds: 0.05)
    }
    grow(&driver)
    let count = driver.asked.count
    for _ in 0..<10 { grow(&driver) }
    #expect(driver.asked.count == count)
    // What someone does is asked at once.
    driver.press(.up)
    #expect(driver.asked.count == count + 1)
    // Nothing moves, nothing is asked.
    driver.withholdsAnswers = false
    driver.pass(seconds: 6)
    let settled = driver.asked.count
    for _ in 0..<10 { driver.pass(seconds: 1) }
    #expect(driver.asked.count == settled)
  }

  @Test func `an event after the clock is not shown`() {
    var driver = Driver(Fixture.snapshot(mode: .paused))
    driver.press(.character("3"), .up, .down, .down)
    #expect(driver.model.stream.rows.allSatisfy { $0.offset < driver.snapshot.cursorOffset })
    #expect(driver.lines.contains { $0.contains("41,310 events after the clock") })
  }

  @Test func `the anomalies are reached by ] one after the other`() {
    var driver = Driver()
    var seen: [PatternID?] = []
    for _ in 0..<4 {
      driver.press(.character("]"))
      seen.append(driver.model.overview.selected)
    }
    #expect(seen == [11, 13, 6, 3].map { PatternID(rawValue: $0) })
    #expect(driver.lines.last?.contains("4 of 4: DOWN  payment-svc") == true)
  }

  @Test func `what is acknowledged or muted is jumped over and counts no more`() {
    var driver = Driver()
    driver.press(.character("4"), .down, .character("a"), .down, .character("a"), .character("a"))
    #expect(driver.model.annotations.acknowledged.count == 1)
    #expect(driver.model.annotations.muted.count == 1)
    #expect(driver.model.pressing(driver.snapshot).count == 2)
    driver.press(.character("1"), .character("]"))
    #expect(driver.lines.last?.contains("1 of 2: ") == true)
    // What is muted is muted again when it comes again; what is known is another when it does.
    for index in driver.snapshot.anomalies.indices {
      driver.snapshot.anomalies[index].offset += 1000
    }
    driver.update()
    #expect(driver.model.pressing(driver.snapshot).count == 3)
    driver.press(.character("4"), .end, .enter, .down, .character("a"))
    #expect(driver.model.annotations.muted.isEmpty)
  }

  @Test func `what is counted is chosen by keys, and copied as a command`() {
    var driver = Driver()
    driver.press(.character("7"), .character("z"))
    #expect(driver.model.counts.form.windowMicroseconds == 30_000_000)
    driver.enter(":by code, path")
    driver.enter("&it's = 5*")
    var copied = ""
    for case .copy(let text) in driver.press(.character("y")) { copied = text }
    #expect(
      copied.hasPrefix("spate count --by code,path --every 30s --where 'it'\\''s = 5*' --stream"))
    // What cannot be read is said, and not asked again and again.
    driver.model.receive(.trouble("no name here"), snapshot: driver.snapshot, now: driver.now)
    let count = driver.asked.count
    driver.pass(seconds: 2)
    #expect(driver.asked.count == count)
    #expect(driver.text.contains("no name here"))
  }

  @Test func `A and B are played again and again until that is ended`() {
    var driver = Driver(Fixture.snapshot(mode: .paused))
    #expect(driver.press(.character("b")) == [])
    driver.press(.character("{"))
    let start = driver.snapshot.clock!
    driver.snapshot.clock = start.advanced(byMicroseconds: 60_000_000)
    driver.press(.character("}"))
    let span = start...start.advanced(byMicroseconds: 60_000_000)
    #expect(driver.press(.character("b")) == [.loop(span), .play])
    #expect(driver.text.contains("loop 03:47:19 to 03:48:19"))
    #expect(driver.press(.character("b")) == [.loop(nil)])
    driver.press(.character("b"), .character("F"))
    #expect(driver.model.loop == nil)
  }

  @Test func `what was before the mark is compared with what came after it`() {
    var driver = Driver()
    driver.press(.character("4"), .down, .down, .character("m"), .character("d"))
    let whole = driver.model.compare.query!
    driver.press(.character("w"), .character("w"), .character("w"))
    let mark = driver.model.annotations.marks[0].time
    let query = driver.model.compare.query!
    #expect(query.b == mark...whole.b.upperBound && query.a.upperBound == mark)
    #expect(
      query.a.upperBound.microseconds(since: query.a.lowerBound)
        == query.b.upperBound.microseconds(since: query.b.lowerBound))
    // Without a mark there is no such choice.
    var bare = Driver()
    bare.press(.character("d"))
    for _ in 0..<4 {
      bare.press(.character("w"))
      #expect(bare.model.compare.choice != .mark)
    }
  }

  @Test func `a pattern is split or kept where it is recorded, and only there`() {
    var driver = Driver()
    driver.press(.enter)
    let key = driver.snapshot.pattern(driver.model.pattern!.id)!.key
    #expect(driver.press(.character("x")) == [.split(key: key)])
    #expect(driver.press(.character("X")) == [.pin(key: key)])
    driver.snapshot.mode = .paused
    #expect(driver.press(.character("x")) == [])
    #expect(driver.lines.last?.contains("where the stream is recorded") == true)
  }

  @Test func `marks are made, found again, written on and taken away`() {
    var driver = Driver()
    driver.press(.character("3"), .up, .up, .character("m"), .up, .up, .character("M"))
    driver.type("here it began")
    driver.press(.enter)
    let marked = driver.model.annotations.marks.map(\.offset)
    #expect(marked.count == 2)
    driver.press(.character("g"), .character("u"))
    #expect(driver.model.stream.selectedRow?.offset == marked[0])
    #expect(driver.lines.last?.contains("here it began") == true)
    driver.press(.character("u"), .character("u"))
    #expect(driver.model.stream.selectedRow?.offset == marked[1])
    #expect(driver.lines.last?.contains("no mark after this event") == true)
    driver.press(.character("'"), .enter)
    #expect(driver.model.view == .stream && driver.model.stream.selectedRow?.offset == marked[0])
    // The note is mended where it stands.
    driver.press(.character("'"), .character("M"))
    driver.type(", at noon")
    driver.press(.enter)
    #expect(driver.model.annotations.marks.first?.note == "here it began, at noon")
    driver.press(.character("m"), .character("m"))
    #expect(driver.model.annotations.marks.isEmpty)
    #expect(driver.lines.contains { $0.contains("none yet; m marks an event") })
  }

  @Test(arguments: [
    ("goto 03:41", [ScreenAction.goToTime(Instant(seconds: 1_785_555_660))]),
    ("goto #5", [.goTo(offset: 5)]), ("speed 10", [.setSpeed(10)]),
    ("speed max", [.setSpeed(.infinity)]), ("tz Asia/Tokyo", [.setZone("Asia/Tokyo")]),
    ("zoom in", [.zoomIn]), ("q", [.quit]), ("level warn", []),
  ])
  func `a typed command does what its key does`(_ text: String, _ actions: [ScreenAction]) {
    var driver = Driver()
    driver.press(.character(":"))
    driver.type(text)
    #expect(driver.press(.enter) == actions)
  }

  @Test(arguments: [
    ("goto", "needs a time"), ("gotoo 3", "no command :gotoo; did you mean :goto?"),
    ("hide #99", "no pattern #99"), ("level loud", ":level needs one of"),
    ("goto 99:99", "is no time"), ("goto #99999999", "offsets go from"), ("speed -1", "above 0"),
  ])
  func `what cannot be done is said`(_ text: String, _ sentence: String) {
    var driver = Driver()
    driver.press(.character(":"))
    driver.type(text)
    #expect(driver.press(.enter) == [])
    #expect(driver.lines.last?.contains(sentence) == true)
  }

  @Test func `:filter takes levels, services, patterns and words`() {
    var driver = Driver()
    driver.press(.character(":"))
    driver.type("filter service=cart-svc level>=warn -#12 -healthz time.*out")
    driver.press(.enter)
    let filter = driver.model.filter
    #expect(filter.onlyServices == [ServiceID(rawValue: 2)])
    #expect(filter.minimumSeverity == .warn)
    #expect(filter.hiddenPatterns == [PatternID(rawValue: 11)])
    #expect(filter.matching == ["time.*out"])
    #expect(filter.notMatching == ["healthz"])
    driver.press(.character(":"))
    driver.type("show")
    driver.press(.enter)
    #expect(driver.model.filter.isEmpty)
  }

  @Test func `below the least size one line says so`() {
    for (columns, rows) in [(59, 15), (60, 14), (10, 3), (1, 1), (0, 0)] {
      let driver = Driver(columns: columns, rows: rows)
      #expect(driver.lines.dropFirst().allSatisfy { $0.allSatisfy { $0 == " " } })
    }
  }

  @Test func `an ASCII screen has nothing but ASCII`() {
    var options = ScreenOptions()
    options.isASCII = true
    for keys in KeyMapTests.screens.map(\.2) {
      var driver = Driver(options: options)
      for key in keys { driver.press(key) }
      #expect(driver.text.allSatisfy { $0.isASCII })
    }
  }
}

@Suite struct RandomKeyTests {
  @Test func `random keys at random sizes never leave the screen`() {
    let seed = freshSeed()
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let keys: [Key] =
      KeyMap.shared.entries.flatMap(\.keys).map(\.key)
      + [.resize, .interrupt, .insert, .delete, .function(9), .control("x"), .backspace, .escape]
      + "abc/&:#0 日".map { .character($0) }
    for round in 0..<20 {
      let modes: [Snapshot.Mode] = [.live, .paused, .replay(speed: 10)]
      var snapshot = Fixture.snapshot(mode: modes[random.below(3)])
      if round % 10 == 0 { snapshot = Snapshot() }
      var driver = Driver(
        snapshot, columns: 40 + random.below(180), rows: 10 + random.below(60))
      for _ in 0..<80 {
        driver.press(keys[random.below(keys.count)])
        switch random.below(12) {
        case 0: driver.resize(columns: random.below(220), rows: random.below(70))
        case 1: driver.pass(seconds: Double(random.below(5000)) / 1000)
        case 2: churn(&driver.snapshot, &random)
        default: break
        }
        let canvas = driver.canvas()
        for row in 0..<canvas.rows {
          let width = TextWidth.columns(of: canvas.text(row: row))
          #expect(width == canvas.columns, "seed \(seed)")
        }
        #expect(canvas.cursor.column <= max(canvas.columns - 1, 0))
        #expect(canvas.cursor.row <= max(canvas.rows - 1, 0))
      }
    }
  }

  /// Another snapshot than the one that was updated to: fewer, more or other rows.
  private func churn(_ snapshot: inout Snapshot, _ random: inout SeededGenerator) {
    switch random.below(5) {
    case 0: if !snapshot.patterns.isEmpty { snapshot.patterns.removeLast() }
    case 1: snapshot.patterns.shuffle()
    case 2: if !snapshot.services.isEmpty { snapshot.services.removeFirst() }
    case 3: if !snapshot.anomalies.isEmpty { snapshot.anomalies.removeFirst() }
    default: snapshot.cursorOffset = UInt64(random.below(800_000))
    }
  }
}
