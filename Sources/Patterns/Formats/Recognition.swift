internal import Events

/// What a format read from one line; byte positions in the buffer that holds the line.
struct Recognition {
  var time: Timestamp?
  var severity: Severity = .unknown
  /// What is mined and shown.
  var messageStart = 0
  var messageEnd = 0
  /// What belongs to the message and stands elsewhere in the line; empty in most.
  var suffixStart = 0
  var suffixEnd = 0
  /// The structured part, where there is one; else equal to the message.
  var bodyStart = 0
  var bodyEnd = 0
  var structure: Structure = .text
  /// Who speaks, where the line says it; empty where it does not.
  var serviceStart = 0
  var serviceEnd = 0
  /// The message holds JSON escapes, which must be decoded before it is mined.
  var messageIsEscaped = false
}

/// A time as a text names it.
struct Timestamp {
  var instant: Instant
  /// The text names no zone: `instant` was made with the assumed one.
  var zoneAssumed = false
  /// The text names no year: that of the reference was used.
  var yearAssumed = false
}
