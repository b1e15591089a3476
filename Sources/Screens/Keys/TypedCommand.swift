internal import Events

/// What can be typed after `:`.
enum TypedCommand: Equatable, Sendable {
  case goTo(String)
  case filter([Word])
  case hide([Word])
  case only([Word])
  case showAll
  case level(Severity)
  case speed(Double)
  case zone(String)
  case setASCII(Bool)
  case sort(OverviewState.Sort)
  case zoom(isIn: Bool)
  case by([String])
  case help
  case quit

  /// A part of a filter.
  enum Word: Equatable, Sendable {
    case pattern(Int)
    case service(String)
    case text(String)
    case level(Severity)
    /// Leaves out instead of letting through.
    indirect case not(Word)
  }

  /// Each with its arguments, for help and completion.
  static let all: [(name: String, arguments: String)] = [
    ("goto", "03:41 | -15m | #8861002"), ("filter", "service=NAME level>=warn #7 -#12 -word RE"),
    ("hide", "#12 | service=NAME"), ("only", "#7 | service=NAME"), ("show", "(everything again)"),
    ("level", "warn"), ("speed", "10 | max"), ("tz", "Europe/Berlin | utc | local"),
    ("sort", OverviewState.Sort.allCases.map(\.rawValue).joined(separator: " | ")),
    ("zoom", "in | out"), ("by", "service,level | pattern | any field"), ("set", "ascii on | off"),
    ("help", ""), ("q", ""),
  ]

  /// The first command that begins as typed, with a blank behind it where it takes arguments.
  static func completed(_ text: String) -> String {
    guard !text.contains(" "), let match = all.first(where: { $0.name.hasPrefix(text) }) else {
      return text
    }
    return match.name + (match.arguments.isEmpty ? "" : " ")
  }

  /// - Throws: A sentence that says what is wrong.
  static func parse(_ text: String) throws(CommandTrouble) -> TypedCommand {
    let words = text.split(separator: " ").map(String.init)
    guard let name = words.first else { throw CommandTrouble("nothing to do") }
    let rest = Array(words.dropFirst())
    let argument = rest.joined(separator: " ")
    switch name {
    case "goto", "go":
      if argument.isEmpty { throw CommandTrouble(":goto needs a time or an offset") }
      return .goTo(argument)
    case "filter": return .filter(rest.map(word))
    case "hide": return .hide(rest.map(word))
    case "only": return .only(rest.map(word))
    case "show": return .showAll
    case "level":
      guard let level = severity(argument) else {
        throw CommandTrouble(":level needs one of all trace debug info notice warn error fatal")
      }
      return .level(level)
    case "speed":
      if argument == "max" { return .speed(.infinity) }
      let digits = argument.hasPrefix("x") ? String(argument.dropFirst()) : argument
      guard let speed = Double(digits), speed > 0, speed.isFinite else {
        throw CommandTrouble(":speed needs a number above 0, or max")
      }
      return .speed(speed)
    case "tz":
      if argument.isEmpty { throw CommandTrouble(":tz needs the name of a zone, utc or local") }
      return .zone(argument)
    case "sort":
      guard let sort = OverviewState.Sort(rawValue: argument) else {
        let names = OverviewState.Sort.allCases.map(\.rawValue).joined(separator: " ")
        throw CommandTrouble(":sort needs one of \(names)")
      }
      return .sort(sort)
    case "zoom":
      guard argument == "in" || argument == "out" else {
        throw CommandTrouble(":zoom in, :zoom out")
      }
      return .zoom(isIn: argument == "in")
    case "set":
      guard rest.first == "ascii", rest.count <= 2,
        ["on", "off"].contains(rest.last ?? "") || rest.count == 1
      else { throw CommandTrouble(":set ascii on, :set ascii off") }
      return .setASCII(rest.last != "off")
    case "by":
      return .by(argument.split { $0 == "," || $0 == " " }.map(String.init))
    case "help": return .help
    case "q", "quit", "q!": return .quit
    default:
      let near = all.first { $0.name.hasPrefix(name.prefix(1)) }.map {
        "; did you mean :\($0.name)?"
      }
      throw CommandTrouble("no command :\(name)\(near ?? "")")
    }
  }

  private static func word(_ text: String) -> Word {
    if text.count > 1, text.hasPrefix("-") || text.hasPrefix("!") {
      return .not(word(String(text.dropFirst())))
    }
    if text.hasPrefix("#"), let number = Int(text.dropFirst()) { return .pattern(number) }
    if let value = value(of: "service=", in: text) { return .service(value) }
    for key in ["level>=", "level="] {
      if let value = value(of: key, in: text), let level = severity(value) { return .level(level) }
    }
    return .text(text)
  }

  private static func value(of key: String, in text: String) -> String? {
    text.hasPrefix(key) && text.count > key.count ? String(text.dropFirst(key.count)) : nil
  }

  static func severity(_ name: String) -> Severity? {
    if name == "all" { return .unknown }
    if name == "warning" { return .warn }
    return Severity.allCases.first { $0.name == name }
  }
}

/// Why a typed command cannot be done, in a sentence.
struct CommandTrouble: Error, Equatable {
  let sentence: String
  init(_ sentence: String) { self.sentence = sentence }
}
