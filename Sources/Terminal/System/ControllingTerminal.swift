internal import Glibc

/// The terminal that the process was started from, whatever its standard streams are.
@safe final class ControllingTerminal {
  let file: UnsafeMutablePointer<FILE>
  let descriptor: Int32
  private let modesBefore: termios

  /// - Returns: `nil` where there is none.
  init?() {
    guard let file = unsafe fopen("/dev/tty", "r+e") else { return nil }
    unsafe self.file = unsafe file
    descriptor = unsafe fileno(file)
    var modes = termios()
    guard isatty(descriptor) == 1, unsafe tcgetattr(descriptor, &modes) == 0 else {
      unsafe fclose(file)
      return nil
    }
    modesBefore = modes
    TerminalSignals.rememberModes(modes, of: descriptor)
  }

  deinit { unsafe fclose(file) }

  /// Columns and rows; `nil` where the terminal does not know.
  var size: (columns: Int, rows: Int)? {
    var size = winsize()
    // SAFETY: the request fills the structure that it is given.
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0
    else { return nil }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Gives every key but Ctrl-C, Ctrl-Z and Ctrl-\ to the program, Ctrl-S, Ctrl-V and Ctrl-O as well.
  func freeControlKeys() {
    var modes = termios()
    guard unsafe tcgetattr(descriptor, &modes) == 0 else { return }
    modes.c_iflag &= ~tcflag_t(IXON)
    modes.c_lflag &= ~tcflag_t(IEXTEN)
    _ = unsafe tcsetattr(descriptor, TCSADRAIN, &modes)
  }

  /// Writes bytes past curses; short writes go on, errors end it.
  func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      // SAFETY: the bytes are those of the slice, and write keeps none.
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  enum Wait { case input, signal, woken, timeout, gone }

  /// Waits for a key, a signal, a byte on `wake` (which is read away) or for the time to pass.
  /// - Parameter milliseconds: `nil` waits for ever.
  func wait(milliseconds: Int?, wake: Int32?) -> Wait {
    var polled = [
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: TerminalSignals.readEnd, events: Int16(POLLIN), revents: 0),
      pollfd(fd: wake ?? -1, events: Int16(POLLIN), revents: 0),
    ]
    let timeout = milliseconds.map { Int32(clamping: max($0, 0)) } ?? -1
    let count = unsafe poll(&polled, nfds_t(polled.count), timeout)
    if count < 0 { return errno == EINTR ? .signal : .gone }
    if polled[1].revents != 0 { return .signal }
    if polled[0].revents & Int16(POLLIN) != 0 { return .input }
    if polled[0].revents != 0 { return .gone }
    if polled[2].revents != 0, let wake {
      Self.drain(wake)
      return .woken
    }
    return .timeout
  }

  private static func drain(_ descriptor: Int32) {
    var bytes = [UInt8](repeating: 0, count: 512)
    // One read: what is still there wakes the next wait, and a blocking pipe cannot hold us.
    _ = unsafe read(descriptor, &bytes, bytes.count)
  }
}
