internal import CSystem

/// CRC32C (Castagnoli), continuing from `crc`.
func crc32c(_ bytes: Span<UInt8>, continuing crc: UInt32 = 0) -> UInt32 {
  // SAFETY: the function reads `count` bytes and keeps no pointer.
  unsafe bytes.withUnsafeBufferPointer { buffer in
    unsafe spate_crc32c(crc, buffer.baseAddress, buffer.count)
  }
}

func crc32c(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
  // SAFETY: the function reads `count` bytes and keeps no pointer.
  unsafe spate_crc32c(0, bytes.baseAddress, bytes.count)
}
