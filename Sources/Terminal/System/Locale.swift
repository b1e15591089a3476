internal import Glibc

/// Settles how curses encodes characters, from the environment.
enum CharacterEncoding {
  /// Takes the locale of the environment. Where it names none, UTF-8 is what terminals speak.
  /// - Returns: Whether characters beyond ASCII can be shown.
  static func adopt() -> Bool {
    _ = unsafe setlocale(LC_ALL, "")
    if isUTF8 { return true }
    let named = ["LC_ALL", "LC_CTYPE", "LANG"].contains { name in
      guard let value = unsafe getenv(name) else { return false }
      return unsafe value[0] != 0
    }
    if named { return false }
    return unsafe setlocale(LC_CTYPE, "C.UTF-8") != nil && isUTF8
  }

  private static var isUTF8: Bool {
    guard let name = unsafe nl_langinfo(Int32(CODESET)) else { return false }
    return unsafe strcmp(name, "UTF-8") == 0
  }
}
