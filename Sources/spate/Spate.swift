internal import ArgumentParser
internal import EventStream

/// The program: reads its arguments, runs a command, and turns what went wrong into words.
@main
struct Spate: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "spate",
    abstract: "Find the few patterns that matter in the logs of many services.",
    usage: """
      spate [PATH|DIR|GLOB|-]...      follow, mine and show on a screen
      spate COMMAND ...
      """,
    discussion: """
      EXAMPLES:
        kubectl logs -f deploy/api | spate      follow a pipe; nothing is dropped
        spate /var/log/shop/*.log               follow files through every rotation
        spate --exec 'journalctl -f'            read what a command prints
        spate replay --from 03:30 --speed 10    what was recorded, as it was seen
        spate patterns --json app.log           the clusters, without a screen
        spate count --by service --every 1m     counts over time, of anything
        spate cat --level error --grep timeout  recorded events

      Without a terminal, spate reads to the end and prints a report. What the live
      screen reads is kept in $XDG_STATE_HOME/spate/streams; see --no-record.
      """,
    subcommands: [
      LiveCommand.self, RecordCommand.self, ReplayCommand.self, CatCommand.self,
      ParseCommand.self, PatternsCommand.self, CountCommand.self, FlowsCommand.self,
      AnomaliesCommand.self, CompareCommand.self, StreamCommand.self, FormatsCommand.self,
    ],
    defaultSubcommand: LiveCommand.self)

  @Flag(name: .long, help: "Print the version.")
  var version = false

  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    // Before anything is set up: scripts ask for it often.
    if arguments == ["--version"] || arguments == ["-V"] {
      end(with: run { try Console().finish("spate \(version)") })
    }
    Interruption.unblock()
    Interruption.ignoreBrokenPipes()
    do {
      var command = try parseAsRoot(CountArguments.spread(withoutEmptyHistory(arguments)))
      end(with: run { try command.run() })
    } catch {
      end(with: report(error))
    }
  }

  /// `--history` without values is no history: a script may have none yet.
  private static func withoutEmptyHistory(_ arguments: [String]) -> [String] {
    guard let index = arguments.firstIndex(of: "--history"),
      arguments[..<index].firstIndex(of: "--") == nil,
      index + 1 == arguments.count || arguments[index + 1].hasPrefix("--")
    else { return arguments }
    return Array(arguments[..<index] + arguments[(index + 1)...])
  }

  /// Runs a command's body and says how the process should end.
  private static func run(_ body: () throws -> Void) -> ExitStatus {
    do {
      try body()
      return .done
    } catch {
      return report(error)
    }
  }

  private static func report(_ error: any Error) -> ExitStatus {
    switch error {
    case let status as ExitStatus: return status
    case let message as UserMessage:
      Console.error("spate: \(message.text)")
      return message.status
    case let trouble as StreamError: return report(UserMessage(of: trouble, path: "stream"))
    default: break
    }
    if exitCode(for: error).isSuccess {
      try? Console().finish(fullMessage(for: error))
      return .done
    }
    Console.error("spate: \(lowercasedFirst(message(for: error)))")
    Console.error("       'spate --help' shows examples and commands.")
    return .usage
  }

  private static func lowercasedFirst(_ text: String) -> String {
    text.prefix(1).lowercased() + text.dropFirst()
  }

  private static func end(with status: ExitStatus) -> Never {
    Interruption.exit(status.rawValue)
  }
}
