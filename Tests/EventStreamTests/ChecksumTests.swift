import CSystem
import TestSupport
import Testing

struct ChecksumTests {
  @Test func `the processor's checksum is the portable one, whatever the length`() {
    var random = SeededGenerator(seed: 5)
    let bytes = (0..<12_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    for count in [0, 1, 7, 8, 9, 1023, 3071, 3072, 3073, 3080, 6144, 9300, 11_990] {
      for start in 0..<3 {
        let (fast, slow) = bytes.withUnsafeBytes { bytes in
          let base = bytes.baseAddress! + start
          return (spate_crc32c(77, base, count), spate_crc32c_portable(77, base, count))
        }
        #expect(fast == slow, "\(count) bytes from \(start)")
      }
    }
  }
}
