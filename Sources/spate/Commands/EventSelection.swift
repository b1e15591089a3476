internal import Events
internal import Patterns
internal import Pipeline

/// Which events a command prints.
struct EventSelection {
  private let matcher: LineMatcher?
  private let minimum: Severity
  private let services: [String]
  /// Any of these words.
  private let words: [WordSearch]
  private let condition: Condition?

  init(
    grep: String?, level: String?, services: [String], ids: [String], condition: Condition?
  ) throws {
    self.condition = condition
    guard ids.allSatisfy({ !$0.isEmpty }) else {
      throw UserMessage("--id: write a value", status: .usage)
    }
    words = ids.map { WordSearch($0) }
    do throws(PatternSyntaxError) {
      matcher = try grep.map { (text) throws(PatternSyntaxError) in try LineMatcher(text) }
    } catch {
      throw UserMessage(
        """
        --grep does not compile
              \(grep ?? "")
              \(String(repeating: " ", count: error.offset))^ \(error.message)
        """, status: .usage)
    }
    if let level {
      guard let severity = Severity.allCases.first(where: { $0.name == level.lowercased() }) else {
        let names = Severity.allCases.dropFirst().map(\.name).joined(separator: ", ")
        throw UserMessage("--level \(level): write one of \(names)", status: .usage)
      }
      minimum = severity
    } else {
      minimum = .unknown
    }
    self.services = services
  }

  var unknownFields: [String] { condition?.unknownFields ?? [] }

  /// Whether an event of the batch may pass: the words are looked for in all its bytes at once, before
  /// any event is looked at.
  func mayPass(_ batch: EventBatch) -> Bool {
    if words.isEmpty { return true }
    // SAFETY: the batch holds that many bytes, and nobody changes it meanwhile.
    let bytes = unsafe UnsafeBufferPointer(start: batch.bytes, count: batch.byteCount)
    for word in words where unsafe word.isSubstring(of: bytes) { return true }
    return false
  }

  func passes(_ batch: EventBatch, _ index: Int, names: EventNames) -> Bool {
    if !words.isEmpty {
      let raw = unsafe batch.raw(index)
      guard words.contains(where: { word in unsafe word.occurs(in: raw) }) else { return false }
    }
    let record = unsafe batch.records[index]
    if record.severity < minimum { return false }
    if !services.isEmpty, !services.contains(names.services.name(record.service.rawValue)) {
      return false
    }
    if let matcher, unsafe !matcher.matches(batch.raw(index)) { return false }
    return condition?.holds(batch, index, names: names) ?? true
  }
}
