internal import Glibc

// Plain bits that a signal handler may touch: no lazy setup, no allocation, no reference counting.
nonisolated(unsafe) private var pipeRead: Int32 = -1
nonisolated(unsafe) private var pipeWrite: Int32 = -1
nonisolated(unsafe) private var terminalDescriptor: Int32 = -1
nonisolated(unsafe) private var isDrawn = false
nonisolated(unsafe) private var terminateCount: Int32 = 0
nonisolated(unsafe) private var modes = termios()
nonisolated(unsafe) private var farewell: UnsafeMutablePointer<UInt8>? = nil
nonisolated(unsafe) private var farewellCount = 0
nonisolated(unsafe) private var actionsBefore: UnsafeMutablePointer<sigaction>? = nil

/// Turns signals into bytes that the loop reads, and gives the terminal back on those that kill.
enum TerminalSignals {
  private static let forwarded = [SIGWINCH, SIGTSTP, SIGINT, SIGTERM, SIGHUP]
  private static let fatal = [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGQUIT, SIGSYS]

  static var readEnd: Int32 { unsafe pipeRead }

  static func rememberModes(_ before: termios, of descriptor: Int32) {
    unsafe modes = before
    unsafe terminalDescriptor = descriptor
  }

  /// What undoes the program's screen, written as it is by the handler of a fatal signal.
  static func setFarewell(_ bytes: [UInt8]) {
    unsafe farewell?.deallocate()
    let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: max(bytes.count, 1))
    for (index, byte) in bytes.enumerated() { unsafe copy[index] = byte }
    unsafe farewell = copy
    unsafe farewellCount = bytes.count
  }

  /// Whether a fatal signal has a screen to take down.
  static func setDrawn(_ drawn: Bool) { unsafe isDrawn = drawn }

  static func install() {
    if unsafe pipeRead < 0 {
      var ends: [Int32] = [-1, -1]
      guard unsafe pipe(&ends) == 0 else { return }
      for end in ends {
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        _ = fcntl(end, F_SETFL, O_NONBLOCK)
      }
      unsafe pipeRead = ends[0]
      unsafe pipeWrite = ends[1]
    }
    if unsafe actionsBefore == nil {
      let room = UnsafeMutablePointer<sigaction>.allocate(capacity: 65)
      unsafe room.initialize(repeating: sigaction(), count: 65)
      unsafe actionsBefore = room
    }
    for signal in forwarded { set(signal, forwardSignal, restart: true) }
    for signal in fatal { set(signal, takeDown, restart: false) }
  }

  static func uninstall() {
    guard let before = unsafe actionsBefore else { return }
    for signal in forwarded + fatal { _ = unsafe sigaction(signal, before + Int(signal), nil) }
    unsafe before.deallocate()
    unsafe actionsBefore = nil
  }

  /// The next signal that arrived, or `nil`.
  static func next() -> Int32? {
    var byte: UInt8 = 0
    return unsafe read(pipeRead, &byte, 1) == 1 ? Int32(byte) : nil
  }

  /// Stops the process as Ctrl-Z does by default; returns when it is continued.
  static func stop() {
    _ = signal(SIGTSTP, SIG_DFL)
    raise(SIGTSTP)
    set(SIGTSTP, forwardSignal, restart: true, keep: false)
  }

  private static func set(
    _ signal: Int32, _ handler: @escaping @convention(c) (Int32) -> Void, restart: Bool,
    keep: Bool = true
  ) {
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = handler
    action.sa_flags = restart ? SA_RESTART : SA_ONSTACK
    if keep, let before = unsafe actionsBefore {
      _ = unsafe sigaction(signal, &action, before + Int(signal))
    } else {
      _ = unsafe sigaction(signal, &action, nil)
    }
  }
}

private func forwardSignal(_ signal: Int32) {
  let error = errno
  // A loop that does not answer the first cannot be waited for.
  if signal == SIGTERM || signal == SIGHUP {
    unsafe terminateCount += 1
    if unsafe terminateCount > 1 {
      giveBack()
      _exit(128 + signal)
    }
  }
  var byte = UInt8(truncatingIfNeeded: signal)
  _ = unsafe write(pipeWrite, &byte, 1)
  errno = error
}

/// Gives the terminal back, then lets the signal do what it did before.
///
/// On return a fault happens again at the same place and an abort goes on, with the old handler.
private func takeDown(_ signal: Int32) {
  giveBack()
  if let before = unsafe actionsBefore {
    _ = unsafe sigaction(signal, before + Int(signal), nil)
  } else {
    _ = Glibc.signal(signal, SIG_DFL)
  }
  // Sent from outside, nothing would happen again by itself.
  if signal == SIGQUIT || signal == SIGABRT { raise(signal) }
}

private func giveBack() {
  guard unsafe isDrawn else { return }
  unsafe isDrawn = false
  _ = unsafe write(terminalDescriptor, farewell, farewellCount)
  _ = unsafe tcsetattr(terminalDescriptor, TCSANOW, &modes)
}

/// Numbers of signals, for files that do not import Glibc.
enum SignalNumber {
  static let windowChange = SIGWINCH
  static let stop = SIGTSTP
  static let interrupt = SIGINT
  static let terminate = SIGTERM
  static let hangUp = SIGHUP
}
