let delimiterSeed: UInt32 = 0x811C_9DC5

@inline(__always)
func mixDelimiter(_ hash: UInt32, _ byte: UInt8) -> UInt32 {
  (hash ^ UInt32(byte)) &* 0x0100_0193
}

/// The first `count` (at most 8) bytes at `bytes`, the others zero.
@inline(__always)
func readWord(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
  let word = unsafe UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self)
  return count >= 8 ? word : word & ((1 &<< UInt64(count &* 8)) &- 1)
}

@inline(__always)
func hashShort(_ word: UInt64) -> UInt64 {
  var hash = (word ^ 0x51_7C_C1_B7_27_22_0A_95) &* 0x9FB2_1C65_1E98_DF25
  hash ^= hash &>> 32
  return hash &* 0xD6E8_FEB8_6659_FD93
}

@inline(__always)
func hashLong(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
  var hash = UInt64(truncatingIfNeeded: count)
  var i = 0
  while i &+ 8 < count {
    hash = (hash ^ (unsafe readWord(bytes + i, 8))) &* 0x9FB2_1C65_1E98_DF25
    hash ^= hash &>> 29
    i &+= 8
  }
  return hashShort(hash ^ (unsafe readWord(bytes + i, count &- i)))
}

/// The bytes of a text of at most 8, as `readWord` reads them.
func packedWord(_ text: String) -> UInt64 {
  var word: UInt64 = 0
  for (index, byte) in text.utf8.prefix(8).enumerated() { word |= UInt64(byte) << (index * 8) }
  return word
}
