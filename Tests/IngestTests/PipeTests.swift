import Events
import Foundation
import Testing

@testable import Ingest

struct PipeTests {
  private let readEnd: Descriptor
  private let writeEnd: Descriptor

  init() throws { (readEnd, writeEnd) = try Descriptor.pipe(isNonBlocking: true) }

  /// - Returns: How many of the bytes the pipe took at once.
  private func write(_ count: Int) -> Int {
    Foundation.write(writeEnd.number, [UInt8](repeating: 1, count: count), count)
  }

  /// - Returns: How many bytes came; 0 where there are none.
  private static func read(_ source: PipeSource) -> Int {
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    guard case .bytes(let count, _, _) = source.read(into: &bytes, capacity: bytes.count) else {
      return 0
    }
    return count
  }

  @Test func `who writes a quarter of a megabyte does not wait for a reader`() {
    let source = PipeSource(readEnd, kind: .standardInput)
    #expect(write(256 << 10) == 256 << 10)
    source.close()
  }

  @Test func `amid a burst a moment is waited for more`() async {
    let made = PipeSource(readEnd, kind: .standardInput, burstPauseMilliseconds: 600_000)
    // A little is no burst.
    #expect(write(100) == 100)
    #expect(Self.read(made) == 100)
    #expect(Self.read(made) == 0)

    #expect(write(40 << 10) == 40 << 10)
    #expect(Self.read(made) == 40 << 10)
    nonisolated(unsafe) let source = made
    let waiting = Task.detached { Self.read(source) }
    #expect(write(10) == 10)
    #expect(await waiting.value == 10)
  }
}
