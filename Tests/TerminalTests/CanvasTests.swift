import TestSupport
import Testing

@testable import Terminal

@Suite struct CanvasTests {
  private func row(_ bytes: [UInt8], columns: Int = 20, isASCII: Bool = false) -> String {
    var canvas = Canvas(columns: columns, rows: 1, isASCII: isASCII)
    canvas.write(bytes.span, column: 0, row: 0)
    var text = Substring(canvas.text(row: 0))
    while text.last == " " { text.removeLast() }
    return String(text)
  }

  struct SpellingCase: Sendable {
    var bytes: [UInt8]
    var text: String
    static let all = [
      SpellingCase(bytes: [0x61, 0x00, 0x62], text: "a^@b"),
      SpellingCase(bytes: [0x07, 0x7F], text: "^G^?"),
      SpellingCase(bytes: [0x61, 0xFF, 0xC3], text: "a\\xFF\\xC3"),
      SpellingCase(bytes: [0xC0, 0x80], text: "\\xC0\\x80"),
      SpellingCase(bytes: [0xE0, 0x80, 0x80], text: "\\xE0\\x80\\x80"),
      SpellingCase(bytes: [0xED, 0xA0, 0x80], text: "\\xED\\xA0\\x80"),
      SpellingCase(bytes: [0xF4, 0x90, 0x80, 0x80], text: "\\xF4\\x90\\x80\\x80"),
      SpellingCase(bytes: [0xC3, 0xA9], text: "é"),
      SpellingCase(bytes: [0x1B, 0x5B, 0x31, 0x3B, 0x33, 0x31, 0x6D, 0x78], text: "x"),
      SpellingCase(bytes: [0x1B, 0x5B, 0x32, 0x4A], text: "^[[2J"),
      SpellingCase(bytes: [0x61, 0x09, 0x62], text: "a       b"),
      SpellingCase(bytes: Array("a\u{202E}b".utf8), text: "a\\u202Eb"),
      SpellingCase(bytes: Array("🇫🇷 👍🏽".utf8), text: "FR 👍"),
    ]
  }

  @Test(arguments: SpellingCase.all)
  func `bytes that would move the cursor are spelled out`(_ spelling: SpellingCase) {
    #expect(row(spelling.bytes) == spelling.text)
  }

  @Test func `in ASCII a column of anything else is a question mark`() {
    #expect(row(Array("é日a".utf8), isASCII: true) == "???a")
  }

  @Test func `a wide glyph that does not fit is left out`() {
    var canvas = Canvas(columns: 5, rows: 1)
    let result = canvas.write("日本語".utf8.span, column: 0, row: 0)
    #expect(canvas.text(row: 0) == "日本 ")
    #expect(result.column == 4)
    #expect(!result.fitted)
  }

  @Test(arguments: [(0, "x 本 "), (1, " x本 "), (2, "日x  "), (3, "日 x ")])
  func `half a wide glyph becomes a blank`(_ column: Int, _ text: String) {
    var canvas = Canvas(columns: 5, rows: 1)
    canvas.write("日本", column: 0, row: 0)
    canvas.write("x", column: column, row: 0)
    #expect(canvas.text(row: 0) == text)
  }

  @Test func `a wide glyph over the first half of another leaves no half`() {
    var canvas = Canvas(columns: 5, rows: 1)
    canvas.write("a日本", column: 0, row: 0)
    canvas.write("語", column: 0, row: 0)
    #expect(canvas.text(row: 0) == "語 本")
  }

  @Test func `marks beyond four on one letter are left out`() {
    #expect(
      row(Array(("a" + String(repeating: "\u{301}", count: 9)).utf8)).unicodeScalars.count == 5)
  }

  @Test func `the same text with other marks is another cell`() {
    var one = Canvas(columns: 2, rows: 1)
    var other = Canvas(columns: 2, rows: 1)
    one.write("e\u{301}", column: 0, row: 0)
    other.write("e\u{300}", column: 0, row: 0)
    #expect(!one.isSame(column: 0, row: 0, as: other))
    other.write("e\u{301}", column: 0, row: 0)
    #expect(one.isSame(column: 0, row: 0, as: other))
  }

  @Test func `nothing written anywhere leaves the grid or its limit`() {
    let seed = freshSeed()
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let samples = Array("a日\u{301}🙂\t\u{1B}[0m\u{0}é".utf8)
    for _ in 0..<2000 {
      var canvas = Canvas(columns: random.below(12), rows: random.below(4))
      for _ in 0..<6 {
        let bytes = (0..<random.below(20)).map { _ in
          random.below(3) == 0 ? UInt8(random.below(256)) : samples[random.below(samples.count)]
        }
        let column = random.below(16) - 2
        let limit = random.below(14)
        canvas.write(bytes.span, column: column, row: random.below(6) - 1, limit: limit)
      }
      for row in 0..<canvas.rows {
        #expect(TextWidth.columns(of: canvas.text(row: row)) == canvas.columns)
        // No second half without a first, no first without a second.
        for column in 0..<canvas.columns {
          let scalars = canvas.scalars(column: column, row: row)
          if scalars.isEmpty {
            #expect(
              column > 0
                && TextWidth.columns(of: canvas.scalars(column: column - 1, row: row)[0]) == 2)
          } else if TextWidth.columns(of: scalars[0]) == 2 {
            #expect(
              column + 1 < canvas.columns && canvas.scalars(column: column + 1, row: row).isEmpty)
          }
        }
      }
    }
  }

  @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")])
  func `the clipboard gets base 64`(_ text: String, _ encoded: String) {
    #expect(String(decoding: Base64.encode(Array(text.utf8)), as: UTF8.self) == encoded)
  }
}
