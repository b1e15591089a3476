/// Where the columns of the list of patterns stand, by the width of the screen.
///
/// The sign of the cursor and the badge are always there; what costs room goes first.
struct PatternColumns: Equatable {
  /// Right-aligned fields by the column behind them.
  let numberEnd: Int
  let level: Int
  let badge: Int
  let countEnd: Int
  let rateEnd: Int?
  let deltaEnd: Int?
  let trend: Int?
  let trendWidth: Int
  let service: Int?
  let template: Int
  /// Counts with all their digits.
  let isExact: Bool

  init(columns: Int) {
    if columns >= 100 {
      (numberEnd, level, badge, countEnd) = (6, 7, 9, 29)
      (rateEnd, deltaEnd, trend, isExact) = (36, 45, 47, true)
      trendWidth = columns >= 160 ? 30 : 14
      service = 47 + trendWidth + 2
      template = 47 + trendWidth + (columns >= 160 ? 22 : 15)
    } else if columns >= 80 {
      (numberEnd, level, badge, countEnd) = (6, 7, 9, 23)
      (rateEnd, deltaEnd, trend, trendWidth, service) = (29, nil, 30, 10, nil)
      (template, isExact) = (41, false)
    } else {
      (numberEnd, level, badge, countEnd) = (6, 7, 9, 23)
      (rateEnd, deltaEnd, trend, trendWidth, service) = (nil, nil, nil, 0, nil)
      (template, isExact) = (24, false)
    }
  }
}
