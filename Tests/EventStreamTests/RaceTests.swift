import Events
import Testing

@testable import EventStream

/// Files of a memory, with something that happens between two reads.
final class InterposedFileSystem: WrappedFileSystem, @unchecked Sendable {
  /// Reads until `between` is called, once.
  private(set) var readsLeft = Int.max
  private var between: () -> Void = {}

  func afterRead(_ count: Int, do between: @escaping () -> Void) {
    readsLeft = count
    self.between = between
  }

  override func didRead() {
    readsLeft -= 1
    if readsLeft == 0 { between() }
  }
}

@Suite struct RaceTests {
  /// A writer that was killed left half a batch; its successor cuts it off and appends durably while
  /// the reader looks: whatever the reader had seen by then, nothing is missing.
  @Test(arguments: 1...12)
  func `what is appended between two looks of a reader is no gap`(_ readCount: Int) throws {
    let files = MemoryFileSystem(byteLimit: 1 << 20)
    let writer = try StreamWriter(path: "/s", fileSystem: files, create: true)
    func append(_ count: Int) throws {
      let (batch, names) = NumberedEvents.batch(from: writer.nextOffset, count: count)
      try writer.append(batch, names: names)
      try writer.sync()
    }
    try append(3)
    let name = try #require(try files.names(inFolder: "/s/segments").first)
    let segment = try files.open("/s/segments/\(name)", .readWrite)
    let end = try segment.status().byteCount
    try segment.writeFully([UInt8](repeating: 0xAB, count: 40), at: end)

    let interposed = InterposedFileSystem(files)
    let reader = try StreamReader(path: "/s", fileSystem: interposed)
    guard case .batch = try reader.next() else {
      Issue.record("the first batch is there")
      return
    }
    interposed.afterRead(readCount) {
      try? segment.truncate(toByteCount: end)
      for count in 1...4 { try? append(count) }
    }
    var expected: UInt64 = 3
    for _ in 0..<64 {
      switch try reader.next() {
      case .batch(let batch):
        #expect(batch.firstOffset == expected)
        expected += UInt64(batch.count)
      case .gap(let from, let to, let reason):
        Issue.record("gap \(from) to \(to): \(reason)")
      case .control: break
      case .atEnd: _ = reader.waitForMore(timeout: .zero)
      }
    }
    // With fewer looks than that, nothing was appended.
    #expect(expected == (interposed.readsLeft <= 0 ? 13 : 3))
  }
}
