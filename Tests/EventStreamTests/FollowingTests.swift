import Testing

@testable import EventStream

struct FollowingTests {
  private let start = ContinuousClock.now

  @Test func `while events keep coming nobody is asked to tell of them`() {
    var pace = FollowingPace(since: start)
    for milliseconds in stride(from: 0, to: 100, by: 8) {
      let step = pace.step(at: start + .milliseconds(milliseconds)) {
        Issue.record("a watch was set")
        return true
      }
      #expect(!step.isWatching && step.pause == FollowingPace.lookInterval)
    }
    let quiet = pace.step(at: start + .milliseconds(100)) { true }
    #expect(quiet == .init(looksWell: true, isWatching: true, pause: FollowingPace.watchedLimit))
  }

  @Test func `a new segment is seen while events keep coming`() {
    var pace = FollowingPace(since: start)
    let looks = (0..<20).map { _ in pace.step(at: start) { true }.looksWell }
    #expect(looks.filter { $0 }.count == 4 && !looks[0])
  }

  @Test func `without a watch it looks often at first and then less and less`() {
    var pace = FollowingPace(since: nil)
    let pauses = (0..<9).map { _ in pace.step(at: start) { false }.pause }
    #expect(pauses == [1, 2, 4, 8, 16, 32, 64, 100, 100].map { .milliseconds($0) })
  }

  /// A watch would cost whoever appends, at every write.
  @Test func `a reader that does not wait, or is given more, has no watch set`() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/stream"
    let files = SystemFileSystem()
    let writer = try StreamWriter(path: path, fileSystem: files, create: true)
    let reader = try StreamReader(path: path, fileSystem: files)
    func append() throws {
      let (batch, names) = NumberedEvents.batch(from: writer.nextOffset, count: 1)
      try writer.append(batch, names: names)
      try writer.sync()
    }
    try append()
    #expect(try readAll(reader).count == 1)
    let waiter = reader.waiter
    #expect(waiter.sleep(timeout: .zero, untilChange: true) == .timeout)
    #expect(waiter.watch())
    try append()
    #expect(waiter.sleep(timeout: .seconds(600), untilChange: true) == .changed)
    #expect(try readAll(reader).count == 1)
    // It was good for one change.
    try append()
    #expect(waiter.sleep(timeout: .zero, untilChange: true) == .timeout)
    #expect(reader.waitForMore(timeout: .seconds(600)))
  }
}
