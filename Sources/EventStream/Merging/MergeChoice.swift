/// Which of a stream's segments are merged.
package enum MergeChoice: Sendable {
  /// Where it is worth it in the long run: at least four, or half a segment, of which none is so
  /// large that it would be written again for the sake of a few small ones. So an event is written
  /// once more each time that what holds it has grown about fourfold: three times from a megabyte
  /// to a whole segment.
  case sparing
  /// Wherever fewer segments can be had.
  case all

  /// - Parameters:
  ///   - byteCounts: Of the sealed segments, oldest first; `nil` of one that has to stay as it is.
  ///   - byteLimit: What a segment may have.
  ///   - isAllowed: Whether a row of neighbours may be one for other reasons.
  /// - Returns: The oldest neighbours that are worth becoming one.
  func range(
    _ byteCounts: [UInt64?], byteLimit: UInt64, isAllowed: (Range<Int>) -> Bool = { _ in true }
  ) -> Range<Int>? {
    var start = 0
    var sum: UInt64 = 0
    for (index, byteCount) in byteCounts.enumerated() {
      let small = byteCount.flatMap { $0 < byteLimit / 2 ? $0 : nil }
      if let small, sum + small <= byteLimit, isAllowed(start..<index + 1) {
        sum += small
        continue
      }
      if let found = worth(start..<index, byteCounts, byteLimit) { return found }
      start = small == nil ? index + 1 : index
      sum = small ?? 0
    }
    return worth(start..<byteCounts.count, byteCounts, byteLimit)
  }

  /// The part of a row of small neighbours that is worth it.
  private func worth(
    _ row: Range<Int>, _ byteCounts: [UInt64?], _ byteLimit: UInt64
  ) -> Range<Int>? {
    func size(_ index: Int) -> UInt64 { byteCounts[index] ?? 0 }
    guard case .sparing = self else { return row.count > 1 ? row : nil }
    var row = row
    while row.count > 1 {
      let sum = row.reduce(0) { $0 + size($1) }
      let largest = row.max { size($0) < size($1) } ?? row.lowerBound
      if 2 * size(largest) <= sum - size(largest) {
        return row.count >= 4 || sum >= byteLimit / 2 ? row : nil
      }
      row = largest + 1..<row.upperBound
    }
    return nil
  }
}
