internal import Patterns
internal import Pipeline

/// A condition as a person writes it behind `--where`.
enum ConditionArgument {
  /// What every `--help` says of it.
  static let help = """
    WHERE:
      FIELD = VALUE    * stands for anything: status = 5*; FIELD = * asks whether it is there
      FIELD in (A, B)  != is its contrary; < <= > >= compare numbers (units count: > 1.5s) and levels
      FIELD ~ RE       a PCRE2 expression finds something in it; !~ does not
      and, or, not and ( ) join them. Fields: service, level, source, format, message, text (all
      lines), lines, and the event's own, as 'spate parse --json' shows them: http.status, order_id.
    """

  static func condition(
    _ text: String?, option: String = "--where", library: FormatLibrary
  ) throws -> Condition? {
    guard let text else { return nil }
    do throws(ConditionProblem) {
      return try Condition(text, library: library)
    } catch {
      throw UserMessage(
        """
        \(option) cannot be read
              \(TextSafety.printable(text))
              \(String(repeating: " ", count: error.offset))^ \(error.message)
        """, status: .usage)
    }
  }

  /// Says which fields nobody had: most often a slip.
  static func note(unknownFields: [String]) {
    for name in unknownFields { Console.error("spate: no event has a field '\(name)'") }
  }
}
