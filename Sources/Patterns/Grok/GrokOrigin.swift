/// Where an expression stands in a file, to turn a position in it into a place for people.
struct GrokOrigin: Sendable {
  let file: String
  let line: Int
  /// Column of the first character of `text`.
  private let column: Int
  private let text: [UInt8]
  /// Byte of `text` at which the expression begins.
  private var start = 0

  /// - Parameter text: The whole line.
  init(file: String, line: Int, text: some Sequence<UInt8>) {
    self.init(place: PatternPlace(file: file, line: line), text: text)
  }

  /// - Parameter text: What begins at `place`.
  init(place: PatternPlace, text: some Sequence<UInt8>) {
    file = place.file
    line = place.line
    column = place.column
    self.text = Array(text)
  }

  func starting(at index: Int) -> GrokOrigin {
    var copy = self
    copy.start += index
    return copy
  }

  /// The place of byte `offset` of the expression.
  func place(at offset: Int) -> PatternPlace {
    let before = text.prefix(start + offset)
    let characterCount = before.count { $0 & 0xC0 != 0x80 }
    return PatternPlace(file: file, line: line, column: column + characterCount)
  }
}
