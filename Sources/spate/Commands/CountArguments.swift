internal import ArgumentParser
internal import Pipeline

/// What is counted, by what, and over which windows.
struct CountArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Count under these: service, level, pattern, source, format, or a field's name.",
      valueName: "a,b")) var by: [String] = []
  @Option(help: ArgumentHelp("Windows so long on event time: 10s, 1m, 1h.", valueName: "time"))
  var every: String?
  @Flag(help: "Windows that overlap: a new one every sixth of their length, or every --step.")
  var sliding = false
  @Option(help: ArgumentHelp("A new window so often; a whole part of --every.", valueName: "time"))
  var step: String?
  @Option(
    help: ArgumentHelp(
      "How far behind the newest event one may come and still count in its window.",
      valueName: "time")) var lateness: String = "3s"
  @Option(help: ArgumentHelp("Median of a field.", valueName: "field")) var p50: [String] = []
  @Option(help: ArgumentHelp(visibility: .hidden)) var p90: [String] = []
  @Option(
    help: ArgumentHelp("95th percentile; --p90 and --p99 are there, too.", valueName: "field"))
  var p95: [String] = []
  @Option(help: ArgumentHelp(visibility: .hidden)) var p99: [String] = []
  @Option(help: ArgumentHelp("Sum of a field.", valueName: "field")) var sum: [String] = []
  @Option(help: ArgumentHelp("Mean of a field.", valueName: "field")) var avg: [String] = []
  @Option(help: ArgumentHelp("Least value of a field.", valueName: "field")) var min: [String] = []
  @Option(help: ArgumentHelp("Largest value of a field.", valueName: "field")) var max: [String] =
    []
  @Option(help: ArgumentHelp("How many different values a field has.", valueName: "field"))
  var distinct: [String] = []

  /// `--p50 --p95 FIELD` means both of the field.
  static func spread(_ arguments: [String]) -> [String] {
    guard arguments.first == "count" else { return arguments }
    let names = Set(CountFunction.allCases.map { "--" + $0.rawValue })
    var result: [String] = []
    var waiting: [String] = []
    var index = 0
    while index < arguments.count {
      let argument = arguments[index]
      index += 1
      guard names.contains(argument), index < arguments.count else {
        result += waiting + [argument]
        waiting = []
        continue
      }
      if names.contains(arguments[index]) {
        waiting.append(argument)
      } else if arguments[index].hasPrefix("--") {
        result += waiting + [argument]
        waiting = []
      } else {
        for name in waiting + [argument] { result += [name, arguments[index]] }
        waiting = []
        index += 1
      }
    }
    return result + waiting
  }

  /// What is asked of fields, in the order of the functions.
  func columns() -> [CountColumn] {
    let fields: [(CountFunction, [String])] = [
      (.p50, p50), (.p90, p90), (.p95, p95), (.p99, p99), (.sum, sum), (.avg, avg), (.min, min),
      (.max, max), (.distinct, distinct),
    ]
    return fields.flatMap { function, names in
      Self.words(names).map { CountColumn(function: function, field: $0) }
    }
  }

  func plan(_ columns: [CountColumn]) throws -> CountPlan {
    var plan = CountPlan()
    plan.dimensions = Self.words(by).map(CountDimension.init)
    for column in columns {
      let field = column.field
      let index =
        plan.measured.firstIndex { $0.field == field } ?? plan.measured.endIndex
      if index == plan.measured.endIndex {
        plan.measured.append(
          CountPlan.Measured(field: field, hasQuantiles: false, hasDistinct: false))
      }
      if column.function.share != nil { plan.measured[index].hasQuantiles = true }
      if column.function == .distinct { plan.measured[index].hasDistinct = true }
    }
    guard let lateness = TimeArgument.duration(lateness) else {
      throw UserMessage(
        "--lateness \(self.lateness): write a time such as 3s or 1m", status: .usage)
    }
    plan.latenessMicroseconds = lateness
    plan.windows = try windows()
    if plan.windows == nil { plan.groupLimit = 65_536 }
    return plan
  }

  /// All that decides about the results, in one line.
  func description(_ condition: String?, top: Int?) -> String {
    var parts = ["by \(Self.words(by).joined(separator: ","))", "every \(every ?? "-")"]
    parts.append("step \(step ?? (sliding ? "sliding" : "-"))")
    parts.append("lateness \(lateness)")
    parts += columns().map(\.title)
    if let condition { parts.append("where \(condition)") }
    if let top { parts.append("top \(top)") }
    return parts.joined(separator: ", ")
  }

  private func windows() throws -> CountPlan.Windows? {
    guard let every else {
      if sliding || step != nil {
        throw UserMessage("--sliding: say with --every how long a window is", status: .usage)
      }
      return nil
    }
    guard let width = TimeArgument.duration(every), width >= 1000 else {
      throw UserMessage("--every \(every): write a time such as 10s, 1m or 1h", status: .usage)
    }
    guard let step else {
      let parts: Int64 = sliding ? [6, 5, 4, 2].first { width % $0 == 0 } ?? 1 : 1
      return CountPlan.Windows(widthMicroseconds: width, stepMicroseconds: width / parts)
    }
    guard let length = TimeArgument.duration(step), length >= 1000, width % length == 0,
      width / length <= CountPlan.Windows.stepLimit
    else {
      throw UserMessage(
        "--step \(step): write a time of which --every \(every) holds a whole number, at most "
          + "\(CountPlan.Windows.stepLimit)", status: .usage)
    }
    return CountPlan.Windows(widthMicroseconds: width, stepMicroseconds: length)
  }

  /// `a,b` and repeated options alike.
  private static func words(_ texts: [String]) -> [String] {
    var seen: Set<String> = []
    return texts.flatMap { $0.split(separator: ",") }
      .map { String($0).filter { !$0.isWhitespace } }
      .filter { !$0.isEmpty && seen.insert($0).inserted }
  }
}

/// What may be asked of a field's values.
enum CountFunction: String, CaseIterable {
  case p50, p90, p95, p99, sum, avg, min, max, distinct

  /// The share of the values that a quantile does not exceed.
  var share: Double? {
    switch self {
    case .p50: 0.5
    case .p90: 0.9
    case .p95: 0.95
    case .p99: 0.99
    case .sum, .avg, .min, .max, .distinct: nil
    }
  }

  /// `nil` where there is no number to tell of.
  func value(of totals: FieldTotals) -> Double? {
    switch self {
    case .p50, .p90, .p95, .p99: totals.quantiles?.quantile(share ?? 0)
    case .distinct: totals.distinct.map { Double($0.count) }
    case .sum: totals.sum
    case .avg: totals.average
    case .min: totals.numberCount == 0 ? nil : totals.minimum
    case .max: totals.numberCount == 0 ? nil : totals.maximum
    }
  }
}

struct CountColumn {
  var function: CountFunction
  var field: String

  var title: String { "\(function.rawValue)(\(field))" }
}
