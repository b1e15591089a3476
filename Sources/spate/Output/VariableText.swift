internal import Patterns

/// What a pattern's variable has held, as JSON.
enum VariableText {
  static func write(_ variable: VariableStatistics, to json: inout JSONText) {
    json.object { json in
      json.field("type", variable.type)
      if let name = variable.name { json.field("name", name) }
      json.field("distinct", variable.distinctCount)
      if !variable.distinctIsExact {
        json.key("estimated")
        json.number("true")
      }
      json.key("top")
      json.array(variable.topValues) { json, top in
        json.object { json in
          json.field("value", top.value)
          json.field("count", top.count)
        }
      }
      if let (p50, p95, p99) = variable.quantiles {
        json.field("p50", p50)
        json.field("p95", p95)
        json.field("p99", p99)
      }
    }
  }
}
