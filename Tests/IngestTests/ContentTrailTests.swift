import Events
import TestSupport
import Testing

@testable import Ingest

@Suite struct ContentTrailTests {
  private func trail(
    of bytes: [UInt8], base: UInt64 = 0, cut: (Int) -> Int = { $0 }
  ) -> ContentTrail {
    var trail = ContentTrail(base: base)
    var at = 0
    while at < bytes.count {
      let count = min(max(1, cut(bytes.count - at)), bytes.count - at)
      let part = Array(bytes[at..<(at + count)])
      part.withUnsafeBufferPointer { buffer in
        if let start = buffer.baseAddress {
          trail.append(start, count: count, at: base + UInt64(at))
        }
      }
      at += count
    }
    return trail
  }

  @Test(arguments: 1...50 as ClosedRange<UInt64>)
  func `a trail does not depend on how the bytes came`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let bytes = (0..<random.below(5000)).map { _ in UInt8(random.below(256)) }
    let base = UInt64(random.below(1000))
    let whole = trail(of: bytes, base: base)
    let pieces = trail(of: bytes, base: base) { _ in 1 + random.below(300) }
    #expect(whole == pieces, "seed \(seed)")
    #expect(whole.end == base + UInt64(bytes.count))
  }

  @Test(arguments: 1...50 as ClosedRange<UInt64>)
  func `copies, parts of them and other contents are told apart`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let bytes = (0..<(200 + random.below(5000))).map { _ in UInt8(random.below(256)) }
    let known = trail(of: bytes)
    #expect(known.relation(to: trail(of: bytes)) == .all)
    let part = 1 + random.below(bytes.count - 1)
    #expect(
      known.relation(to: trail(of: Array(bytes[..<part]))) == .beginning(byteCount: UInt64(part)))
    var other = bytes
    other[random.below(bytes.count)] ^= 1
    #expect(known.relation(to: trail(of: other)) == .different, "seed \(seed)")
    #expect(known.relation(to: ContentTrail(base: 0)) == .different)
  }

  @Test(arguments: 1...50 as ClosedRange<UInt64>)
  func `an identity is read as it was written, and rubbish is refused`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    func identity() -> FileIdentity {
      let bytes = (0..<random.below(5000)).map { _ in UInt8(random.below(256)) }
      return FileIdentity(
        key: FileKey(
          device: random.next(), inode: random.next(), birthTime: Int64(bitPattern: random.next())),
        trail: trail(of: bytes, base: UInt64(random.below(1 << 40))), offset: random.next(),
        modified: Int64(bitPattern: random.next()))
    }
    let log = LogIdentity(
      main: identity(), others: (0..<random.below(9)).map { _ in identity() },
      folders: ["/var/log/old/", String(repeating: "x", count: 2000)])
    let encoded = log.encoded
    #expect(encoded.count <= 4096)
    #expect(LogIdentity(encoded: encoded)?.encoded == encoded, "seed \(seed)")
    #expect(LogIdentity(encoded: Array(encoded.dropLast())) == nil)
    for _ in 0..<200 {
      var damaged = encoded
      damaged[random.below(damaged.count)] = UInt8(random.below(256))
      _ = LogIdentity(encoded: Array(damaged.prefix(random.below(damaged.count + 1))))
    }
  }
}
