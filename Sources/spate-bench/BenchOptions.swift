/// What the command line asks for.
struct BenchOptions {
  static let usage = """
    usage: spate-bench [FILE] [--lines N] [--seed S] [--repeat R] [--stages a,b] [--json]

    Measures each stage by itself, in processor time, and prints the best of R runs (3).
    Without FILE, N lines (200000) are made from the seed (1). --json prints JSON lines only.
    """

  var path: String?
  var lineCount = 200_000
  var seed: UInt64 = 1
  var repeatCount = 3
  var stages = Stage.all
  var printsJSONOnly = false

  struct Problem: Error { var text: String }

  init(_ arguments: [String]) throws(Problem) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--json": printsJSONOnly = true
      case "--lines": lineCount = try Self.number(rest.popFirst(), for: argument)
      case "--repeat": repeatCount = try Self.number(rest.popFirst(), for: argument)
      case "--seed": seed = UInt64(try Self.number(rest.popFirst(), for: argument))
      case "--stages":
        stages = []
        for name in (rest.popFirst() ?? "").split(separator: ",") {
          guard let stage = Stage.all.first(where: { $0.name == name }) else {
            let known = Stage.all.map(\.name).joined(separator: ", ")
            throw Problem(text: "no stage is called \"\(name)\"; there are: \(known)")
          }
          stages.append(stage)
        }
      case _ where argument.hasPrefix("-"): throw Problem(text: Self.usage)
      default: path = argument
      }
    }
  }

  private static func number(_ text: String?, for option: String) throws(Problem) -> Int {
    guard let text, let number = Int(text), number > 0 else {
      throw Problem(text: "\(option) takes a number above zero")
    }
    return number
  }
}
