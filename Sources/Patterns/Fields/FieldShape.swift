/// What a value looks like: one of a few, a name for one thing, or neither.
enum FieldShape {
  case category, identifier, other

  /// Longer texts are sentences, or what programs print.
  static let byteLimit = 64
  private static let categoryByteLimit = 40
  private static let leastIdentifier = 8
  /// Digits in a row that no code of an error or of an answer has.
  private static let digitLimit = 4
  /// The same for what has no key before it, such as a process in brackets.
  private static let bareDigitLimit = 3

  /// - Parameter isKeyed: A key stands before it: only then may it be a bare number.
  init(_ bytes: LineBytes, _ start: Int, _ end: Int, isKeyed: Bool) {
    let count = end &- start
    guard count <= Self.byteLimit else {
      self = .other
      return
    }
    var digits = 0
    var letters = 0
    var hexLetters = 0
    var points = 0
    var colons = 0
    var others = 0
    var run = 0
    var longestRun = 0
    var isDate = false
    for index in start..<end {
      let byte = bytes[index]
      if byte.isDigit {
        digits += 1
        run += 1
        longestRun = max(longestRun, run)
        continue
      }
      if run >= 4, byte == ascii("-") || byte == ascii("/"), index - start == 4 { isDate = true }
      run = 0
      if byte.isLetter {
        letters += 1
        if byte | 0x20 <= ascii("f") { hexLetters += 1 }
      } else if byte == ascii(".") {
        points += 1
      } else if byte == ascii(":") {
        colons += 1
      } else if byte == ascii("=") || byte == ascii("{") || byte == ascii("[") {
        others += 100
      } else if byte != ascii("-"), byte != ascii("_") {
        others += 1
      }
    }
    let isName = others == 0 && points == 0 && colons == 0 && count >= Self.leastIdentifier
    let isHex = letters == hexLetters && digits >= 2 && (letters > 0 || count >= 16)
    if isName, isHex || digits >= 3 && letters > 0 && count >= 10, !isDate {
      self = .identifier
    } else if isName && letters == 0 && isKeyed {
      self = .identifier
    } else if others >= 100 || isDate || count > Self.categoryByteLimit {
      self = .other
    } else if digits > 0, letters == 0,
      points == 1 || colons > 0
        || longestRun > (isKeyed ? Self.digitLimit : Self.bareDigitLimit)
    {
      self = .other
    } else if digits > 0, bytes[start].isDigit, letters > 0, points <= 1, !isHex {
      // A quantity with its unit.
      self = .other
    } else {
      self = longestRun > Self.digitLimit ? .other : .category
    }
  }
}
