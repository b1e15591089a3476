internal import Events

/// Appends the text that a JSON string means, its escapes decoded, to the batch's buffer.
///
/// The string lies in the same batch at `start ..< end`, without its quotes. A lone surrogate becomes
/// U+FFFD; an escape that JSON does not have stays as it is written. Decoded text is never longer than
/// written text, so one reservation suffices.
/// - Returns: Where the text is. The buffer may have moved.
func unescapeJSON(_ start: Int, _ end: Int, into batch: EventBatch) -> Range<Int> {
  let target = batch.byteCount
  let limit = target &+ (end &- start)
  if limit > batch.byteCapacity { batch.reserveBytes(max(limit, batch.byteCapacity &* 2)) }
  let bytes = unsafe LineBytes(batch.bytes)
  let count = unsafe decodeJSONText(bytes, start, end, batch.bytes + target)
  batch.byteCount = target &+ count
  return target..<batch.byteCount
}

/// Writes the text that the JSON string between `start` and `end` means to `output`, which has room
/// for `end - start` bytes and does not overlap it.
/// - Returns: The number of bytes written.
func decodeJSONText(
  _ bytes: LineBytes, _ start: Int, _ end: Int, _ output: UnsafeMutablePointer<UInt8>
) -> Int {
  var written = 0
  var i = start
  // SAFETY: every step writes at most as many bytes as it consumes: one for one, or up to three for
  // the six of `\uXXXX` and four for the twelve of a pair.
  while i < end {
    let byte = bytes[i]
    guard byte == ascii("\\"), i &+ 1 < end else {
      unsafe output[written] = byte
      written &+= 1
      i &+= 1
      continue
    }
    if bytes[i &+ 1] == ascii("u"), i &+ 6 <= end, let unit = hexUnit(bytes, i &+ 2) {
      i &+= 6
      var scalar = unit
      if unit &- 0xd800 < 0x400, i &+ 6 <= end, bytes[i] == ascii("\\"),
        bytes[i &+ 1] == ascii("u"), let low = hexUnit(bytes, i &+ 2), low &- 0xdc00 < 0x400
      {
        scalar = 0x10000 &+ (unit &- 0xd800) &<< 10 &+ (low &- 0xdc00)
        i &+= 6
      } else if unit &- 0xd800 < 0x800 {
        scalar = 0xfffd
      }
      written &+= unsafe encodeUTF8(scalar, output + written)
      continue
    }
    if let plain = singleEscape(bytes[i &+ 1]) {
      unsafe output[written] = plain
      written &+= 1
    } else {
      unsafe output[written] = byte
      unsafe output[written &+ 1] = bytes[i &+ 1]
      written &+= 2
    }
    i &+= 2
  }
  return written
}

@inline(__always)
private func singleEscape(_ byte: UInt8) -> UInt8? {
  switch byte {
  case ascii("n"): 0x0a
  case ascii("t"): 0x09
  case ascii("r"): 0x0d
  case ascii("b"): 0x08
  case ascii("f"): 0x0c
  case ascii("\""), ascii("\\"), ascii("/"): byte
  default: nil
  }
}

/// The number that four hexadecimal digits name.
private func hexUnit(_ bytes: LineBytes, _ position: Int) -> UInt32? {
  var unit: UInt32 = 0
  for i in 0..<4 {
    let byte = bytes[position &+ i]
    let digit: UInt8
    if byte.isDigit {
      digit = byte &- 0x30
    } else {
      digit = (byte | 0x20) &- 0x61 &+ 10
      guard byte.isLetter, digit < 16 else { return nil }
    }
    unit = unit &<< 4 | UInt32(digit)
  }
  return unit
}

@inline(__always)
private func encodeUTF8(_ scalar: UInt32, _ output: UnsafeMutablePointer<UInt8>) -> Int {
  // SAFETY: the caller has room for what the escape took, which is more.
  func byte(_ value: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: value) }
  if scalar < 0x80 {
    unsafe output[0] = byte(scalar)
    return 1
  }
  if scalar < 0x800 {
    unsafe output[0] = byte(0xc0 | scalar &>> 6)
    unsafe output[1] = byte(0x80 | scalar & 0x3f)
    return 2
  }
  if scalar < 0x10000 {
    unsafe output[0] = byte(0xe0 | scalar &>> 12)
    unsafe output[1] = byte(0x80 | scalar &>> 6 & 0x3f)
    unsafe output[2] = byte(0x80 | scalar & 0x3f)
    return 3
  }
  unsafe output[0] = byte(0xf0 | scalar &>> 18)
  unsafe output[1] = byte(0x80 | scalar &>> 12 & 0x3f)
  unsafe output[2] = byte(0x80 | scalar &>> 6 & 0x3f)
  unsafe output[3] = byte(0x80 | scalar & 0x3f)
  return 4
}
