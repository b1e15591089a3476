import EventStream
import Synchronization
import TestSupport

/// A disk that forgets what was not synced, and whose calls fail when told to.
///
/// It keeps what processes see apart from what the platter holds. A power cut leaves of every
/// unsynced write any of its sectors, of every unsynced size any between old and new, and of
/// the unsynced creations, renames and removals in a folder any. A failed sync leaves the written
/// sectors clean, as Linux does: no later sync writes them.
final class SimulatedDisk: FileSystem, @unchecked Sendable {
  // SAFETY of `@unchecked`: a test uses it on one thread.

  enum Fault: CaseIterable, Sendable {
    case error, noSpace, interrupted, short
  }

  static let sectorByteCount = 512

  final class Inode {
    var seen: [UInt8] = []
    var platter: [UInt8] = []
    var dirtySectors: Set<Int> = []
    var nameCount = 0
    var lockOwner: ObjectIdentifier?

    func touch(_ range: Range<Int>) {
      guard !range.isEmpty else { return }
      for sector
        in (range.lowerBound / sectorByteCount)...((range.upperBound - 1) / sectorByteCount)
      {
        dirtySectors.insert(sector)
      }
    }
  }

  private enum FolderChange {
    case set(String, Inode)
    case remove(String)
  }

  private var folders: Set<String> = [""]
  private var names: [String: Inode] = [:]
  private var platterNames: [String: Inode] = [:]
  private var changes: [String: [FolderChange]] = [:]

  /// Calls so far that may fail.
  private(set) var callCount = 0
  /// The call that fails, and how.
  var fault: (call: Int, kind: Fault)?
  /// From this call on nothing happens any more.
  var powerCutCall: Int?
  /// No byte may be added to any file.
  var isFull = false
  /// Nothing may be changed.
  var isReadOnly = false

  /// What each kind of call did, for messages.
  private(set) var lastCall = ""

  var processID: Int32 { 42 }

  fileprivate func call(_ name: String) throws(FileError) -> Fault? {
    defer { callCount += 1 }
    lastCall = name
    if let powerCutCall, callCount >= powerCutCall { throw FileError(reason: .other, code: 5) }
    guard let fault, fault.call == callCount else { return nil }
    switch fault.kind {
    case .error: throw FileError(reason: .other, code: 5)
    case .noSpace: throw FileError(reason: .noSpace, code: 28)
    case .interrupted: throw FileError(reason: .interrupted, code: 4)
    case .short: return .short
    }
  }

  func open(_ path: String, _ access: FileAccess) throws(FileError) -> any StreamFile {
    if access != .read {
      if isReadOnly { throw FileError(reason: .notPermitted, code: 13) }
      _ = try call("open")
    }
    if let inode = names[path] { return Handle(self, inode) }
    guard access == .readWriteCreating, folders.contains(parent(path)) else {
      throw FileError(reason: .notFound, code: 2)
    }
    let inode = Inode()
    change(path, .set(path, inode))
    return Handle(self, inode)
  }

  func names(inFolder path: String) throws(FileError) -> [String] {
    guard folders.contains(path) else { throw FileError(reason: .notFound, code: 2) }
    return (Array(names.keys) + folders).filter { parent($0) == path }.map {
      String($0.dropFirst(path.utf8.count + 1))
    }
  }

  func createFolder(_ path: String) throws(FileError) {
    if isReadOnly { throw FileError(reason: .notPermitted, code: 13) }
    _ = try call("mkdir")
    if !folders.insert(path).inserted { throw FileError(reason: .alreadyExists, code: 17) }
  }

  func rename(_ path: String, to newPath: String) throws(FileError) {
    _ = try call("rename")
    guard let inode = names[path] else { throw FileError(reason: .notFound, code: 2) }
    change(newPath, .set(newPath, inode))
    change(path, .remove(path))
  }

  func remove(_ path: String) throws(FileError) {
    _ = try call("unlink")
    guard names[path] != nil else { throw FileError(reason: .notFound, code: 2) }
    change(path, .remove(path))
  }

  func syncFolder(_ path: String) throws(FileError) {
    _ = try call("fsync folder")
    for change in changes[path] ?? [] { apply(change, to: &platterNames) }
    changes[path] = []
  }

  func makeWaiter(forFolder path: String) -> StreamWaiter { StreamWaiter(folder: nil) }

  private func change(_ path: String, _ change: FolderChange) {
    changes[parent(path), default: []].append(change)
    switch change {
    case .set(let path, let inode):
      names[path]?.nameCount -= 1
      inode.nameCount += 1
      names[path] = inode
    case .remove(let path):
      names[path]?.nameCount -= 1
      names[path] = nil
    }
  }

  private func apply(_ change: FolderChange, to names: inout [String: Inode]) {
    switch change {
    case .set(let path, let inode): names[path] = inode
    case .remove(let path): names[path] = nil
    }
  }

  private func parent(_ path: String) -> String {
    String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
  }

  /// The disk as it is found when the power is back.
  func afterPowerCut(_ generator: inout SeededGenerator) -> SimulatedDisk {
    let next = SimulatedDisk()
    next.folders = folders
    var kept = platterNames
    for folder in changes.keys.sorted() {
      let list = changes[folder]!
      let isPrefix = Bool.random(using: &generator)
      let count = Int.random(in: 0...list.count, using: &generator)
      for (index, change) in list.enumerated() {
        if isPrefix ? index < count : Bool.random(using: &generator) { apply(change, to: &kept) }
      }
    }
    var copies: [ObjectIdentifier: Inode] = [:]
    for path in kept.keys.sorted() {
      let inode = kept[path]!
      let copy = copies[ObjectIdentifier(inode)] ?? survivor(of: inode, &generator)
      copies[ObjectIdentifier(inode)] = copy
      copy.nameCount += 1
      next.names[path] = copy
      next.platterNames[path] = copy
    }
    return next
  }

  /// The same disk for the next process: nothing is lost, and locks are gone.
  func afterKill() -> SimulatedDisk {
    let next = SimulatedDisk()
    next.folders = folders
    next.names = names
    next.platterNames = platterNames
    next.changes = changes
    for inode in names.values { inode.lockOwner = nil }
    return next
  }

  private func survivor(of inode: Inode, _ generator: inout SeededGenerator) -> Inode {
    let copy = Inode()
    let sizes = [inode.platter.count, inode.seen.count].sorted()
    let size =
      Bool.random(using: &generator)
      ? sizes.randomElement(using: &generator)!
      : Int.random(in: sizes[0]...sizes[1], using: &generator)
    var bytes = inode.platter
    if bytes.count > size { bytes.removeLast(bytes.count - size) }
    bytes += repeatElement(0, count: size - bytes.count)
    let keptInTen = [0, 5, 9, 10].randomElement(using: &generator)!
    for sector in inode.dirtySectors.sorted() where generator.chance(keptInTen, in: 10) {
      let start = sector * Self.sectorByteCount
      let end = max(start, min(start + Self.sectorByteCount, size, inode.seen.count))
      bytes.replaceSubrange(
        min(start, size)..<min(end, size), with: inode.seen[min(start, size)..<min(end, size)])
    }
    copy.seen = bytes
    copy.platter = bytes
    return copy
  }

  final class Handle: StreamFile {
    private let disk: SimulatedDisk
    private let inode: Inode

    init(_ disk: SimulatedDisk, _ inode: Inode) {
      self.disk = disk
      self.inode = inode
    }

    deinit { if inode.lockOwner == ObjectIdentifier(self) { inode.lockOwner = nil } }

    func read(into buffer: UnsafeMutableRawBufferPointer, at position: UInt64) throws(FileError)
      -> Int
    {
      let isShort = try disk.call("read") == .short
      let start = min(Int(clamping: position), inode.seen.count)
      let whole = min(buffer.count, inode.seen.count - start)
      let count = isShort && whole > 1 ? whole / 2 : whole
      inode.seen.withUnsafeBytes { bytes in
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<(start + count)]))
      }
      return count
    }

    func write(_ bytes: UnsafeRawBufferPointer, at position: UInt64) throws(FileError) -> Int {
      let isShort: Bool
      do {
        isShort = try disk.call("write") == .short
      } catch {
        // What fails or ends in the middle may have written its beginning.
        if error.reason != .interrupted { put(bytes, bytes.count / 2, Int(position)) }
        throw error
      }
      let start = Int(position)
      var count = isShort && bytes.count > 1 ? bytes.count / 3 + 1 : bytes.count
      if disk.isFull {
        count = min(count, max(0, inode.seen.count - start))
        if count == 0 { throw FileError(reason: .noSpace, code: 28) }
      }
      put(bytes, count, start)
      return count
    }

    private func put(_ bytes: UnsafeRawBufferPointer, _ count: Int, _ start: Int) {
      let more = start + count - inode.seen.count
      if more > 0 {
        inode.touch(inode.seen.count..<(start + count))
        inode.seen += repeatElement(0, count: more)
      }
      inode.seen.replaceSubrange(start..<(start + count), with: bytes[..<count])
      inode.touch(start..<(start + count))
    }

    func truncate(toByteCount byteCount: UInt64) throws(FileError) {
      _ = try disk.call("truncate")
      let more = Int(byteCount) - inode.seen.count
      if more > 0 {
        inode.seen += repeatElement(0, count: more)
      } else {
        inode.seen.removeLast(-more)
      }
    }

    func sync() throws(FileError) {
      do {
        _ = try disk.call("sync")
      } catch {
        inode.dirtySectors = []
        throw error
      }
      var bytes = inode.platter
      if bytes.count > inode.seen.count { bytes.removeLast(bytes.count - inode.seen.count) }
      bytes += repeatElement(0, count: inode.seen.count - bytes.count)
      for sector in inode.dirtySectors {
        let start = sector * SimulatedDisk.sectorByteCount
        let range =
          min(start, bytes.count)..<min(start + SimulatedDisk.sectorByteCount, bytes.count)
        bytes.replaceSubrange(range, with: inode.seen[range])
      }
      inode.platter = bytes
      inode.dirtySectors = []
    }

    func status() throws(FileError) -> FileStatus {
      FileStatus(byteCount: UInt64(inode.seen.count), isRemoved: inode.nameCount == 0)
    }

    func tryLock() throws(FileError) -> Bool {
      _ = try disk.call("lock")
      let me = ObjectIdentifier(self)
      guard inode.lockOwner == nil || inode.lockOwner == me else { return false }
      inode.lockOwner = me
      return true
    }

    func isLocked() throws(FileError) -> Bool {
      inode.lockOwner != nil && inode.lockOwner != ObjectIdentifier(self)
    }
  }
}
