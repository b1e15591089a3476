internal import Events

/// Reads one log: a file by its path, through growth, truncation and rotation.
final class FileTailer: ByteSource {
  let kind = SourceKind.file
  let path: String
  private(set) var readByteCount: UInt64 = 0
  private(set) var progress = SourceProgress.waiting
  private(set) var modificationTime: Instant?
  private let options: IngestOptions
  private var file: Descriptor?
  private var key = FileKey(device: 0, inode: 0, birthTime: 0)
  private var generation: UInt32 = 0
  private var offset: UInt64 = 0
  private var size: UInt64 = 0
  private var trail = ContentTrail(base: 0)

  init(path: String, options: IngestOptions, resumed: SourceCheckpoint?) {
    self.path = path
    self.options = options
    if let status = try? FileStatus.of(path) {
      size = status.size
      modificationTime = status.modificationTime
      progress = .readingPast
    }
    guard let resumed else { return }
    generation = resumed.generation
    offset = resumed.endOffset
    trail = FileIdentity(encoded: resumed.identity)?.trail ?? ContentTrail(base: offset)
  }

  var knownByteCount: UInt64? { size }
  var watchedFile: Descriptor? { file }

  func read(into buffer: UnsafeMutablePointer<UInt8>, capacity: Int) -> ReadOutcome {
    if case .ended(let state) = progress { return .ended(state) }
    do {
      guard let file = try openedFile() else { return .nothing }
      let count = unsafe try file.read(at: offset, into: buffer, capacity: capacity)
      if count == 0 {
        if !options.follow { return end(.ended) }
        progress = .following
        return .nothing
      }
      unsafe trail.append(buffer, count: count, at: offset)
      defer {
        offset += UInt64(count)
        readByteCount += UInt64(count)
      }
      return .bytes(count: count, generation: generation, offset: offset)
    } catch {
      return end(.failed(reason: "error \(error.code)"))
    }
  }

  private func openedFile() throws(SystemError) -> Descriptor? {
    if let file { return file }
    do {
      let opened = try Descriptor.open(path)
      key = try opened.status().key
      if offset == 0, let count = options.tailLineCount {
        offset = try startOfLastLines(count, in: opened)
        trail = ContentTrail(base: offset)
      }
      file = opened
      progress = .readingPast
      return opened
    } catch {
      if error.isMissing && options.follow { return nil }
      throw error
    }
  }

  private func end(_ state: SourceState) -> ReadOutcome {
    progress = .ended(state)
    file = nil
    return .ended(state)
  }

  func identity(generation: UInt32) -> [UInt8] {
    FileIdentity(
      key: key, trail: trail, modified: (modificationTime?.microseconds ?? 0) * 1000
    ).encoded
  }

  func mayHaveMore() -> Bool {
    if case .ended = progress { return false }
    guard let status = file == nil ? try? FileStatus.of(path) : try? file?.status() else {
      return false
    }
    size = status.size
    modificationTime = status.modificationTime
    return file == nil || status.size != offset
  }

  func close() {
    file = nil
    if case .ended = progress { return }
    progress = .ended(.ended)
  }
}

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
