internal import ArgumentParser

@main
struct Spate: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "spate", version: "0.1.0")
}
