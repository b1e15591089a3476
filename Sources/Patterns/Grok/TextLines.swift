/// The lines of a small text file, numbered from 1, without terminators and byte order mark.
struct TextLines: Sequence, IteratorProtocol {
  struct Line {
    var number: Int
    var bytes: ArraySlice<UInt8>
  }

  private var rest: ArraySlice<UInt8>
  private var number = 0

  init(_ bytes: [UInt8]) {
    rest = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
  }

  mutating func next() -> Line? {
    guard !rest.isEmpty else { return nil }
    let end = rest.firstIndex(of: UInt8(ascii: "\n"))
    var line = rest[..<(end ?? rest.endIndex)]
    rest = end.map { rest[($0 + 1)...] } ?? []
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    number += 1
    return Line(number: number, bytes: line)
  }
}
