/// What the name of a rotated copy says: which log it was, and when it was turned over.
///
/// Known are `app.log.1`, `app.log-20261122`, `app.log.2026-11-22T10-00-00.000`, `app-20261122.log`,
/// `app.1.log`, `app.log.old`, and each of them compressed.
struct RotatedName: Hashable {
  enum Place: Hashable {
    /// Counts up with age.
    case number(Int)
    /// The numbers of a date that begins with its year; they grow as time goes on.
    case date([Int])
    /// Says nothing of its age.
    case unknown
  }
  /// The name of the log itself.
  var log: String
  var place: Place
  var compression: Compression?

  /// Every way to read `name` as a copy of some log.
  static func readings(of name: String) -> [RotatedName] {
    var stem = Substring(name)
    let compression = Compression(fileName: name)
    if let compression { stem = stem.dropLast(compression.ending.count) }
    var found: [RotatedName] = []
    if compression != nil {
      found.append(RotatedName(log: String(stem), place: .unknown, compression: compression))
    }
    func add(_ log: Substring, _ rest: Substring, _ ending: Substring) {
      guard !log.isEmpty, let place = place(rest.dropFirst()) else { return }
      found.append(
        RotatedName(log: String(log) + String(ending), place: place, compression: compression))
    }
    let bytes = stem.utf8
    let dot = bytes.lastIndex(of: UInt8(ascii: "."))
    for index in bytes.indices where isSeparator(bytes[index]) {
      add(stem[..<index], stem[index...], "")
      // `app-20261122.log`: the place stands before the ending.
      if let dot, index < dot { add(stem[..<index], stem[index..<dot], stem[dot...]) }
    }
    return found
  }

  /// How `name` is a copy of `log`; `nil` if it is none.
  static func reading(of name: String, asCopyOf log: String) -> RotatedName? {
    // Most names in a folder are none: the first letters tell.
    guard name.utf8.starts(with: log.utf8.prefix { $0 != UInt8(ascii: ".") }) else { return nil }
    return readings(of: name).first { $0.log == log }
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
  }

  private static func place(_ text: Substring) -> Place? {
    if text == "old" || text == "prev" || text == "bak" { return .number(1) }
    guard let first = text.utf8.first, isDigit(first) else { return nil }
    guard text.utf8.allSatisfy({ isDigit($0) || isInsideDate($0) }) else { return nil }
    let numbers = text.utf8.split { !isDigit($0) }.map { Int(Substring($0)) ?? .max }
    let digitCount = text.utf8.count(where: isDigit)
    if digitCount == text.utf8.count && digitCount <= 4 { return .number(numbers[0]) }
    guard digitCount >= 6 else { return nil }
    let beginsWithYear = text.hasPrefix("19") || text.hasPrefix("20")
    return beginsWithYear ? .date(numbers) : .unknown
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private static func isInsideDate(_ byte: UInt8) -> Bool {
    isSeparator(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "T")
      || byte == UInt8(ascii: "Z") || byte == UInt8(ascii: "+")
  }
}

/// How a file is packed.
enum Compression: Hashable {
  case gzip, zstd
  /// Known by name, so that it is not taken for text, but not read.
  case other(ending: String)

  var ending: String {
    switch self {
    case .gzip: ".gz"
    case .zstd: ".zst"
    case .other(let ending): ending
    }
  }

  init?(fileName: String) {
    if fileName.hasSuffix(".gz") {
      self = .gzip
    } else if fileName.hasSuffix(".zst") {
      self = .zstd
    } else if let ending = [".xz", ".bz2", ".lz4", ".zip", ".Z"].first(where: fileName.hasSuffix) {
      self = .other(ending: ending)
    } else {
      return nil
    }
  }
}
