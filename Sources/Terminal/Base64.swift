/// Base 64 with padding (RFC 4648), for the clipboard.
enum Base64 {
  static func encode(_ bytes: [UInt8]) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var result: [UInt8] = []
    result.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var bits: UInt32 = 0
      for index in start..<start + 3 {
        bits = bits << 8 | (index < bytes.count ? UInt32(bytes[index]) : 0)
      }
      for digit in 0..<4 {
        let isPadding = digit > group.count
        result.append(isPadding ? 0x3D : alphabet[Int(bits >> UInt32(18 - digit * 6) & 63)])
      }
    }
    return result
  }
}
