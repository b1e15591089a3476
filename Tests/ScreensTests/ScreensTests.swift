import Events
import Foundation
import Pipeline
import Terminal
import Testing

@testable import Screens

/// Screens whose whole text is compared, at every size that they are made for.
struct ScreenCase: Sendable, CustomTestStringConvertible {
  static let sizes = [(120, 40), (80, 24), (60, 15), (200, 50)]

  let name: String
  var mode = Snapshot.Mode.live
  var isASCII = false
  var change: @Sendable (inout Snapshot) -> Void = { _ in }
  var keys: [Key] = []
  /// Typed after the keys.
  var typed = ""
  var then: [Key] = []

  var testDescription: String { name }

  static let all = [
    ScreenCase(name: "overview"),
    ScreenCase(name: "overview-ascii", isASCII: true),
    ScreenCase(name: "overview-replay", mode: .replay(speed: 10)),
    ScreenCase(name: "overview-paused", mode: .paused, keys: [.tab, .down, .down]),
    ScreenCase(
      name: "overview-filtered",
      keys: [
        .character("-"), .character("L"), .character("L"), .character("t"), .character("&"),
      ], typed: "failed", then: [.enter]),
    ScreenCase(name: "overview-empty", change: { $0 = Snapshot() }),
    ScreenCase(
      name: "overview-young",
      change: { snapshot in
        for bucket in 0..<55 {
          snapshot.totalHeat[bucket] = 0
          for index in snapshot.services.indices { snapshot.services[index].heat[bucket] = 0 }
        }
      }),
    ScreenCase(
      name: "overview-ended",
      change: { snapshot in
        for index in snapshot.sources.indices { snapshot.sources[index].state = "ended" }
        snapshot.notices = ["input ended, 789,979 events"]
        snapshot.lateCount = 12
        snapshot.gapCount = 1
        snapshot.partCount = 3
        snapshot.eventCount += 3
      }),
    ScreenCase(
      name: "overview-trouble",
      change: { snapshot in
        snapshot.storage.path = nil
        snapshot.residentByteCount = 63_000_000
        snapshot.storage.trouble = "cannot write /home/ada/.local/state: kept in memory only"
      }),
    ScreenCase(name: "overview-quit", keys: [.character("q")]),
    ScreenCase(name: "pattern", keys: [.down, .enter, .down]),
    ScreenCase(name: "stream", keys: [.character("3")]),
    ScreenCase(
      name: "stream-paused", mode: .paused,
      keys: [.character("3"), .character("p"), .up, .up, .up, .up, .enter]),
    ScreenCase(name: "stream-search", keys: [.character("3"), .character("/")], typed: "stripe"),
    ScreenCase(
      name: "anomalies", keys: [.character("4"), .down]),
    // One known, one muted, and what is muted shown.
    ScreenCase(
      name: "anomalies-known",
      keys: [
        .character("4"), .down, .character("a"), .down, .character("a"), .character("a"), .end,
        .enter, .home,
      ]),
    ScreenCase(
      name: "anomalies-folded",
      keys: [.character("4"), .character("a"), .enter]),
    ScreenCase(name: "anomalies-why", keys: [.character("4"), .down, .down, .character("p")]),
    ScreenCase(name: "counts", keys: [.character("7"), .down]),
    ScreenCase(
      name: "counts-where", isASCII: true,
      keys: [
        .character("7"), .character("s"), .character("s"), .character("Z"), .character("&"),
      ], typed: "level >= warn", then: [.enter]),
    ScreenCase(name: "overview-why", keys: [.character("p")]),
    ScreenCase(
      name: "overview-known", keys: [.character("4"), .character("a"), .character("1")]),
    ScreenCase(
      name: "marks",
      keys: [
        .character("3"), .up, .up, .character("m"), .up, .character("M"),
      ], typed: "the pool ran dry", then: [.enter, .character("'"), .down]),
    ScreenCase(
      name: "sources",
      change: { snapshot in
        snapshot.sources[1].state = "reading 42 %"
        snapshot.sources[1].readByteCount = 58_000_000
        snapshot.sources[1].knownByteCount = 139_000_000
        snapshot.sources[2].formatName = nil
        snapshot.sources[2].zoneName = nil
        snapshot.sources[2].knownByteCount = nil
        snapshot.notices = [
          "api.log: removed, its last bytes were read",
          "kubectl logs -f deploy/api: exit status 1",
        ]
      }, keys: [.character("6"), .down]),
    ScreenCase(name: "compare", keys: [.character("d"), .down]),
    ScreenCase(
      name: "compare-anomaly", isASCII: true,
      keys: [.character("4"), .down, .character("d"), .tab, .right, .character("x")]),
    ScreenCase(name: "help", keys: [.character("?")]),
    ScreenCase(name: "help-stream", isASCII: true, keys: [.character("3"), .character("?")]),
  ]

  func driver(columns: Int, rows: Int) -> Driver {
    var snapshot = Fixture.snapshot(mode: mode)
    change(&snapshot)
    var options = ScreenOptions()
    options.isASCII = isASCII
    var driver = Driver(snapshot, columns: columns, rows: rows, options: options)
    for key in keys { driver.press(key) }
    driver.type(typed)
    for key in then { driver.press(key) }
    return driver
  }
}

@Suite struct ScreenTextTests {
  @Test(arguments: ScreenCase.all)
  func `a screen is drawn as expected at every size`(_ screen: ScreenCase) throws {
    for (columns, rows) in ScreenCase.sizes {
      let text = screen.driver(columns: columns, rows: rows).text
      try expect(text, toEqual: "\(screen.name)-\(columns)x\(rows).txt")
    }
  }
}
