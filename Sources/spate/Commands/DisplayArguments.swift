internal import ArgumentParser

/// How the screen looks.
struct DisplayArguments: ParsableArguments {
  enum Color: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

  @Option(help: ArgumentHelp("auto, always or never; NO_COLOR is obeyed.", valueName: "when"))
  var color: Color = .auto

  @Flag(help: "Draw with ASCII characters only.") var ascii = false

  /// Whether the output is a screen that can be written over.
  static var isTerminal: Bool {
    Console.outputIsTerminal && Environment.value("TERM").map { $0 != "dumb" } ?? false
  }

  /// The terminal's type, or `nil` where no screen can be drawn on it.
  var terminalType: String? {
    guard let type = Environment.value("TERM"), type != "dumb" else { return nil }
    return type
  }

  var usesColor: Bool {
    switch color {
    case .always: true
    case .never: false
    case .auto: Environment.value("NO_COLOR") == nil
    }
  }
}
