internal import Events

/// A packed file that the user named: read unpacked, once, and not followed.
final class PackedSource: ByteSource {
  let kind = SourceKind.file
  let knownByteCount: UInt64? = nil
  let modificationTime: Instant?
  private(set) var readByteCount: UInt64 = 0
  private(set) var progress = SourceProgress.readingPast
  private var reader: PackedReader?
  private var offset: UInt64
  private var key: FileKey?

  init(path: String, compression: Compression, resumed: SourceCheckpoint?) {
    offset = resumed?.endOffset ?? 0
    let status = try? FileStatus.of(path)
    modificationTime = status?.modificationTime
    key = status?.key
    if let known = resumed.flatMap({ LogIdentity(encoded: $0.identity) }), known.main.key != key {
      progress = .ended(.failed(reason: "another file has its name now"))
      return
    }
    do {
      guard case .packed(let reader) = try Body.open(path, compression) else { return }
      self.reader = reader
    } catch {
      progress = .ended(.failed(reason: FileTailer.reason(error)))
    }
  }

  func read(into buffer: UnsafeMutablePointer<UInt8>, capacity: Int) -> ReadOutcome {
    if case .ended(let state) = progress { return .ended(state) }
    guard let reader else { return end(.ended) }
    do {
      let count = unsafe try reader.read(at: offset, into: buffer, capacity: capacity)
      if count == 0 { return end(.ended) }
      defer {
        offset += UInt64(count)
        readByteCount += UInt64(count)
      }
      return .bytes(count: count, generation: 0, offset: offset)
    } catch {
      return end(.failed(reason: FileTailer.reason(error)))
    }
  }

  func identity(generation: UInt32) -> [UInt8] {
    guard let key else { return [] }
    let main = FileIdentity(key: key, trail: ContentTrail(base: 0), offset: offset, modified: 0)
    return LogIdentity(main: main, others: [], folders: []).encoded
  }

  private func end(_ state: SourceState) -> ReadOutcome {
    progress = .ended(state)
    reader = nil
    return .ended(state)
  }

  func close() {
    if case .ended = progress { return }
    _ = end(.ended)
  }
}
