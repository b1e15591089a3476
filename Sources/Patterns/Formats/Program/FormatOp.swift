/// One step of a compiled line: a few plain bytes.
struct FormatOp {
  enum Kind: UInt8 {
    /// The one byte `first`.
    case byte
    /// One blank or tab, or more.
    case gap
    /// The bytes at `literalStart`; a blank among them stands for one or more blanks or tabs.
    case literal
    /// No blank or more.
    case blanks
    /// A time of the kind `argument`.
    case time
    /// A level of the kind `argument`, by the format's own words first.
    case level
    /// Bytes that are not blank, at least one.
    case word
    /// A word, then one blank or tab, or more.
    case wordGap
    /// Bytes of the class `argument`, at least one.
    case run
    /// Such a run, then one blank or tab, or more.
    case runGap
    /// Such a run, then the one byte `first`, which is none of the class.
    case runByte
    /// Bytes of the class `argument` up to the literal, which is taken too; at least one.
    case runUntil
    /// Any bytes up to the one byte `first`, which is taken too.
    case untilByte
    /// Any bytes up to the literal, which is taken too.
    case untilLiteral
    /// Any bytes up to the last such literal, which is taken too.
    case untilLast
    /// What is left, without blanks at its end.
    case rest
    case int, number, hex, status, pri, quoted, brackets, parens
    /// One of the words in the literal, which a vertical bar parts.
    case choice
    /// The message begins here.
    case messageStart
    /// The message ends here.
    case messageEnd
    /// What follows may be missing: on failure go on at op `literalStart`, where this began.
    case optional
    /// Since `optional`, all was there.
    case optionalEnd
    /// All that follows may be missing and matters to the fields only.
    case enough
    /// The line must end here, but for blanks.
    case end
  }

  enum Keeping: UInt8 {
    case nothing, service, message, suffix, field
  }

  var kind: Kind
  /// The class of bytes, or the kind of time or level.
  var argument: UInt8 = 0
  /// A check of the whole value: the scanner's raw value.
  var scanner: UInt8 = 0
  /// The first byte of the literal.
  var first: UInt8 = 0
  /// The literal's first byte is none of the value's class.
  var stopsAtLiteral = false
  /// The number of its question in `FormatTrials`.
  var trial: UInt8 = 0
  /// Which field gets the value: an index into the program's names.
  var name: UInt16 = FieldName.none
  /// What becomes of the value: `name`, as far as it matters to the interpreter.
  var keeps = Keeping.nothing
  /// The value as a whole must fit `scanner`.
  var isChecked = false
  /// The value is appended to the message.
  var isSuffix = false
  var literalStart: UInt16 = 0
  var literalCount: UInt16 = 0

  /// The same step where nobody wants the fields.
  var withoutField: FormatOp {
    var op = self
    if keeps == .field { op.keeps = .nothing }
    return op
  }

  /// The same step in the form that runs fastest.
  var specialised: FormatOp {
    var op = self
    switch name {
    case FieldName.none, FieldName.time, FieldName.level: op.keeps = .nothing
    case FieldName.service: op.keeps = .service
    case FieldName.message: op.keeps = .message
    default: op.keeps = isSuffix ? .suffix : .field
    }
    op.isChecked = ValueScanner(rawValue: scanner)?.checksValue ?? false
    let isWord = argument == ByteClass.nonBlank && !op.isChecked
    switch kind {
    case .run where isWord: op.kind = .word
    case .runUntil where stopsAtLiteral && literalCount == 1:
      op.kind = first != 0x20 ? .runByte : isWord ? .wordGap : .runGap
    default: break
    }
    return op
  }
}

/// Indices of the names that mean something to the recogniser itself.
enum FieldName {
  static let none: UInt16 = 0
  static let time: UInt16 = 1
  static let level: UInt16 = 2
  static let service: UInt16 = 3
  static let message: UInt16 = 4

  static let reserved = ["", "time", "level", "service", "message"]
}

/// How a value is told from what stands around it.
enum ValueScanner: UInt8 {
  /// Any bytes up to the literal that follows; what a field without a scanner has.
  case until
  /// Bytes that are not blank.
  case word
  /// Letters, digits and `_ . - $ / : @ # + * ~ < > ( ) & , % !` and bytes beyond ASCII.
  case name
  /// As `name`, with a `.`, `$`, `/` or `::` in it: a class, a module, a place in the code.
  case dotted
  /// Any bytes up to the last such literal of the line.
  case last
  /// Capital letters, `_` and `-`.
  case upper
  /// Small letters, digits, `_`, `-` and `.`.
  case lower
  /// Digits with a sign, or a lone `-`.
  case int
  /// Digits with a sign and a fraction, or a lone `-`.
  case number
  /// As `number`, with a fraction.
  case decimal
  /// Hexadecimal digits, with or without `0x`.
  case hex
  /// A host's name or address: letters, digits and `. : - _ %`, but no level's word.
  case host
  /// An address of IPv4 or IPv6.
  case ip
  /// `"…"`, with backslash escapes; the value lies between the quotes.
  case quoted
  /// `[…]`, balanced; the value lies between the outer ones.
  case brackets
  /// `(…)`, balanced; the value lies between the outer ones.
  case parens
  /// The rest of the line, without blanks at its end.
  case rest
  /// Three digits of an HTTP status, which also give the level.
  case status
  /// The number of a syslog priority, which also gives the level.
  case pri
  /// One of some words.
  case choice

  /// Whether the value as a whole must look like something, beyond the class of its bytes.
  var checksValue: Bool { self == .ip || self == .host || self == .dotted }

  /// By the names of format files; `choice` has none.
  static let spellings: [(name: StaticString, scanner: ValueScanner)] = [
    ("until", .until), ("word", .word), ("name", .name), ("dotted", .dotted), ("last", .last),
    ("upper", .upper), ("lower", .lower), ("int", .int), ("number", .number),
    ("decimal", .decimal), ("hex", .hex),
    ("host", .host), ("ip", .ip), ("quoted", .quoted), ("brackets", .brackets),
    ("parens", .parens), ("rest", .rest), ("status", .status), ("pri", .pri),
  ]
}

/// Which times a `{time}` takes.
enum TimeKind: UInt8 {
  /// Whatever `scanTimestamp` reads.
  case any
  /// Year, month and day in this order, the year with four digits.
  case iso
  /// Date, `T`, clock and a zone, as RFC 3339 has them.
  case rfc3339
  /// One that begins with the name of a month or a weekday.
  case named
  /// `1122 09:31:02.123456` without a year, `261122 09:31:02` with one.
  case short
  /// Seconds, milli-, micro- or nanoseconds since 1970.
  case epoch
  /// `09:31:02.123` alone: the day is that of the reference.
  case clock

  static let spellings: [(name: StaticString, kind: TimeKind)] = [
    ("", .any), ("any", .any), ("iso", .iso), ("rfc3339", .rfc3339), ("named", .named),
    ("short", .short), ("epoch", .epoch), ("clock", .clock),
  ]
}

/// Which levels a `{level}` takes.
enum LevelKind: UInt8 {
  /// A word of the format's map, or one that is known everywhere.
  case known
  /// Any word; one that is not known says nothing.
  case any
  /// A word of the format's map and no other.
  case own
  /// One byte of the format's map, or one letter.
  case char
  /// A digit as in syslog: 0 emergency to 7 debug.
  case syslog

  static let spellings: [(name: StaticString, kind: LevelKind)] = [
    ("", .known), ("known", .known), ("any", .any), ("own", .own), ("char", .char),
    ("syslog", .syslog),
  ]
}
