package import Events
package import Patterns

/// Which events are meant: `service = api and level >= warn and not status = 5*`.
///
/// Compiled once; an event costs no allocation. A comparison with a field that the event does not
/// have is false, and so is one by size with what is no number. One thread at a time, and one
/// producer of batches.
package final class Condition {
  package let text: String
  private let root: Node
  private let fields: FieldLookup
  private var fieldsAreRead = false
  /// By number of a test that asks for a name of a table, and by number in that table: the answer.
  private var answers: [[Bool?]]

  indirect enum Node {
    case all([Node])
    case any([Node])
    case not(Node)
    case test(Test)
  }

  struct Test {
    /// Counted through the condition.
    var number: Int
    var subject: Subject
    var predicate: Predicate
  }

  enum Subject {
    case level, service, source, format, message, text, lines
    case field(Int)
  }

  enum Predicate {
    case among([Wildcard])
    /// The level itself, or one of those.
    case levels([Severity])
    case compares(Order, ReadNumber)
    case comparesLevel(Order, Severity)
    case matches(LineMatcher)
  }

  enum Order: String {
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    func holds<Value: Comparable>(_ a: Value, _ b: Value) -> Bool {
      switch self {
      case .less: a < b
      case .lessOrEqual: a <= b
      case .greater: a > b
      case .greaterOrEqual: a >= b
      }
    }
  }

  package init(_ text: String, library: FormatLibrary) throws(ConditionProblem) {
    self.text = text
    var reader = ConditionReader(text)
    root = try reader.condition()
    fields = FieldLookup(reader.fieldNames, library: library)
    answers = Array(repeating: [], count: reader.testCount)
  }

  /// Fields that were asked for and that no event had.
  package var unknownFields: [String] {
    guard fields.readCount > 0 else { return [] }
    return zip(fields.names, fields.foundCounts).compactMap { $1 == 0 ? $0 : nil }
  }

  package func holds(_ batch: EventBatch, _ index: Int, names: EventNames) -> Bool {
    fieldsAreRead = false
    return holds(root, batch, index, names)
  }

  private func holds(_ node: Node, _ batch: EventBatch, _ index: Int, _ names: EventNames) -> Bool {
    switch node {
    case .all(let nodes):
      for node in nodes where !holds(node, batch, index, names) { return false }
      return true
    case .any(let nodes):
      for node in nodes where holds(node, batch, index, names) { return true }
      return false
    case .not(let node): return !holds(node, batch, index, names)
    case .test(let test): return holds(test, batch, index, names)
    }
  }

  private func holds(_ test: Test, _ batch: EventBatch, _ index: Int, _ names: EventNames) -> Bool {
    let record = unsafe batch.records[index]
    switch test.subject {
    case .level:
      switch test.predicate {
      case .levels(let levels): return levels.contains(record.severity)
      case .comparesLevel(let order, let level):
        return record.severity != .unknown && order.holds(record.severity, level)
      case .among, .compares, .matches:
        return holds(test.predicate, name: record.severity.name)
      }
    case .service: return holds(test, number: record.service.rawValue, in: names.services)
    case .source: return holds(test, number: record.source.rawValue, in: names.sources)
    case .format: return holds(test, number: UInt32(record.format.rawValue), in: names.formats)
    case .message: return unsafe holds(test.predicate, batch.message(index))
    case .text: return unsafe holds(test.predicate, batch.raw(index))
    case .lines:
      if case .compares(let order, let number) = test.predicate {
        return order.holds(Double(record.lineCount), number.value)
      }
      return holds(test.predicate, name: String(record.lineCount))
    case .field(let number):
      if !fieldsAreRead {
        fields.read(index, of: batch, names: names)
        fieldsAreRead = true
      }
      guard let value = unsafe fields.value(number) else { return false }
      return unsafe holds(test.predicate, value)
    }
  }

  /// A name is asked once; an event then looks the answer up.
  private func holds(_ test: Test, number: UInt32, in table: NameTable) -> Bool {
    let index = Int(number)
    if index < answers[test.number].count, let known = answers[test.number][index] { return known }
    while answers[test.number].count <= index { answers[test.number].append(nil) }
    let answer = holds(test.predicate, name: table.name(number))
    answers[test.number][index] = answer
    return answer
  }

  private func holds(_ predicate: Predicate, name: String) -> Bool {
    var copy = name
    return copy.withUTF8 { bytes in unsafe holds(predicate, bytes) }
  }

  private func holds(_ predicate: Predicate, _ value: UnsafeBufferPointer<UInt8>) -> Bool {
    switch predicate {
    case .among(let texts):
      for text in texts where unsafe text.matches(value) { return true }
      return false
    case .compares(let order, let number):
      guard let own = unsafe ReadNumber(value) else { return false }
      return order.holds(own.value, number.value)
    case .matches(let matcher): return unsafe matcher.matches(value)
    case .levels, .comparesLevel: return false
    }
  }
}
