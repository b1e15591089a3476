internal import Events

/// Everything the interpreter reads; valid as long as its `FormatProgram` lives.
@safe
struct FormatTables {
  @unsafe struct Parts {
    let ops: UnsafeMutablePointer<FormatOp>
    /// The same steps; they keep no fields.
    let bareOps: UnsafeMutablePointer<FormatOp>
    let literals: UnsafeMutablePointer<UInt8>
    let alternatives: UnsafeMutablePointer<FormatAlternative>
    /// For each alternative, what a line must hold to fit it.
    let hallmarks: UnsafeMutablePointer<Hallmarks>
    /// For each alternative, the questions of `FormatTrials` that it asks.
    let trials: UnsafeMutablePointer<UInt64>
    let lineHeads: UnsafeMutablePointer<LineHead>
    let headSets: UnsafeMutablePointer<HeadBytes.Sets>
    /// Alternatives that a line with a given first byte may fit: `dispatchStarts[byte] ..< dispatchStarts[byte + 1]`.
    let dispatch: UnsafeMutablePointer<UInt16>
    let dispatchStarts: UnsafeMutablePointer<UInt32>
    let levels: UnsafeMutablePointer<LevelWord>
    let classes: UnsafeMutablePointer<UInt8>
    let hallmarkBits: UnsafeMutablePointer<UInt64>
  }

  /// One pointer, so that the tables travel in a register.
  fileprivate let parts: UnsafeMutablePointer<Parts>

  // SAFETY (all): indices come from the compiler, which wrote the tables.
  @inline(__always) var classes: ByteClasses {
    unsafe ByteClasses(table: parts.pointee.classes)
  }
  @inline(__always) func ops(from i: Int, isBare: Bool) -> OpCursor {
    unsafe OpCursor((isBare ? parts.pointee.bareOps : parts.pointee.ops) + i)
  }
  @inline(__always) func literal(_ start: Int) -> LineBytes {
    unsafe LineBytes(parts.pointee.literals + start)
  }
  @inline(__always) func alternative(_ i: Int) -> FormatAlternative {
    unsafe parts.pointee.alternatives[i]
  }
  @inline(__always) func firstOp(_ i: Int) -> Int {
    unsafe Int(parts.pointee.alternatives[i].firstOp)
  }
  @inline(__always) func format(_ i: Int) -> Int {
    unsafe Int(parts.pointee.alternatives[i].format)
  }
  @inline(__always) func hallmarks(_ i: Int) -> Hallmarks { unsafe parts.pointee.hallmarks[i] }
  @inline(__always) func trials(_ i: Int) -> UInt64 { unsafe parts.pointee.trials[i] }
  func lineHead(_ i: Int) -> LineHead { unsafe parts.pointee.lineHeads[i] }
  @inline(__always) func allows(_ bytes: HeadBytes, _ i: Int) -> Bool {
    unsafe parts.pointee.headSets[i].allow(bytes)
  }
  @inline(__always) func hallmarkBit(_ byte: UInt8) -> UInt64 {
    unsafe parts.pointee.hallmarkBits[Int(byte)]
  }
  @inline(__always) func level(_ i: Int) -> LevelWord { unsafe parts.pointee.levels[i] }
  @inline(__always) func candidates(_ byte: UInt8) -> Range<Int> {
    unsafe Int(
      parts.pointee.dispatchStarts[Int(byte)])..<Int(
        parts.pointee.dispatchStarts[Int(byte) + 1])
  }
  @inline(__always) func candidate(_ i: Int) -> Int { unsafe Int(parts.pointee.dispatch[i]) }
}

/// The classes of each byte.
@safe
struct ByteClasses {
  let table: UnsafeMutablePointer<UInt8>

  // SAFETY: the table has an entry for each byte.
  @inline(__always) subscript(_ byte: UInt8) -> UInt8 { unsafe table[Int(byte)] }
}

/// The op at hand; every alternative's ops end with `end`.
@safe
struct OpCursor {
  private var op: UnsafeMutablePointer<FormatOp>

  @inline(__always) init(_ op: UnsafeMutablePointer<FormatOp>) { unsafe self.op = unsafe op }

  // SAFETY: nothing is read behind an alternative's `end`. One by one, since most steps need few.
  @inline(__always) mutating func advance() { unsafe op += 1 }
  @inline(__always) var value: FormatOp { unsafe op.pointee }
  @inline(__always) var kind: FormatOp.Kind { unsafe op.pointee.kind }
  @inline(__always) var argument: UInt8 { unsafe op.pointee.argument }
  @inline(__always) var scanner: UInt8 { unsafe op.pointee.scanner }
  @inline(__always) var isChecked: Bool { unsafe op.pointee.isChecked }
  @inline(__always) var first: UInt8 { unsafe op.pointee.first }
  @inline(__always) var stopsAtLiteral: Bool { unsafe op.pointee.stopsAtLiteral }
  @inline(__always) var trial: UInt8 { unsafe op.pointee.trial }
  @inline(__always) var name: UInt16 { unsafe op.pointee.name }
  @inline(__always) var keeps: FormatOp.Keeping { unsafe op.pointee.keeps }
  @inline(__always) var literalStart: Int { unsafe Int(op.pointee.literalStart) }
  @inline(__always) var literalCount: Int { unsafe Int(op.pointee.literalCount) }
}

/// One way in which a format writes a line.
struct FormatAlternative {
  var firstOp: UInt32
  /// Index into the library's formats.
  var format: UInt16
  var levelStart: UInt16
  var levelCount: UInt16
}

/// A level's word in a format's own map: lower case, up to eight bytes.
struct LevelWord {
  var word: UInt64
  var severity: Severity
}

/// Compiled formats: owns the tables that `FormatTables` points into.
@safe
final class FormatProgram: @unchecked Sendable {
  // SAFETY of `@unchecked`: written once, before anybody else has it.
  let tables: FormatTables
  /// The names that ops refer to.
  let names: [String]
  /// The formats' names, in the order in which they are tried.
  let formats: [String]
  /// For each format, whether each of its events is one line.
  let singleLine: UnsafeMutablePointer<Bool>
  let alternativeCount: Int
  /// Formats that a regular expression declares; their alternatives are numbered behind the others.
  let expressions: [ExpressionFormat]

  init(_ parts: FormatProgramBuilder) {
    func copy<T>(_ array: [T]) -> UnsafeMutablePointer<T> {
      let memory = UnsafeMutablePointer<T>.allocate(capacity: max(array.count, 1))
      for (index, value) in array.enumerated() {
        unsafe (memory + index).initialize(to: value)
      }
      return unsafe memory
    }
    var dispatch: [UInt16] = []
    var starts: [UInt32] = []
    for byte in UInt8.min...UInt8.max {
      starts.append(UInt32(dispatch.count))
      for (index, set) in parts.firstBytes.enumerated() where set.contains(byte) {
        dispatch.append(UInt16(index))
      }
    }
    starts.append(UInt32(dispatch.count))
    names = parts.names
    formats = parts.formats
    unsafe singleLine = copy(parts.singleLine)
    alternativeCount = parts.alternatives.count
    expressions = parts.expressions
    let trials = FormatTrials(parts)
    let ops = parts.ops.indices.map { index in
      var op = parts.ops[index].specialised
      op.trial = trials.ofOps[index]
      return op
    }
    let heads = parts.alternatives.map { LineHead(of: $0, in: parts) }
    unsafe tables = FormatTables(
      parts: copy([
        FormatTables.Parts(
          ops: copy(ops), bareOps: copy(ops.map(\.withoutField)),
          literals: copy(parts.literals + Array(repeating: 0, count: 8)),
          alternatives: copy(parts.alternatives),
          hallmarks: copy(
            parts.alternatives.map { Hallmarks(ofAlternative: Int($0.firstOp), in: parts) }),
          trials: copy(trials.ofAlternatives),
          lineHeads: copy(heads), headSets: copy(heads.map(\.bytes)),
          dispatch: copy(dispatch), dispatchStarts: copy(starts), levels: copy(parts.levels),
          classes: copy(ByteClass.table), hallmarkBits: copy(Hallmarks.table))
      ]))
  }

  deinit {
    let parts = unsafe tables.parts
    unsafe parts.pointee.ops.deallocate()
    unsafe parts.pointee.bareOps.deallocate()
    unsafe parts.pointee.literals.deallocate()
    unsafe parts.pointee.alternatives.deallocate()
    unsafe parts.pointee.hallmarks.deallocate()
    unsafe parts.pointee.trials.deallocate()
    unsafe parts.pointee.lineHeads.deallocate()
    unsafe parts.pointee.headSets.deallocate()
    unsafe parts.pointee.dispatch.deallocate()
    unsafe parts.pointee.dispatchStarts.deallocate()
    unsafe parts.pointee.levels.deallocate()
    unsafe parts.pointee.classes.deallocate()
    unsafe parts.pointee.hallmarkBits.deallocate()
    unsafe parts.deallocate()
    unsafe singleLine.deallocate()
  }
}

/// A program as it grows, format by format.
struct FormatProgramBuilder {
  var ops: [FormatOp] = []
  var literals: [UInt8] = []
  var alternatives: [FormatAlternative] = []
  var firstBytes: [ByteSet] = []
  var levels: [LevelWord] = []
  var names: [String] = FieldName.reserved
  var formats: [String] = []
  var singleLine: [Bool] = []
  var expressions: [ExpressionFormat] = []

  /// How long everything is, so that what was added since can be taken away.
  struct Mark {
    fileprivate var ops, literals, alternatives, firstBytes, levels, names, formats: Int
    fileprivate var singleLine, expressions: Int
  }

  var mark: Mark {
    Mark(
      ops: ops.count, literals: literals.count, alternatives: alternatives.count,
      firstBytes: firstBytes.count, levels: levels.count, names: names.count,
      formats: formats.count, singleLine: singleLine.count, expressions: expressions.count)
  }

  mutating func cut(to mark: Mark) {
    ops.removeLast(ops.count - mark.ops)
    literals.removeLast(literals.count - mark.literals)
    alternatives.removeLast(alternatives.count - mark.alternatives)
    firstBytes.removeLast(firstBytes.count - mark.firstBytes)
    levels.removeLast(levels.count - mark.levels)
    names.removeLast(names.count - mark.names)
    formats.removeLast(formats.count - mark.formats)
    singleLine.removeLast(singleLine.count - mark.singleLine)
    expressions.removeLast(expressions.count - mark.expressions)
  }

  mutating func name(_ text: String) -> UInt16 {
    if let index = names.firstIndex(of: text) { return UInt16(index) }
    names.append(text)
    return UInt16(names.count - 1)
  }
}
