/// Writes out the references of a grok expression, and turns Oniguruma's syntax into PCRE2's.
///
/// Groups that fill a field get names of their own (`g1`, `g2`, …): a field's name may hold any
/// character and come more than once, a PCRE2 group's may not.
struct GrokExpander {
  /// A stretch of output, and where it was copied from.
  struct Segment: Sendable {
    var outputStart: Int
    var origin: GrokOrigin
    var sourceStart: Int
  }

  /// Bytes that an expression may grow to when all its references are written out.
  static let byteLimit = 64 << 10

  private let library: GrokLibrary
  private var output: [UInt8] = []
  private var map: [Segment] = []
  private var fields: [GrokExpression.Field] = []
  private var fieldIndex: [String: Int] = [:]
  private var groupCount = 0
  private var names: [String] = []
  /// Names that are being written out, outermost first.
  private var open: [String] = []

  init(library: GrokLibrary) { self.library = library }

  func finish() -> GrokExpression {
    GrokExpression(
      expression: String(decoding: output, as: UTF8.self), fields: fields, map: map,
      names: names)
  }

  mutating func append(
    _ expression: [UInt8], origin: GrokOrigin, named name: String? = nil
  ) throws(PatternProblem) {
    if let name { open.append(name) }
    defer { if name != nil { open.removeLast() } }
    var reader = GrokReader(expression)
    while true {
      let start = reader.index
      map.append(Segment(outputStart: output.count, origin: origin, sourceStart: start))
      let part: GrokReader.Part?
      do throws(GrokReader.Failure) {
        part = try reader.next()
      } catch {
        throw PatternProblem(error.reason, at: origin.place(at: error.offset))
      }
      guard let part else { break }
      switch part {
      case .text(let bytes): output += bytes
      case .fieldGroup(let field): openGroup(field: field, type: .text)
      case .backReference(let field): try appendBackReference(field, at: origin.place(at: start))
      case .reference(let reference): try append(reference, at: origin.place(at: start))
      }
      if output.count > Self.byteLimit {
        throw PatternProblem(.tooLong(byteLimit: Self.byteLimit), at: origin.place(at: start))
      }
    }
  }

  private mutating func append(
    _ reference: GrokReader.Reference, at place: PatternPlace
  ) throws(PatternProblem) {
    if let field = reference.field {
      openGroup(field: field, type: reference.type)
    } else {
      output += Array("(?:".utf8)
    }
    if let inline = reference.inlineDefinition {
      try append(inline, origin: GrokOrigin(place: place, text: inline))
    } else {
      guard let definition = library.definitions[reference.name] else {
        throw PatternProblem(.unknownName(reference.name), at: place)
      }
      if let cycleStart = open.firstIndex(of: reference.name) {
        throw PatternProblem(.recursion(open[cycleStart...] + [reference.name]), at: place)
      }
      try append(definition.expression, origin: definition.origin, named: reference.name)
      if !names.contains(reference.name) { names.append(reference.name) }
    }
    output.append(UInt8(ascii: ")"))
  }

  /// Opens a capturing group whose text becomes the field's.
  private mutating func openGroup(field name: String, type: GrokFieldType) {
    groupCount += 1
    let group = "g\(groupCount)"
    output += Array("(?<\(group)>".utf8)
    if let index = fieldIndex[name] {
      fields[index].groups.append(group)
      if fields[index].type == .text { fields[index].type = type }
    } else {
      fieldIndex[name] = fields.count
      fields.append(GrokExpression.Field(name: name, type: type, groups: [group]))
    }
  }

  private mutating func appendBackReference(
    _ field: String, at place: PatternPlace
  ) throws(PatternProblem) {
    guard let index = fieldIndex[field], let group = fields[index].groups.last else {
      throw PatternProblem(.unknownName(field), at: place)
    }
    output += Array("\\k<\(group)>".utf8)
  }
}
