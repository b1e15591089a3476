import CSystem
import TestSupport
import Testing

struct ChecksumTests {
  @Test func `the checksum of the digits is the published one`() {
    let digits = Array("123456789".utf8)
    #expect(spate_crc32c(0, digits, digits.count) == 0xe306_9283)
    #expect(spate_crc32c_portable(0, digits, digits.count) == 0xe306_9283)
  }

  /// Around the sizes at which several lanes are taken in at once, from any address on, and whether
  /// in one piece or in several.
  @Test(arguments: [0, 1, 7, 8, 1023, 3071, 3072, 3073, 6143, 6144, 9999, 40_000])
  func `the processor's checksum is the portable one`(_ count: Int) {
    var generator = SeededGenerator(seed: UInt64(count))
    let bytes = (0..<(count + 8)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    unsafe bytes.withUnsafeBufferPointer { buffer in
      for start in 0..<8 {
        let at = unsafe buffer.baseAddress! + start
        let initial = UInt32(truncatingIfNeeded: generator.next())
        let expected = unsafe spate_crc32c_portable(initial, at, count)
        #expect(unsafe spate_crc32c(initial, at, count) == expected)
        let cut = Int(generator.next() % UInt64(count + 1))
        let first = unsafe spate_crc32c(initial, at, cut)
        #expect(unsafe spate_crc32c(first, at + cut, count - cut) == expected)
      }
    }
  }
}
