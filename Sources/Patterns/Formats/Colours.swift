internal import Events

/// Appends a copy of bytes of the batch's own buffer to it; the buffer may move.
func copyText(_ start: Int, _ end: Int, into batch: EventBatch) {
  let limit = batch.byteCount &+ (end &- start)
  if limit > batch.byteCapacity { batch.reserveBytes(max(limit, batch.byteCapacity &* 2)) }
  // SAFETY: room was made, so the source does not move while it is copied.
  unsafe batch.append(bytes: batch.bytes + start, count: end &- start)
}

/// Takes the sequences by which terminals set colours out of `start ..< end`, in place.
/// - Returns: Where what is left ends; zeroes follow up to `end`.
func removeColours(_ start: Int, _ end: Int, in batch: EventBatch) -> Int {
  // SAFETY: what is written lies at or before what is read, all of it in the range given.
  unsafe removeColours(batch.bytes, start, end)
}

/// As above, for any memory.
func removeColours(_ bytes: UnsafeMutablePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
  let text = unsafe LineBytes(bytes)
  var written = start
  var i = start
  while i < end {
    let behind = behindColour(text, i, end)
    if behind > i {
      i = behind
      continue
    }
    unsafe bytes[written] = text[i]
    written += 1
    i += 1
  }
  for k in written..<end { unsafe bytes[k] = 0 }
  return written
}

/// Whether such a sequence begins in the first bytes of a line, where its header is.
func holdsColour(_ t: LineBytes, _ start: Int, _ end: Int) -> Bool {
  let limit = min(end, start &+ HeaderReader.byteLimit)
  let escape = findByte(0x1b, t, start, limit)
  return escape >= 0 && behindColour(t, escape, end) > escape
}

/// Behind the control sequence that begins at `from`; `from` where none does.
private func behindColour(_ t: LineBytes, _ from: Int, _ end: Int) -> Int {
  guard t[from] == 0x1b, from &+ 2 < end, t[from &+ 1] == ascii("[") else { return from }
  var i = from &+ 2
  while i < end, t[i] &- 0x20 < 0x20 { i &+= 1 }
  return i < end && t[i] &- 0x40 < 0x3f ? i &+ 1 : from
}
