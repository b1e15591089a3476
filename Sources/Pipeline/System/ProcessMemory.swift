internal import Glibc

/// What the process takes of the machine.
enum ProcessMemory {
  private static let pageByteCount = Int(sysconf(Int32(_SC_PAGESIZE)))

  /// Bytes in memory now, shared libraries included; 0 where the system does not say.
  static func residentByteCount() -> Int {
    let descriptor = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return 0 }
    defer { close(descriptor) }
    var text = [UInt8](repeating: 0, count: 128)
    let count = unsafe text.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, 128) }
    let fields = text[..<max(0, count)].split(separator: UInt8(ascii: " "))
    guard fields.count > 1, let pages = Int(String(decoding: fields[1], as: UTF8.self)) else {
      return 0
    }
    return pages * pageByteCount
  }
}
