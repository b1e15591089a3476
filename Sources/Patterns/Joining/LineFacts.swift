internal import Events

/// What was read from a line, as far as joining needs it.
///
/// Inside a container's line only the inner text counts: the runtime's time says nothing about where
/// an event begins.
struct LineFacts {
  /// The text names a time.
  var hasTime = false
  /// A declared format fits, not only the generic reader.
  var isDeclared = false
  /// The format writes each event on one line: JSON, logfmt, access logs, syslog.
  var isSingleLine = false
  /// Nothing follows the header: the message is to come.
  var isHeaderOnly = false
  var severity = Severity.unknown
  /// The number of its format; -1 before any line.
  var format = -1
}

/// Where a line belongs.
enum Placement: UInt8 {
  /// It is the first line of an event; the open one is done.
  case begins
  /// It belongs to the open event.
  case continues
  /// It belongs to the open event, which is full: that becomes a part, and the line begins the next.
  case overflows
}
