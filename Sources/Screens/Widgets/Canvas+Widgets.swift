internal import Terminal

extension Canvas {
  /// Writes text and marks the cut with `ellipsis` where it does not fit.
  /// - Returns: The column behind it.
  @discardableResult
  mutating func clip(
    _ text: String, column: Int, row: Int, limit: Int, style: Style = .plain, ellipsis: String
  ) -> Int {
    clip(text.utf8.span, column: column, row: row, limit: limit, style: style, ellipsis: ellipsis)
  }

  @discardableResult
  mutating func clip(
    _ bytes: Span<UInt8>, column: Int, row: Int, limit: Int, style: Style = .plain, ellipsis: String
  ) -> Int {
    let limit = Swift.min(limit, columns)
    guard column < limit else { return column }
    let result = write(bytes, column: column, row: row, limit: limit, style: style)
    if result.fitted { return result.column }
    write(ellipsis, column: limit - 1, row: row, limit: limit, style: style)
    return limit
  }

  /// Writes text so that it ends before `limit`; what does not fit loses its beginning's room, not
  /// its end: numbers are never cut silently.
  mutating func right(
    _ text: String, column: Int = 0, row: Int, limit: Int, style: Style = .plain
  ) {
    let width = TextWidth.columns(of: text)
    if width > limit - column {
      fill(column: column, row: row, count: limit - column, with: "#", style: style)
    } else {
      write(text, column: limit - width, row: row, limit: limit, style: style)
    }
  }

  /// A line across, with words in it: `── left ────── right ──`. The right one goes when there is no
  /// room, then the left is cut.
  mutating func rule(row: Int, left: String, right: String, theme: Theme, strong: Bool = false) {
    let line = theme.rule.unicodeScalars.first ?? "-"
    fill(column: 0, row: row, count: columns, with: line, style: Theme.rule)
    let style: Style = strong ? Theme.title : .plain
    var end = 3
    if !left.isEmpty {
      write(" ", column: 2, row: row)
      end = clip(
        left, column: 3, row: row, limit: columns - 4, style: style, ellipsis: theme.ellipsis)
      write(" ", column: end, row: row)
    }
    let width = TextWidth.columns(of: right)
    if width > 0, end + width + 6 <= columns {
      let start = columns - 3 - width
      write(" " + right + " ", column: start - 1, row: row)
    }
  }

  /// A template, its variables told apart; spans of `hit` are marked.
  @discardableResult
  mutating func template(
    _ text: String, column: Int, row: Int, limit: Int, style: Style, theme: Theme
  ) -> Int {
    let end = clip(
      text, column: column, row: row, limit: limit, style: style, ellipsis: theme.ellipsis)
    // `<num>`: no blank inside, at most a few letters.
    var open: Int?
    for position in column..<Swift.max(column, end) {
      switch scalars(column: position, row: row).first {
      case "<": open = position
      case " ": open = nil
      case ">":
        if let start = open, position - start > 1 {
          restyle(column: start, row: row, count: position - start + 1) {
            Style(Theme.variable.color, $0.attributes)
          }
        }
        open = nil
      default: break
      }
    }
    return end
  }

  /// Marks where `needle` (lower case) stands in a row, whatever its case.
  mutating func mark(_ needle: String, row: Int, from column: Int, style: Style) {
    let wanted = needle.unicodeScalars.map(\.value)
    guard !wanted.isEmpty, columns - column >= wanted.count else { return }
    let cells = (column..<columns).map { column in
      let value = scalars(column: column, row: row).first?.value ?? 0
      return (0x41...0x5A).contains(value) ? value + 0x20 : value
    }
    var start = 0
    while start + wanted.count <= cells.count {
      if cells[start..<start + wanted.count].elementsEqual(wanted) {
        restyle(column: column + start, row: row, count: wanted.count) {
          $0.adding(style.attributes)
        }
        start += wanted.count
      } else {
        start += 1
      }
    }
  }
}
