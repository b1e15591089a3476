internal import Glibc

struct FolderEntry {
  var name: String
  var inode: UInt64
  var isFolder: Bool
}

/// The names in a folder, sorted; none if it cannot be read.
func namesInFolder(_ path: String) -> [String] { listFolder(path).map(\.name).sorted() }

/// The names of the folders in a folder, sorted, symbolic links left out.
func subfolders(of path: String) -> [String] {
  listFolder(path).filter(\.isFolder).map(\.name).sorted()
}

/// What is in a folder, in no order.
func listFolder(_ path: String) -> [FolderEntry] {
  guard let folder = unsafe opendir(path.isEmpty ? "." : path) else { return [] }
  defer { unsafe closedir(folder) }
  var found: [FolderEntry] = []
  while let entry = unsafe readdir(folder) {
    // SAFETY: `d_name` is a terminated string inside the entry, valid until the next `readdir`.
    let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
      unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
    }
    let isFolder = unsafe entry.pointee.d_type == UInt8(DT_DIR)
    let inode = unsafe UInt64(entry.pointee.d_ino)
    if name != "." && name != ".." {
      found.append(FolderEntry(name: name, inode: inode, isFolder: isFolder))
    }
  }
  return found
}

/// Splits `a/b/c` into `a/b/` and `c`; the folder is empty where the path has none.
func splitPath(_ path: String) -> (folder: String, name: String) {
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", path) }
  let after = path.utf8.index(after: slash)
  return (String(path[..<after]), String(path[after...]))
}

/// Lets the process open as many files as the system allows it to.
func raiseDescriptorLimit() {
  var limit = rlimit()
  let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  guard unsafe getrlimit(kind, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
  limit.rlim_cur = limit.rlim_max
  _ = unsafe setrlimit(kind, &limit)
}

/// Microseconds of a clock that only runs forward.
func monotonicMicroseconds() -> Int64 {
  var time = timespec()
  _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
}

/// What a symbolic link leads to in the end; `nil` for what is none.
func linkTarget(of path: String) -> String? {
  var status = stat()
  guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return nil }
  guard let resolved = unsafe realpath(path, nil) else { return nil }
  defer { unsafe free(resolved) }
  return unsafe String(cString: resolved)
}

/// The path under which an open file stands now; `nil` if it was removed.
func presentPath(of file: Descriptor) -> String? {
  var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
  let count = unsafe readlink("/proc/self/fd/\(file.number)", &bytes, Int(PATH_MAX))
  guard count > 0 else { return nil }
  let path = String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  return path.hasSuffix(" (deleted)") ? nil : path
}

func errorText(_ code: Int32) -> String {
  guard let text = unsafe strerror(code) else { return "error \(code)" }
  return unsafe String(cString: text)
}
