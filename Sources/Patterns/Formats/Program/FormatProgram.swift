internal import Events

/// Everything the interpreter reads, as plain pointers; valid as long as its `FormatProgram` lives.
@safe
struct FormatTables {
  let ops: UnsafeMutablePointer<FormatOp>
  let literals: UnsafeMutablePointer<UInt8>
  let alternatives: UnsafeMutablePointer<FormatAlternative>
  /// Alternatives that a line with a given first byte may fit: `dispatchStarts[byte] ..< dispatchStarts[byte + 1]`.
  let dispatch: UnsafeMutablePointer<UInt16>
  let dispatchStarts: UnsafeMutablePointer<UInt32>
  let levels: UnsafeMutablePointer<LevelWord>
  let classes: ByteClasses

  // SAFETY (all): indices come from the compiler, which wrote the tables.
  @inline(__always) func ops(from i: Int) -> OpCursor { unsafe OpCursor(op: ops + i) }
  @inline(__always) func literal(_ op: FormatOp) -> LineBytes {
    unsafe LineBytes(literals + Int(op.literalStart))
  }
  @inline(__always) func alternative(_ i: Int) -> FormatAlternative { unsafe alternatives[i] }
  @inline(__always) func level(_ i: Int) -> LevelWord { unsafe levels[i] }
  @inline(__always) func candidates(_ byte: UInt8) -> Range<Int> {
    unsafe Int(dispatchStarts[Int(byte)])..<Int(dispatchStarts[Int(byte) + 1])
  }
  @inline(__always) func candidate(_ i: Int) -> Int { unsafe Int(dispatch[i]) }
}

/// The classes of each byte.
@safe
struct ByteClasses {
  let table: UnsafeMutablePointer<UInt8>

  // SAFETY: the table has an entry for each byte.
  @inline(__always) subscript(_ byte: UInt8) -> UInt8 { unsafe table[Int(byte)] }
}

/// The op that comes next; every alternative's ops end with `end`.
@safe
struct OpCursor {
  private var op: UnsafeMutablePointer<FormatOp>

  @inline(__always) init(op: UnsafeMutablePointer<FormatOp>) { unsafe self.op = unsafe op }

  // SAFETY: nothing is read behind an alternative's `end`.
  @inline(__always) mutating func next() -> FormatOp {
    let current = unsafe op.pointee
    unsafe op += 1
    return current
  }
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
    unsafe tables = FormatTables(
      ops: copy(parts.ops), literals: copy(parts.literals + Array(repeating: 0, count: 8)),
      alternatives: copy(parts.alternatives), dispatch: copy(dispatch),
      dispatchStarts: copy(starts), levels: copy(parts.levels),
      classes: ByteClasses(table: copy(ByteClass.table)))
  }

  deinit {
    unsafe tables.ops.deallocate()
    unsafe tables.literals.deallocate()
    unsafe tables.alternatives.deallocate()
    unsafe tables.dispatch.deallocate()
    unsafe tables.dispatchStarts.deallocate()
    unsafe tables.levels.deallocate()
    unsafe tables.classes.table.deallocate()
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

  mutating func name(_ text: String) -> UInt16 {
    if let index = names.firstIndex(of: text) { return UInt16(index) }
    names.append(text)
    return UInt16(names.count - 1)
  }
}
