/// Counts over time as one row of signs.
enum Bars {
  /// How many counts each column stands for, or how many columns each count takes.
  ///
  /// With fewer columns than counts a column shows the largest of those it covers, so that a spike
  /// never vanishes; with more, every count takes the same whole number of columns.
  static func spread(_ counts: [UInt32], columns: Int) -> [UInt32] {
    guard columns > 0, !counts.isEmpty else { return [] }
    if columns >= counts.count {
      let times = columns / counts.count
      return times == 1 ? counts : counts.flatMap { repeatElement($0, count: times) }
    }
    return (0..<columns).map { column in
      let start = column * counts.count / columns
      let end = max(start + 1, (column + 1) * counts.count / columns)
      return counts[start..<end].max() ?? 0
    }
  }

  /// Heights on the row's own scale; nothing is a blank, and anything at least the lowest bar.
  static func bars(_ counts: [UInt32], theme: Theme) -> String {
    signs(counts, steps: theme.bars, zero: " ")
  }

  /// Shades on the row's own scale; nothing is a dot.
  static func heat(_ counts: [UInt32], theme: Theme) -> String {
    signs(counts, steps: Array(theme.heat.dropFirst()), zero: theme.heat[0])
  }

  /// A chart several rows high, top row first.
  static func chart(_ counts: [UInt32], rows: Int, theme: Theme) -> [String] {
    guard rows > 0 else { return [] }
    let largest = Double(max(counts.max() ?? 0, 1))
    let steps = theme.bars.count
    return (0..<rows).map { row in
      let below = (rows - 1 - row) * steps
      return counts.map { count in
        let height = Int((Double(count) / largest * Double(rows * steps)).rounded(.up)) - below
        return height <= 0 ? " " : theme.bars[min(height, steps) - 1]
      }.joined()
    }
  }

  /// What a full sign stands for: the largest count, or twice the usual one where that is more.
  ///
  /// So a steady row is calm, in the middle, and a surge or a drop stands out of it; one event
  /// among nothing is no surge.
  private static func scale(_ counts: [UInt32]) -> Double {
    guard let largest = counts.max() else { return 1 }
    let median = counts.sorted()[counts.count / 2]
    return max(Double(largest), Double(median) * 2, 4)
  }

  private static func signs(_ counts: [UInt32], steps: [String], zero: String) -> String {
    let full = scale(counts)
    return counts.map { count in
      if count == 0 { return zero }
      let step = Int((Double(count) / full * Double(steps.count)).rounded(.up)) - 1
      return steps[min(max(step, 0), steps.count - 1)]
    }.joined()
  }
}
