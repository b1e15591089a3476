import Events
import TestSupport
import Testing

@testable import EventStream

@Suite struct KeyframeFolderTests {
  private let files = MemoryFileSystem(byteLimit: 256 << 20)

  private func folder(kind: String = "kind") throws -> KeyframeFolder {
    _ = try? StreamWriter(path: "/s", fileSystem: files, create: true)
    return KeyframeFolder(of: try StreamReader(path: "/s", fileSystem: files), kind: kind)
  }

  private func image(_ offset: UInt64, _ state: [UInt8]) -> StateImage {
    StateImage(
      place: StreamPosition(offset: offset, control: 3), time: Instant(seconds: Int64(offset)),
      lastEvent: EventMark(
        time: Instant(seconds: 1), ingestTime: Instant(seconds: 2), checksum: 3),
      state: state)
  }

  @Test func `a state is read back, or not at all, whichever bit is flipped`() throws {
    let folder = try folder()
    let image = image(7, Array("a state, a state, a state, and so on".utf8))
    folder.store(image, streamByteCount: 0)
    #expect(folder.load(image.place) == image)
    #expect(folder.time(of: image.place) == image.time)
    let kind = try #require(try files.names(inFolder: "/s/keyframes").first)
    let name = try #require(try files.names(inFolder: "/s/keyframes/\(kind)").first)
    let path = "/s/keyframes/\(kind)/\(name)"
    let bytes = try #require(try files.open(path, .read).readAll(limit: 4096))
    for index in bytes.indices {
      for bit in 0..<8 {
        var spoilt = bytes
        spoilt[index] ^= 1 << UInt8(bit)
        try files.open(path, .readWriteCreating).writeFully(spoilt, at: 0)
        #expect(folder.load(image.place) == nil)
      }
    }
    #expect(folder.damagedCount == bytes.count * 8)
    #expect(folder.entries().isEmpty)
  }

  @Test func `all of them together stay within the limit`() throws {
    let folder = try folder()
    let other = try self.folder(kind: "other")
    var random = SeededGenerator(seed: 5)
    let state = (0..<(3 << 20)).map { _ in UInt8.random(in: 0...255, using: &random) }
    for offset in 1...4 { other.store(image(UInt64(offset), state), streamByteCount: 0) }
    for offset in 1...25 {
      folder.store(image(UInt64(offset * 100), state), streamByteCount: 0)
      let sum = (folder.entries() + other.entries()).reduce(0) { $0 + $1.byteCount }
      #expect(sum <= KeyframeFolder.leastByteLimit)
      #expect(folder.entries().last?.place.offset == UInt64(offset * 100))
    }
    #expect(other.entries().isEmpty)
    // What is left lies all over the stream.
    let places = folder.entries().map(\.place.offset)
    #expect(places.count >= 8)
    #expect(zip(places, places.dropFirst()).allSatisfy { $1 - $0 <= 800 })
  }

  @Test func `pruning takes the states before the new beginning`() throws {
    let folder = try folder()
    for offset in [10, 20, 30] as [UInt64] {
      folder.store(image(offset, [1, 2, 3]), streamByteCount: 0)
    }
    StreamFolder(path: "/s", fileSystem: files).removeStates(
      before: StreamPosition(offset: 20, control: 0))
    #expect(folder.entries().map(\.place.offset) == [20, 30])
  }
}
