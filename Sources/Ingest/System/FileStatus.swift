internal import CSystem
internal import Events
internal import Glibc

/// One life of one file: an inode number comes back as soon as its file is gone, its birth time
/// does not.
struct FileKey: Hashable {
  var device: UInt64
  var inode: UInt64
  /// Nanoseconds since 1970; 0 where unknown.
  var birthTime: Int64
}

struct FileStatus: Hashable {
  var key: FileKey
  var size: UInt64
  /// Nanoseconds since 1970.
  var modified: Int64
  var linkCount: UInt32
  private var mode: UInt32

  init(_ raw: spate_file_status) {
    key = FileKey(device: raw.device, inode: raw.inode, birthTime: raw.birth_time)
    size = raw.size
    modified = raw.modification_time
    linkCount = raw.link_count
    mode = raw.mode
  }

  var isRegular: Bool { mode & S_IFMT == S_IFREG }
  var isDirectory: Bool { mode & S_IFMT == S_IFDIR }
  var isPipe: Bool { mode & S_IFMT == S_IFIFO || mode & S_IFMT == S_IFSOCK }
  var isCharacterDevice: Bool { mode & S_IFMT == S_IFCHR }
  var modificationTime: Instant { Instant(microseconds: modified / 1000) }

  /// Of what `path` leads to, symbolic links followed.
  static func of(_ path: String) throws(SystemError) -> FileStatus {
    var raw = spate_file_status()
    let code = unsafe spate_stat_path(path, &raw)
    if code != 0 { throw SystemError(code: code) }
    return FileStatus(raw)
  }
}
