/// Where the last `count` lines of a file begin; a last line without a terminator counts.
func startOfLastLines(_ count: Int, in file: Descriptor) throws(SystemError) -> UInt64 {
  let size = try file.status().size
  if count <= 0 { return size }
  let blockSize = 64 * 1024
  let block = UnsafeMutablePointer<UInt8>.allocate(capacity: blockSize)
  defer { unsafe block.deallocate() }
  var found = 0
  var end = size
  while end > 0 {
    let start = end > UInt64(blockSize) ? end - UInt64(blockSize) : 0
    let got = unsafe try file.readFully(at: start, into: block, count: Int(end - start))
    for index in stride(from: got - 1, through: 0, by: -1) {
      // SAFETY: `index` lies within what was read.
      guard unsafe block[index] == UInt8(ascii: "\n") else { continue }
      let behind = start + UInt64(index) + 1
      // The terminator of the last line begins no other.
      if behind == size { continue }
      found += 1
      if found == count { return behind }
    }
    end = start
  }
  return 0
}
