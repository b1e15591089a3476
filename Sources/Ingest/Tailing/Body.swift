/// The bytes of one generation, by their offset, packed or not.
enum Body {
  case plain(Descriptor)
  case packed(PackedReader)

  /// Opens `path`; packed if its name says so and `compression` is given.
  static func open(_ path: String, _ compression: Compression?) throws(UnpackError) -> Body {
    let file: Descriptor
    do { file = try Descriptor.open(path) } catch { throw .unreadable(error) }
    guard let compression else { return .plain(file) }
    return .packed(try PackedReader(file, compression))
  }

  var file: Descriptor {
    switch self {
    case .plain(let file): file
    case .packed(let reader): reader.file
    }
  }

  /// At most `capacity` bytes from `offset`; 0 at the end.
  func read(
    at offset: UInt64, into buffer: UnsafeMutablePointer<UInt8>, capacity: Int
  ) throws(UnpackError) -> Int {
    switch self {
    case .packed(let reader):
      return unsafe try reader.read(at: offset, into: buffer, capacity: capacity)
    case .plain(let file):
      do {
        return unsafe try file.read(at: offset, into: buffer, capacity: capacity)
      } catch {
        throw .unreadable(error)
      }
    }
  }

  /// The trail of the bytes from `base` to `limit`, or to the end before it.
  func trail(from base: UInt64, to limit: UInt64) throws(UnpackError) -> ContentTrail {
    var trail = ContentTrail(base: base)
    try extend(&trail, to: limit)
    return trail
  }

  /// Reads on behind the end of `trail`.
  func extend(_ trail: inout ContentTrail, to limit: UInt64) throws(UnpackError) {
    let capacity = 64 * 1024
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    defer { unsafe buffer.deallocate() }
    while trail.end < limit {
      let part = min(capacity, Int(clamping: limit - trail.end))
      let count = unsafe try read(at: trail.end, into: buffer, capacity: part)
      if count == 0 { return }
      unsafe trail.append(buffer, count: count, at: trail.end)
    }
  }

  /// How this content relates to what is known of another; reads as little as decides it.
  func relation(to known: ContentTrail) -> ContentTrail.Relation {
    guard known.byteCount > 0,
      var own = try? trail(
        from: known.base, to: min(known.end, known.base + UInt64(ContentTrail.headLimit)))
    else { return .different }
    if known.relation(to: own) == .different { return .different }
    guard (try? extend(&own, to: known.end)) != nil else { return .different }
    return known.relation(to: own)
  }

  func reaches(beyond offset: UInt64) -> Bool {
    var byte: UInt8 = 0
    return (try? unsafe read(at: offset, into: &byte, capacity: 1)) ?? 0 > 0
  }

  /// Whether the anchor of `trail` stands where it was: if so, nothing before it has changed.
  func holdsAnchor(of trail: inout ContentTrail) throws(UnpackError) -> Bool {
    let count = trail.anchorCount
    if count == 0 { return true }
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      // SAFETY: `bytes` holds `count` bytes.
      let more = try unsafe bytes.withUnsafeMutableBufferPointer {
        buffer throws(UnpackError) -> Int in
        guard let start = buffer.baseAddress else { return 0 }
        return unsafe try read(
          at: trail.anchorOffset + UInt64(done), into: start + done, capacity: count - done)
      }
      if more == 0 { return false }
      done += more
    }
    return trail.acceptAnchor(bytes)
  }
}
