import Testing

@testable import Patterns

/// A word is found as a whole only.
@Suite struct WordSearchTests {
  @Test(arguments: [
    ("ord_1", "order=ord_1 done", true), ("ord_1", "order=ord_12 done", false),
    ("ord_1", "order=ord_12 then ord_1", true), ("ord_1", "xord_1", false),
    ("ord_1", "ord_1", true), ("ord_1", "", false), ("ord_1", "\"id\":\"ord_1\"", true),
    ("ord_1", "ord_1-b", false), ("ord_1", "a-ord_1", false), ("ord_1", "ord_1 - b", true),
    ("ord_1", "ord_1.", true), ("ord_1", "(ord_1),", true), ("ord_1", "/orders/ord_1/items", true),
    ("ord_1", "ord_1é", false), ("ord_1", "id:ord_1\nnext", true), ("ord_1", "ORD_1", false),
    ("10.0.0.1", "from 10.0.0.1:80", true), ("10.0.0.1", "10.0.0.12", false),
    ("10.0.0.1", "110.0.0.1", false), ("10.0.0.1", "10.0.0.1.5", false),
    ("10.0.0.1", "at 10.0.0.1. Then", true), ("[7]", "a[7]b", true), ("-x", "a-x", true),
    ("123e4567", "123e4567-e89b-12d3", false), ("aa", "aaa aa", true),
  ])
  func `a word is found as a whole only`(_ word: String, _ text: String, _ expected: Bool) {
    var copy = text
    let found = copy.withUTF8 { unsafe WordSearch(word).occurs(in: $0) }
    #expect(found == expected, "\(word) in \(text)")
  }
}
