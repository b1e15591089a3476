import Testing

@testable import Ingest

/// Which files follow a known generation, from facts alone.
@Suite struct LineageTests {
  private func sibling(
    _ name: String, inode: UInt64, modified: Int64, size: UInt64 = 5000
  ) -> Sibling {
    let reading = RotatedName.reading(of: name, asCopyOf: "a.log")
    return Sibling(
      path: name, key: FileKey(device: 1, inode: inode, birthTime: Int64(inode)), size: size,
      modified: modified * 100_000_000_001, place: reading?.place ?? .unknown,
      compression: reading?.compression, isLog: name == "a.log")
  }

  private func known(inode: UInt64, modified: Int64) -> FileIdentity {
    FileIdentity(
      key: FileKey(device: 1, inode: inode, birthTime: Int64(inode)),
      trail: ContentTrail(
        base: 0, end: 5000, checksum: 1, head: [], marks: [], anchorCount: 0, anchorChecksum: 0),
      offset: 5000, modified: modified * 100_000_000_001)
  }

  @Test func `copies are ordered by number, by date, or by time of writing`() {
    let byNumber = [
      sibling("a.log.2.gz", inode: 1, modified: 30), sibling("a.log", inode: 2, modified: 1),
      sibling("a.log.10", inode: 3, modified: 20), sibling("a.log.1", inode: 4, modified: 10),
    ]
    #expect(
      Lineage.byAge(byNumber).map(\.path) == ["a.log.10", "a.log.2.gz", "a.log.1", "a.log"])
    let byDate = [
      sibling("a.log-20261122", inode: 1, modified: 1),
      sibling("a.log-20261121.gz", inode: 2, modified: 9),
    ]
    #expect(Lineage.byAge(byDate).map(\.path) == ["a.log-20261121.gz", "a.log-20261122"])
    let mixed = byDate + [sibling("a.log.1", inode: 3, modified: 5)]
    #expect(
      Lineage.byAge(mixed).map(\.path) == ["a.log-20261122", "a.log.1", "a.log-20261121.gz"])
  }

  @Test func `a packed twin of what is there unpacked counts once`() {
    let files = [
      sibling("a.log.1", inode: 1, modified: 1), sibling("a.log.1.gz", inode: 2, modified: 1),
      sibling("a.log.2.xz", inode: 3, modified: 1),
    ]
    #expect(Lineage.byAge(files).map(\.path) == ["a.log.1"])
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// Inodes from the oldest file to the log.
    var inodes: [UInt64]
    /// What the content test would say; `different` where not told.
    var relations: [Int: ContentTrail.Relation]
    var holder: Int?
    var later: [Int]

    // Known is inode 10, as old as file number 2; each file was written last 100 seconds after
    // the one before it.
    static let all = [
      Case(
        testDescription: "renamed", inodes: [8, 9, 10, 11], relations: [2: .all], holder: 2,
        later: [3]),
      Case(
        testDescription: "still the log", inodes: [8, 9, 7, 10], relations: [3: .all], holder: 3,
        later: []),
      Case(
        testDescription: "overwritten, copied before", inodes: [8, 9, 12, 10],
        relations: [2: .all], holder: 2, later: [3]),
      Case(
        testDescription: "overwritten, copied in part", inodes: [8, 9, 12, 10],
        relations: [2: .beginning(byteCount: 99)], holder: 2, later: [3]),
      Case(
        testDescription: "the whole copy before a part of it", inodes: [8, 9, 12, 13],
        relations: [2: .beginning(byteCount: 99), 3: .all], holder: 3, later: []),
      Case(
        testDescription: "an old file that begins alike", inodes: [8, 9, 12, 11],
        relations: [0: .all, 1: .all, 2: .all], holder: 2, later: [3]),
      Case(
        testDescription: "gone", inodes: [8, 9, 12, 11], relations: [:], holder: nil,
        later: [2, 3]),
    ]
  }

  @Test(arguments: Case.all)
  func `what follows a generation comes after its holder`(_ testCase: Case) {
    let siblings = testCase.inodes.enumerated().map { index, inode in
      sibling(
        index == testCase.inodes.count - 1 ? "a.log" : "a.log.\(9 - index)", inode: inode,
        modified: Int64(8 + index))
    }
    let trace = Lineage.trace(known(inode: 10, modified: 10), among: siblings) {
      testCase.relations[$0] ?? .different
    }
    #expect(trace.holder == testCase.holder)
    #expect(trace.later == testCase.later)
  }

  @Test func `what is accounted for otherwise does not come again`() {
    let siblings = [
      sibling("a.log.1", inode: 11, modified: 20), sibling("a.log", inode: 12, modified: 30),
    ]
    let trace = Lineage.trace(
      known(inode: 10, modified: 10), among: siblings, done: [siblings[0].key]
    ) { _ in .different }
    #expect(trace.later == [1])
  }
}

@Suite struct ReadingOrderTests {
  private func facts(
    _ hasMore: [Bool], active: Int, endsLine: Bool = true, silence: Int64 = 0,
    wasSeenBefore: Bool = true
  ) -> ReadingOrder.Facts {
    ReadingOrder.Facts(
      hasMore: hasMore, active: active, endsLine: endsLine, silence: silence,
      wasSeenBefore: wasSeenBefore)
  }

  @Test func `a newer file waits until the old one was read once more`() {
    #expect(
      ReadingOrder.atEnd(facts([false, true], active: 0, wasSeenBefore: false)) == .readAgain)
    #expect(ReadingOrder.atEnd(facts([false, true], active: 0)) == .activate(1))
    #expect(ReadingOrder.atEnd(facts([false, false], active: 0)) == .nothing)
  }

  @Test func `half a line is waited for, but not for ever`() {
    #expect(ReadingOrder.atEnd(facts([false, true], active: 0, endsLine: false)) == .awaitLineEnd)
    #expect(
      ReadingOrder.atEnd(
        facts([false, true], active: 0, endsLine: false, silence: ReadingOrder.lineEndPatience))
        == .activate(1))
  }

  @Test func `late lines go before what was not handed out yet`() {
    #expect(ReadingOrder.afterBytes(facts([true, false], active: 1)) == .activate(0))
    #expect(ReadingOrder.afterBytes(facts([true, false], active: 1, endsLine: false)) == .deliver)
    #expect(ReadingOrder.afterBytes(facts([false, false, true], active: 1)) == .deliver)
    #expect(
      ReadingOrder.atEnd(facts([true, false, true], active: 1, wasSeenBefore: false))
        == .activate(0))
  }
}
