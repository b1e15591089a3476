/// What a person pressed, or what else the terminal has to say.
package enum Key: Hashable, Sendable {
  case character(Character)
  /// Ctrl and a letter, lower case.
  case control(Character)
  case up, down, left, right
  case shiftUp, shiftDown, shiftLeft, shiftRight
  case pageUp, pageDown, home, end, insert, delete
  case enter, tab, backTab, backspace, escape
  case function(Int)
  /// The terminal has another size, or what it shows was destroyed: draw again.
  case resize
  /// Ctrl-C (SIGINT).
  case interrupt
  /// Ctrl-Z (SIGTSTP): call `TerminalSession.suspend()`.
  case suspend
  /// SIGTERM or SIGHUP, by number; also when the terminal is gone.
  case terminate(Int32)
}
