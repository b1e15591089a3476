internal import Events

/// A way in which a format writes a line that a grok expression declares.
///
/// For users' own formats: an expression costs much more than a program of scanners, so it is asked only
/// for lines that no format fits which fitted lately.
struct ExpressionFormat: Sendable {
  /// What a group tells about the event.
  enum Role: Sendable {
    case time, level, service, message, field
  }

  /// Must match from the line's first byte on.
  let expression: GrokExpression
  /// As it is written, for saying where a line stops to fit.
  let source: SourceLine
  /// The names that it may use.
  let library: GrokLibrary
  let file: String
  /// Index into the library's formats.
  let format: Int
  /// For each of the expression's fields.
  let roles: [Role]
  /// Into the program's names, for each of the fields.
  let names: [UInt16]
  let levels: [(word: [UInt8], severity: Severity)]

  init(
    _ source: SourceLine, file: String, library: GrokLibrary,
    levels: [(word: [UInt8], severity: Severity)], into builder: inout FormatProgramBuilder
  ) throws(FormatProblem) {
    self.source = source
    self.library = library
    self.file = file
    self.levels = levels
    format = builder.formats.count
    do throws(PatternProblem) {
      let text = String(decoding: source.text, as: UTF8.self)
      let place = PatternPlace(file: file, line: source.line, column: source.column)
      // Compiled as it stands first, for what is wrong with it.
      _ = try library.compile(text, at: place)
      expression = try library.expand(text, at: place).atStart
    } catch {
      throw FormatProblem(error)
    }
    var taken: Set<String> = []
    roles = expression.fields.map { field in
      let role = Self.role(of: field.name)
      return role == .field || taken.insert("\(role)").inserted ? role : .field
    }
    var indices: [UInt16] = []
    for field in expression.fields { indices.append(builder.name(field.name)) }
    names = indices
  }

  /// The shipped and the user's names, and those that the format defines for itself.
  static func library(
    of declaration: FormatDeclaration, file: String, adding shipped: GrokLibrary
  ) throws(FormatProblem) -> GrokLibrary {
    var library = shipped
    for definition in declaration.definitions {
      let parts = definition.text.split(separator: 0x20, maxSplits: 1)
      let place = PatternPlace(file: file, line: definition.line, column: definition.column)
      guard parts.count == 2 else {
        throw FormatProblem(
          file: file, line: definition.line, column: definition.column,
          reason: "a definition is `NAME EXPRESSION`")
      }
      do throws(PatternProblem) {
        try library.define(
          String(decoding: parts[0], as: UTF8.self), String(decoding: parts[1], as: UTF8.self),
          at: place)
      } catch {
        throw FormatProblem(error)
      }
    }
    return library
  }

  /// By the names that logstash's patterns and the Elastic Common Schema use.
  private static func role(of name: String) -> Role {
    let plain = name.replacing("][", with: ".").filter { $0 != "[" && $0 != "]" }.lowercased()
    switch plain {
    case "time", "timestamp", "@timestamp", "ts", "date", "datetime", "timestamp8601", "logtime":
      return .time
    case "level", "loglevel", "log_level", "severity", "log.level", "lvl", "severity_label":
      return .level
    case "message", "msg", "logmessage", "log_message", "syslog_message", "text", "errormsg":
      return .message
    case "service", "service.name", "program", "process.name", "app", "application":
      return .service
    default: return .field
    }
  }
}

extension FormatProblem {
  init(_ problem: PatternProblem) {
    self.init(
      file: problem.place.file, line: problem.place.line, column: problem.place.column,
      reason: problem.reasonText)
  }
}
