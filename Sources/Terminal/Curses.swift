internal import CNcurses

/// The one place that draws with ncurses and reads keys from it.
@safe final class Curses {
  private let screen: OpaquePointer
  private let window: UnsafeMutablePointer<WINDOW>
  private let hasColors: Bool
  private let hasBrightColors: Bool

  /// - Parameter type: Name of the terminal for terminfo; `nil` takes TERM.
  /// - Returns: `nil` where terminfo does not know the terminal, or it cannot place its cursor.
  init?(terminal: ControllingTerminal, type: String?, usesColor: Bool) {
    // SAFETY: the file outlives the screen: the session closes it last.
    let file = unsafe UnsafeMutablePointer<FILE>(OpaquePointer(terminal.file))
    guard let screen = unsafe newterm(type, file, file) else { return nil }
    unsafe self.screen = unsafe screen
    guard let window = unsafe spate_stdscr() else { return nil }
    unsafe self.window = unsafe window
    set_escdelay(25)
    cbreak()
    noecho()
    nonl()
    unsafe keypad(window, true)
    unsafe nodelay(window, true)
    unsafe meta(window, true)
    curs_set(0)
    terminal.freeControlKeys()
    def_prog_mode()
    if usesColor, has_colors() {
      start_color()
      use_default_colors()
      hasBrightColors = spate_colors() >= 16
      for color in 0..<Int16(hasBrightColors ? 16 : 8) { init_pair(color + 1, color, -1) }
      hasColors = true
    } else {
      hasColors = false
      hasBrightColors = false
    }
  }

  deinit {
    endwin()
    unsafe delscreen(screen)
  }

  /// What undoes the screen, for a handler that may not call curses.
  static var farewell: [UInt8] {
    ["sgr0", "rmkx", "cnorm", "rmcup"].flatMap(Self.capability)
  }

  static var canPlaceCursor: Bool { !capability("cup").isEmpty }

  private static func capability(_ name: String) -> [UInt8] {
    // SAFETY: tigetstr gives a string that lives as long as the screen, or nil, or -1.
    guard let text = unsafe tigetstr(name), Int(bitPattern: text) != -1 else { return [] }
    var bytes: [UInt8] = []
    var index = 0
    while unsafe text[index] != 0 {
      bytes.append(unsafe UInt8(bitPattern: text[index]))
      index += 1
    }
    return bytes
  }

  func resize(columns: Int, rows: Int) { resizeterm(Int32(rows), Int32(columns)) }

  func leave() {
    endwin()
  }

  func comeBack() {
    reset_prog_mode()
    redrawAll()
  }

  /// Makes the next `draw` write every cell.
  func redrawAll() { unsafe clearok(window, true) }

  /// Brings the terminal from `shown` to `canvas`, writing no more than what differs.
  func draw(_ canvas: Canvas, over shown: Canvas?) {
    for row in 0..<canvas.rows {
      for column in 0..<canvas.columns where canvas[column, row].glyph != 0 {
        if let shown, canvas.isSame(column: column, row: row, as: shown) { continue }
        put(canvas, column, row)
      }
    }
    unsafe wmove(window, Int32(canvas.cursor.row), Int32(canvas.cursor.column))
    unsafe wrefresh(window)
  }

  func setCursorVisible(_ visible: Bool) { curs_set(visible ? 1 : 0) }

  private func put(_ canvas: Canvas, _ column: Int, _ row: Int) {
    let style = canvas[column, row].style
    var scalars = canvas.scalars(column: column, row: row).map { wchar_t($0.value) }
    let width = column + 1 < canvas.columns && canvas[column + 1, row].glyph == 0 ? 2 : 1
    // Where the C library takes another width for it, curses would lose its place in the row.
    if let first = scalars.first, first >= 0x80, spate_wcwidth(first) != width {
      scalars = [0xFFFD]
      if width == 2 { write([0x20], column + 1, row, style) }
    }
    let marks = scalars.dropFirst().filter { spate_wcwidth($0) == 0 }
    write(scalars.prefix(1) + marks, column, row, style)
  }

  private func write(_ scalars: some Sequence<wchar_t>, _ column: Int, _ row: Int, _ style: Style) {
    var cell = cchar_t()
    let text = Array(scalars) + [0]
    // SAFETY: the text ends in 0; setcchar copies it into the cell, and wadd_wch copies the cell.
    guard unsafe setcchar(&cell, text, attributes(style), pair(style), nil) == OK else { return }
    unsafe wmove(window, Int32(row), Int32(column))
    unsafe wadd_wch(window, &cell)
  }

  private func pair(_ style: Style) -> Int16 {
    guard hasColors, style.color != .standard else { return 0 }
    let color = Int16(style.color.rawValue)
    return (hasBrightColors ? color : color % 8) + 1
  }

  private func attributes(_ style: Style) -> attr_t {
    var result: attr_t = 0
    if style.attributes.contains(.bold) { result |= spate_bold() }
    if style.attributes.contains(.dim) { result |= spate_dim() }
    if style.attributes.contains(.reverse) { result |= spate_reverse() }
    if style.attributes.contains(.underline) { result |= spate_underline() }
    if hasColors, !hasBrightColors, (8..<16).contains(style.color.rawValue) {
      result |= style.color == .brightBlack ? spate_dim() : spate_bold()
    }
    return result
  }

  /// The next key that is already there, or `nil`.
  func readKey() -> Key? {
    var code: wint_t = 0
    switch unsafe wget_wch(window, &code) {
    case KEY_CODE_YES: return Self.key(code: Int32(bitPattern: code)) ?? readKey()
    case OK:
      if code == 0x1B, skipUnknownSequence() { return readKey() }
      return Self.key(scalar: code) ?? readKey()
    default: return nil
    }
  }

  /// Swallows the rest of a sequence that terminfo does not name; else its letters would be keys.
  private func skipUnknownSequence() -> Bool {
    var code: wint_t = 0
    guard unsafe wget_wch(window, &code) == OK else { return false }
    guard code == 0x5B || code == 0x4F else {
      unget_wch(wchar_t(bitPattern: code))
      return false
    }
    while unsafe wget_wch(window, &code) == OK, !(0x40...0x7E).contains(code) {}
    return true
  }

  private static func key(scalar code: wint_t) -> Key? {
    switch code {
    case 0x0A, 0x0D: return .enter
    case 0x09: return .tab
    case 0x1B: return .escape
    case 0x08, 0x7F: return .backspace
    case 0x01...0x1A:
      return Unicode.Scalar(code + 0x60).map { .control(Character($0)) }
    case ..<0x20: return nil
    default: return Unicode.Scalar(code).map { .character(Character($0)) }
    }
  }

  private static func key(code: Int32) -> Key? {
    switch code {
    case KEY_UP: .up
    case KEY_DOWN: .down
    case KEY_LEFT: .left
    case KEY_RIGHT: .right
    case KEY_SR: .shiftUp
    case KEY_SF: .shiftDown
    case KEY_SLEFT: .shiftLeft
    case KEY_SRIGHT: .shiftRight
    case KEY_PPAGE: .pageUp
    case KEY_NPAGE: .pageDown
    case KEY_HOME: .home
    case KEY_END, KEY_LL: .end
    case KEY_IC: .insert
    case KEY_DC: .delete
    case KEY_ENTER: .enter
    case KEY_BTAB: .backTab
    case KEY_BACKSPACE: .backspace
    // Curses puts it back for every resize that it is told of; the session knows already.
    case KEY_RESIZE: nil
    case KEY_F0...KEY_F0 + 24: .function(Int(code - KEY_F0))
    default: nil
    }
  }
}
