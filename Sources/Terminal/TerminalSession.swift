/// The program's hold on the terminal, from the first screen to giving it back.
///
/// One at a time, used by one thread. Gives the terminal back in `end()`, in `deinit`, and in the
/// handler of every signal that kills.
@safe package final class TerminalSession {
  package enum Failure: Error, Hashable {
    /// The process has no terminal.
    case noTerminal
    /// TERM is unset, "dumb", unknown to terminfo, or cannot place its cursor.
    case unusable(type: String)
  }

  /// Whether characters beyond ASCII can be shown, by the locale.
  package let isUTF8: Bool
  private let terminal: ControllingTerminal
  private var curses: Curses?
  private var shown: Canvas?
  private var cursorIsVisible = false

  /// Takes the terminal over. Keys come from it even when standard input is a pipe.
  /// - Parameters:
  ///   - type: The value of TERM.
  ///   - usesColor: False where NO_COLOR or an option says so; attributes stay.
  package init(type: String, usesColor: Bool) throws(Failure) {
    guard let terminal = ControllingTerminal() else { throw .noTerminal }
    guard !type.isEmpty, type != "dumb" else { throw .unusable(type: type) }
    self.terminal = terminal
    isUTF8 = CharacterEncoding.adopt()
    // Before curses: it leaves signals alone that have a handler.
    TerminalSignals.install()
    guard let curses = Curses(terminal: terminal, type: type, usesColor: usesColor) else {
      TerminalSignals.uninstall()
      throw .unusable(type: type)
    }
    TerminalSignals.setFarewell(Curses.farewell)
    TerminalSignals.setDrawn(true)
    self.curses = curses
    guard Curses.canPlaceCursor else {
      end()
      throw .unusable(type: type)
    }
  }

  deinit { end() }

  /// Gives the terminal back. Nothing can be drawn after it.
  package func end() {
    guard curses != nil else { return }
    TerminalSignals.setDrawn(false)
    curses = nil
    TerminalSignals.uninstall()
  }

  package var size: (columns: Int, rows: Int) { terminal.size ?? (80, 24) }

  /// A canvas of the terminal's size.
  package func canvas(isASCII: Bool) -> Canvas {
    let size = size
    return Canvas(columns: size.columns, rows: size.rows, isASCII: isASCII || !isUTF8)
  }

  /// Shows `canvas`; only cells that differ from what is shown are written.
  package func draw(_ canvas: Canvas) {
    guard let curses else { return }
    let isSameSize = shown?.columns == canvas.columns && shown?.rows == canvas.rows
    if canvas.cursorIsVisible != cursorIsVisible {
      curses.setCursorVisible(canvas.cursorIsVisible)
      cursorIsVisible = canvas.cursorIsVisible
    }
    curses.draw(canvas, over: isSameSize ? shown : nil)
    shown = canvas
  }

  /// Makes the next `draw` write everything, whatever the terminal shows.
  package func redrawAll() {
    shown = nil
    curses?.redrawAll()
  }

  /// Waits for a key.
  /// - Parameters:
  ///   - milliseconds: How long at most; `nil`: for ever.
  ///   - wake: A descriptor that ends the wait when it can be read; what it holds is read away.
  /// - Returns: `nil` when the time has passed, or on `wake`.
  package func readKey(milliseconds: Int?, wake: Int32? = nil) -> Key? {
    guard let curses else { return nil }
    while true {
      if let signal = TerminalSignals.next() {
        if let key = key(for: signal) { return key }
        continue
      }
      if let key = curses.readKey() { return key }
      switch terminal.wait(milliseconds: milliseconds, wake: wake) {
      case .signal: continue
      case .input:
        if let key = curses.readKey() { return key }
        return nil
      case .woken, .timeout: return nil
      case .gone: return .terminate(SignalNumber.hangUp)
      }
    }
  }

  /// Gives the terminal back, stops the process as Ctrl-Z should, and takes over again when it is
  /// continued.
  package func suspend() {
    guard let curses else { return }
    TerminalSignals.setDrawn(false)
    curses.leave()
    TerminalSignals.stop()
    curses.comeBack()
    TerminalSignals.setDrawn(true)
    _ = resized()
  }

  /// Puts `text` on the clipboard of the terminal (OSC 52); works over ssh.
  /// - Returns: False where it is too long for what terminals accept.
  package func copy(_ text: String) -> Bool {
    let encoded = Base64.encode(Array(text.utf8))
    guard encoded.count <= 100_000 else { return false }
    terminal.write([0x1B, 0x5D, 0x35, 0x32, 0x3B, 0x63, 0x3B] + encoded + [0x07])
    return true
  }

  private func resized() -> Key {
    let size = size
    curses?.resize(columns: size.columns, rows: size.rows)
    redrawAll()
    return .resize
  }

  private func key(for signal: Int32) -> Key? {
    switch signal {
    case SignalNumber.windowChange: resized()
    case SignalNumber.stop: .suspend
    case SignalNumber.interrupt: .interrupt
    case SignalNumber.terminate, SignalNumber.hangUp: .terminate(signal)
    default: nil
    }
  }
}
