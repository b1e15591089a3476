internal import Glibc
internal import Synchronization

/// Signals that ask the process to end, noted rather than acted upon at once.
enum Interruption {
  private static let received = Atomic<Int32>(0)

  static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }

  /// Whoever started the program may have blocked signals, which it inherits: it would not end.
  static func unblock() {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH, SIGCHLD] {
      unsafe sigaddset(&signals, number)
    }
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// From now on SIGINT, SIGTERM and SIGHUP are noted; a second SIGINT kills.
  static func note() {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      _ = signal(number) { number in
        if number == SIGINT, Interruption.received.load(ordering: .relaxed) == SIGINT {
          _exit(130)
        }
        Interruption.received.store(number, ordering: .relaxed)
      }
    }
  }

  /// The status to end with, once a signal has come.
  static var status: ExitStatus? {
    switch received.load(ordering: .relaxed) {
    case 0: nil
    case SIGINT: .interrupted
    default: .terminated
    }
  }

  static func exit(_ status: Int32) -> Never { Glibc.exit(status) }
}

enum Environment {
  static func value(_ name: String) -> String? {
    guard let raw = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: raw)
    return text.isEmpty ? nil : text
  }
}
