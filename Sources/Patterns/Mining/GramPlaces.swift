/// Which of many texts hold four bytes in a row: so that a word is not looked for in all of them.
struct GramPlaces {
  private static let bucketCount = 1 << 16

  /// By hash of the four bytes, where their texts begin in `texts`; one more than there are hashes.
  private let starts: [UInt32]
  /// Numbers of texts, rising within a bucket.
  private let texts: [UInt32]

  init(_ all: [[UInt8]]) {
    var starts = [UInt32](repeating: 0, count: Self.bucketCount + 1)
    for text in all { Self.forEachGram(of: text) { starts[$0 + 1] += 1 } }
    for bucket in 0..<Self.bucketCount { starts[bucket + 1] += starts[bucket] }
    var texts = [UInt32](repeating: 0, count: Int(starts[Self.bucketCount]))
    var next = starts
    for (number, text) in all.enumerated() {
      Self.forEachGram(of: text) { bucket in
        texts[Int(next[bucket])] = UInt32(number)
        next[bucket] += 1
      }
    }
    self.starts = starts
    self.texts = texts
  }

  /// The texts that may hold all of `words`, each once, lowest first; nil where the words are too
  /// short to tell.
  func candidates(for words: [[UInt8]]) -> [Int]? {
    var rarest: Range<Int>?
    for word in words {
      Self.forEachGram(of: word) { bucket in
        let range = Int(starts[bucket])..<Int(starts[bucket + 1])
        if range.count < rarest?.count ?? .max { rarest = range }
      }
    }
    guard let rarest else { return nil }
    var found: [Int] = []
    for text in texts[rarest] where found.last != Int(text) { found.append(Int(text)) }
    return found
  }

  private static func forEachGram(of text: [UInt8], _ body: (Int) -> Void) {
    var gram: UInt32 = 0
    for (index, byte) in text.enumerated() {
      gram = gram &<< 8 | UInt32(byte)
      if index >= 3 { body(Int((gram &* 0x9E37_79B1) &>> 16)) }
    }
  }
}
