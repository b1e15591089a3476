import Testing

@testable import Terminal

@Suite struct TextWidthTests {
  @Test(
    arguments: [
      ("a", 1), ("\u{A0}", 1), ("é", 1), ("e\u{301}", 1), ("\u{301}", 0), ("\u{AD}", 1),
      ("日本語", 6), ("ﾊﾝｶｸ", 4), ("Ｗ", 2), ("한글", 4), ("\u{1112}\u{1161}\u{11AB}", 2),
      ("─│█▌●", 5), ("…›·", 3), ("🙂", 2), ("🫠", 2), ("❤", 1), ("❤\u{FE0F}", 1), ("⌚", 2),
      ("👨\u{200D}👩\u{200D}👧", 2), ("👍🏽", 2), ("🇩🇪", 2), ("\u{200B}", 0), ("\u{FEFF}x", 1),
      ("กำ", 2), ("नि", 2), ("\u{0}", 2), ("\u{1B}", 2), ("\u{85}", 6), ("\u{202E}", 6),
      ("\t", 8), ("abc\t", 8), ("\u{1B}[31mred\u{1B}[0m", 3), ("\u{10FFFF}", 1), ("𠀋", 2),
    ] as [(String, Int)])
  func `text takes as many columns as terminals give it`(_ text: String, _ columns: Int) {
    #expect(TextWidth.columns(of: text) == columns)
    var canvas = Canvas(columns: 20, rows: 1)
    #expect(canvas.write(text, column: 0, row: 0) == columns)
  }
}
