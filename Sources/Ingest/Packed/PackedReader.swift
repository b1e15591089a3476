/// Reads the unpacked bytes of a packed file by their offset, forward at little cost.
@safe final class PackedReader {
  private static let inputByteCount = 64 * 1024

  let file: Descriptor
  private let compression: Compression
  private var unpacker: Unpacker
  private let input: UnsafeMutableBufferPointer<UInt8>
  private var inputRange = 0..<0
  /// Where the next packed bytes come from.
  private var fileOffset: UInt64 = 0
  /// Where the next unpacked byte stands.
  private var position: UInt64 = 0
  private var isComplete = true

  init(_ file: Descriptor, _ compression: Compression) throws(UnpackError) {
    self.file = file
    self.compression = compression
    unpacker = try Unpacker(compression)
    unsafe input = .allocate(capacity: Self.inputByteCount)
  }

  deinit { unsafe input.deallocate() }

  /// At most `capacity` bytes from `offset`; 0 at a proper end.
  func read(
    at offset: UInt64, into buffer: UnsafeMutablePointer<UInt8>, capacity: Int
  ) throws(UnpackError) -> Int {
    if offset < position { try rewind() }
    // What lies before is unpacked to the same place and overwritten.
    while position < offset {
      let part = min(capacity, Int(clamping: offset - position))
      if unsafe try next(buffer, part) == 0 { return 0 }
    }
    return unsafe try next(buffer, capacity)
  }

  private func rewind() throws(UnpackError) {
    unpacker = try Unpacker(compression)
    inputRange = 0..<0
    fileOffset = 0
    position = 0
    isComplete = true
  }

  private func next(
    _ buffer: UnsafeMutablePointer<UInt8>, _ capacity: Int
  ) throws(UnpackError) -> Int {
    while capacity > 0 {
      let isAtEnd = inputRange.isEmpty ? !(try refill()) : false
      if isAtEnd && isComplete { return 0 }
      // SAFETY: the range lies within the input buffer, `capacity` is the caller's.
      let step: Unpacker.Step
      do {
        step = unsafe try unpacker.step(
          input: UnsafeMutableBufferPointer(rebasing: input[inputRange]),
          output: UnsafeMutableBufferPointer(start: buffer, count: capacity))
      } catch {
        // What follows a complete member and begins no other is padding.
        if isComplete && position > 0 { return 0 }
        throw error
      }
      inputRange = (inputRange.lowerBound + step.takenCount)..<inputRange.upperBound
      isComplete = step.isComplete
      position += UInt64(step.givenCount)
      if step.givenCount > 0 { return step.givenCount }
      // The unpacker held nothing back, so its end mark is missing.
      if isAtEnd { throw .cutShort }
    }
    return 0
  }

  /// - Returns: Whether there was something to read.
  private func refill() throws(UnpackError) -> Bool {
    guard let start = unsafe input.baseAddress else { return false }
    do {
      let count = unsafe try file.read(at: fileOffset, into: start, capacity: input.count)
      fileOffset += UInt64(count)
      inputRange = 0..<count
      return count > 0
    } catch {
      throw .unreadable(error)
    }
  }
}
