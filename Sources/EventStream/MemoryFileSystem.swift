internal import Synchronization

/// Files in memory, for a stream that is not recorded. Any number of threads.
///
/// Holds at most `byteLimit` bytes and then says that the disk is full, so memory stays bounded;
/// whoever appends prunes before that.
package final class MemoryFileSystem: FileSystem {
  private struct State {
    var files: [String: MemoryFile] = [:]
    var folders: Set<String> = []
    var waiters: [(folder: String, waiter: WeakWaiter)] = []
  }

  private struct WeakWaiter { weak var waiter: StreamWaiter? }

  private let state = Mutex(State())
  fileprivate let room: Room

  /// Bytes that may still be written, shared by all files.
  fileprivate final class Room: Sendable {
    let left: Atomic<Int>
    init(_ byteCount: Int) { left = Atomic(byteCount) }

    func take(_ byteCount: Int) -> Bool {
      if left.subtract(byteCount, ordering: .relaxed).newValue >= 0 { return true }
      left.add(byteCount, ordering: .relaxed)
      return false
    }

    func give(_ byteCount: Int) { left.add(byteCount, ordering: .relaxed) }
  }

  package init(byteLimit: Int) { room = Room(byteLimit) }

  package var processID: Int32 { 0 }

  package func open(_ path: String, _ access: FileAccess) throws(FileError) -> any StreamFile {
    let file = state.withLock { state -> MemoryFile? in
      if let file = state.files[path] { return file }
      guard access == .readWriteCreating, state.folders.contains(parent(path)) else { return nil }
      let file = MemoryFile(room: room) { [weak self] in self?.signal(parent(path)) }
      state.files[path] = file
      return file
    }
    guard let file else { throw FileError(reason: .notFound, code: 2) }
    return MemoryFile.Handle(file)
  }

  package func names(inFolder path: String) throws(FileError) -> [String] {
    let names = state.withLock { state -> [String]? in
      guard state.folders.contains(path) else { return nil }
      let children = Array(state.files.keys) + state.folders
      return children.filter { parent($0) == path }.map {
        String($0.dropFirst(path.utf8.count + 1))
      }
    }
    guard let names else { throw FileError(reason: .notFound, code: 2) }
    return names
  }

  package func createFolder(_ path: String) throws(FileError) {
    let isNew = state.withLock { $0.folders.insert(path).inserted }
    if !isNew { throw FileError(reason: .alreadyExists, code: 17) }
  }

  package func rename(_ path: String, to newPath: String) throws(FileError) {
    let found = state.withLock { state in
      guard let file = state.files.removeValue(forKey: path) else { return false }
      state.files.updateValue(file, forKey: newPath)?.remove()
      return true
    }
    guard found else { throw FileError(reason: .notFound, code: 2) }
    signal(parent(newPath))
  }

  package func remove(_ path: String) throws(FileError) {
    let file = state.withLock { $0.files.removeValue(forKey: path) }
    guard let file else { throw FileError(reason: .notFound, code: 2) }
    file.remove()
    signal(parent(path))
  }

  package func syncFolder(_ path: String) throws(FileError) {}

  package func makeWaiter(forFolder path: String) -> StreamWaiter {
    let waiter = StreamWaiter(folder: nil)
    state.withLock { state in
      state.waiters.removeAll { $0.waiter.waiter == nil }
      state.waiters.append((path, WeakWaiter(waiter: waiter)))
    }
    return waiter
  }

  private func signal(_ folder: String) {
    let waiters = state.withLock { state in
      state.waiters.compactMap { $0.folder == folder ? $0.waiter.waiter : nil }
    }
    for waiter in waiters { waiter.signalChange() }
  }
}

private func parent(_ path: String) -> String {
  String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
}

/// The bytes of one file; those of a removed file are freed with its last open handle.
private final class MemoryFile: Sendable {
  private struct State {
    var bytes: [UInt8] = []
    var isRemoved = false
    /// The handle that holds the lock.
    var owner: ObjectIdentifier?
  }

  private let state = Mutex(State())
  private let room: MemoryFileSystem.Room
  private let changed: @Sendable () -> Void

  init(room: MemoryFileSystem.Room, changed: @escaping @Sendable () -> Void) {
    self.room = room
    self.changed = changed
  }

  deinit { room.give(state.withLock { $0.bytes.count }) }

  func remove() { state.withLock { $0.isRemoved = true } }

  private func resize(_ state: inout State, _ byteCount: Int) -> Bool {
    let more = byteCount - state.bytes.count
    if more > 0 {
      guard room.take(more) else { return false }
      state.bytes += repeatElement(0, count: more)
    } else {
      room.give(-more)
      state.bytes.removeLast(-more)
    }
    return true
  }

  final class Handle: StreamFile {
    private let file: MemoryFile

    init(_ file: MemoryFile) { self.file = file }

    deinit {
      let me = ObjectIdentifier(self)
      file.state.withLock { if $0.owner == me { $0.owner = nil } }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at position: UInt64) throws(FileError)
      -> Int
    {
      file.state.withLock { state in
        let start = min(Int(clamping: position), state.bytes.count)
        let end = min(state.bytes.count - start, buffer.count) + start
        unsafe state.bytes.withUnsafeBytes { bytes in
          unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        }
        return end - start
      }
    }

    func write(_ bytes: UnsafeRawBufferPointer, at position: UInt64) throws(FileError) -> Int {
      let done = file.state.withLock { state in
        let start = Int(clamping: position)
        let end = start + bytes.count
        guard end <= state.bytes.count || file.resize(&state, end) else { return false }
        unsafe state.bytes.withUnsafeMutableBytes { target in
          unsafe UnsafeMutableRawBufferPointer(rebasing: target[start..<end])
            .copyMemory(from: bytes)
        }
        return true
      }
      guard done else { throw FileError(reason: .noSpace, code: 28) }
      file.changed()
      return bytes.count
    }

    func truncate(toByteCount byteCount: UInt64) throws(FileError) {
      let done = file.state.withLock { file.resize(&$0, Int(clamping: byteCount)) }
      guard done else { throw FileError(reason: .noSpace, code: 28) }
    }

    func sync() throws(FileError) {}

    func status() throws(FileError) -> FileStatus {
      file.state.withLock {
        FileStatus(byteCount: UInt64($0.bytes.count), isRemoved: $0.isRemoved)
      }
    }

    func tryLock() throws(FileError) -> Bool {
      let me = ObjectIdentifier(self)
      return file.state.withLock { state in
        guard state.owner == nil || state.owner == me else { return false }
        state.owner = me
        return true
      }
    }

    func isLocked() throws(FileError) -> Bool {
      let me = ObjectIdentifier(self)
      return file.state.withLock { $0.owner != nil && $0.owner != me }
    }
  }
}
