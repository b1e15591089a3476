internal import Glibc

/// The user's own files: patterns, formats, streams.
enum UserFiles {
  /// `$XDG_CONFIG_HOME/spate/patterns`, or the usual place.
  static var patternFolder: String? {
    if let configuration = Environment.value("XDG_CONFIG_HOME") {
      return configuration + "/spate/patterns"
    }
    return Environment.value("HOME").map { $0 + "/.config/spate/patterns" }
  }

  /// `$XDG_STATE_HOME/spate/streams`, or the usual place.
  static var streamFolder: String? {
    if let state = Environment.value("XDG_STATE_HOME") { return state + "/spate/streams" }
    return Environment.value("HOME").map { $0 + "/.local/state/spate/streams" }
  }

  /// The user's pattern files of a kind: those in the folder of that name and beside it.
  static func load(folder: String, ending: String) -> [(path: String, bytes: [UInt8])] {
    guard let root = patternFolder else { return [] }
    return [root, root + "/" + folder].flatMap { folder in
      names(in: folder).filter { $0.hasSuffix(ending) }.sorted().compactMap { name in
        let path = folder + "/" + name
        return read(path).map { (path: path, bytes: $0) }
      }
    }
  }

  /// The user's grok names: `*.grok`, and whatever lies in the folder `grok`, since the files that
  /// people bring along from logstash have no ending.
  static var grok: [(path: String, bytes: [UInt8])] {
    load(folder: "grok", ending: "").filter { file in
      let name = file.path.split(separator: "/").last ?? ""
      let isOther = [".events", ".format", ".md"].contains { name.hasSuffix($0) }
      return name.hasSuffix(".grok") || (file.path.hasSuffix("/grok/\(name)") && !isOther)
    }
  }

  static func names(in folder: String) -> [String] {
    guard let directory = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  static func read(_ path: String) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { raw in
        unsafe Glibc.read(descriptor, raw.baseAddress, raw.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return count == 0 ? bytes : nil }
      bytes.append(contentsOf: chunk[..<count])
    }
  }

  /// Makes a file that is not there yet.
  static func write(_ bytes: [UInt8], toNew path: String) throws {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw UserMessage("\(path) cannot be written: \(SystemError.text(errno))")
    }
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes[written...].withUnsafeBytes { raw in
        unsafe Glibc.write(descriptor, raw.baseAddress, raw.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw UserMessage("\(path) cannot be written: \(SystemError.text(errno))")
      }
      written += count
    }
  }

  /// The folder that relative paths start from.
  static var currentFolder: String? {
    guard let text = unsafe getcwd(nil, 0) else { return nil }
    defer { unsafe free(text) }
    return unsafe String(cString: text)
  }

  static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// Removes a folder and what is in it; what cannot be removed stays.
  static func removeFolder(_ path: String) {
    for name in names(in: path) {
      let inner = path + "/" + name
      var status = stat()
      guard unsafe lstat(inner, &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR { removeFolder(inner) } else { unsafe unlink(inner) }
    }
    unsafe rmdir(path)
  }

  /// Makes a folder and those above it, for its owner alone.
  static func makeFolder(_ path: String) -> Bool {
    var partial = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      partial += "/" + part
      if unsafe mkdir(partial, 0o700) != 0, errno != EEXIST { return false }
    }
    return true
  }
}
