/// A grid of cells to draw on, the size of the terminal.
///
/// Whatever is written stays within the grid and within the width that it was given.
package struct Canvas: Sendable {
  /// One column of one row.
  package struct Cell: Hashable, Sendable {
    /// A scalar; 0 for the second half of a wide one; from `clusterBase` on, a cluster of several.
    var glyph: UInt32
    package var style: Style
    static let blank = Cell(glyph: 0x20, style: .plain)
  }

  static let clusterBase: UInt32 = 0x11_0000
  /// Marks beyond this many on one cell are left out.
  private static let markLimit = 4

  package let columns: Int
  package let rows: Int
  /// Whether text is reduced to ASCII: anything else becomes `?`.
  package let isASCII: Bool
  /// Where the terminal's cursor rests: on what is selected, or in the prompt.
  package var cursor: (column: Int, row: Int) = (0, 0)
  package var cursorIsVisible = false

  private var cells: [Cell]
  private var clusters: [[Unicode.Scalar]] = []

  package init(columns: Int, rows: Int, isASCII: Bool = false) {
    self.columns = max(columns, 0)
    self.rows = max(rows, 0)
    self.isASCII = isASCII
    cells = Array(repeating: .blank, count: self.columns * self.rows)
  }

  package subscript(column: Int, row: Int) -> Cell { cells[row * columns + column] }

  package mutating func clear() {
    for index in cells.indices { cells[index] = .blank }
    clusters.removeAll(keepingCapacity: true)
    cursor = (0, 0)
    cursorIsVisible = false
  }

  /// Writes from `column` on, up to `limit` (excluded) or the edge.
  /// - Returns: The column behind what was written.
  @discardableResult
  package mutating func write(
    _ text: String, column: Int, row: Int, limit: Int = .max, style: Style = .plain
  ) -> Int {
    write(text.utf8.span, column: column, row: row, limit: limit, style: style).column
  }

  /// Writes bytes of any kind, as `GlyphReader` spells them.
  /// - Returns: The column behind what was written, and whether all of it fitted.
  @discardableResult
  package mutating func write(
    _ bytes: Span<UInt8>, column start: Int, row: Int, limit: Int = .max, style: Style = .plain
  ) -> (column: Int, fitted: Bool) {
    guard row >= 0, row < rows else { return (start, false) }
    let limit = min(limit, columns)
    var column = start
    var reader = GlyphReader()
    while let glyph = reader.next(in: bytes, column: column - start) {
      switch glyph {
      case .scalar(let scalar, let width):
        if column + width > limit { return (column, false) }
        put(scalar, width: width, column: column, row: row, style: style)
      case .mark(let scalar):
        if column > start { join(scalar, column: column - 1, row: row) }
      case .spelled(let spelling):
        for (index, byte) in spelling.enumerated() {
          if column + index >= limit { return (column + index, false) }
          put(Unicode.Scalar(byte), width: 1, column: column + index, row: row, style: style)
        }
      case .blanks(let count):
        if column >= limit { return (column, false) }
        fill(column: column, row: row, count: min(count, limit - column), style: style)
        if column + count > limit { return (limit, false) }
      }
      column += glyph.columns
    }
    return (column, true)
  }

  /// Writes `count` times the same scalar.
  package mutating func fill(
    column: Int, row: Int, count: Int, with scalar: Unicode.Scalar = " ", style: Style = .plain
  ) {
    guard row >= 0, row < rows else { return }
    for column in max(column, 0)..<max(max(column, 0), min(column + count, columns)) {
      put(scalar, width: 1, column: column, row: row, style: style)
    }
  }

  /// Changes the style of cells and leaves what they say.
  package mutating func restyle(column: Int, row: Int, count: Int, _ change: (Style) -> Style) {
    guard row >= 0, row < rows else { return }
    for column in max(column, 0)..<max(max(column, 0), min(column + count, columns)) {
      cells[row * columns + column].style = change(cells[row * columns + column].style)
    }
  }

  /// What a row says, all its columns.
  package func text(row: Int) -> String {
    var text = String.UnicodeScalarView()
    for column in 0..<columns { text.append(contentsOf: scalars(column: column, row: row)) }
    return String(text)
  }

  /// The scalars of a cell; none for the second half of a wide one.
  package func scalars(column: Int, row: Int) -> [Unicode.Scalar] {
    let glyph = self[column, row].glyph
    if glyph == 0 { return [] }
    if glyph >= Self.clusterBase { return clusters[Int(glyph - Self.clusterBase)] }
    return Unicode.Scalar(glyph).map { [$0] } ?? []
  }

  /// Whether a cell says and looks the same on both.
  func isSame(column: Int, row: Int, as other: Canvas) -> Bool {
    let mine = self[column, row]
    let theirs = other[column, row]
    if mine.glyph < Self.clusterBase || theirs.glyph < Self.clusterBase { return mine == theirs }
    return mine.style == theirs.style
      && scalars(column: column, row: row) == other.scalars(column: column, row: row)
  }

  private mutating func put(
    _ scalar: Unicode.Scalar, width: Int, column: Int, row: Int, style: Style
  ) {
    guard column >= 0, column + width <= columns else { return }
    let index = row * columns + column
    // What is left of a wide glyph that loses a half is a blank.
    if cells[index].glyph == 0, column > 0 { cells[index - 1].glyph = 0x20 }
    let behind = index + width
    if column + width < columns, cells[behind].glyph == 0 { cells[behind].glyph = 0x20 }
    if isASCII, scalar.value >= 0x80 {
      for offset in 0..<width { cells[index + offset] = Cell(glyph: 0x3F, style: style) }
      return
    }
    cells[index] = Cell(glyph: scalar.value, style: style)
    if width == 2 { cells[index + 1] = Cell(glyph: 0, style: style) }
  }

  private mutating func join(_ mark: Unicode.Scalar, column: Int, row: Int) {
    guard !isASCII, column >= 0, column < columns else { return }
    let column = self[column, row].glyph == 0 && column > 0 ? column - 1 : column
    var cluster = scalars(column: column, row: row)
    guard !cluster.isEmpty, cluster.count <= Self.markLimit else { return }
    cluster.append(mark)
    cells[row * columns + column].glyph = Self.clusterBase + UInt32(clusters.count)
    clusters.append(cluster)
  }
}
