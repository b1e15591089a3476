/// What must stand behind the time with which lines of an alternative begin.
struct TimeHead {
  /// Whether such lines begin with a time that `scanTimestamp` reads.
  private(set) var isThere = false
  /// What may follow the time, and the blanks behind it.
  private var behind = ByteSet()
  private var behindBlanks: ByteSet?

  init(ofAlternative firstOp: Int, in program: FormatProgramBuilder) {
    var index = firstOp
    while program.ops[index].kind == .messageStart { index += 1 }
    let op = program.ops[index]
    guard op.kind == .time, op.argument <= TimeKind.named.rawValue else { return }
    isThere = true
    behind = firstBytes(program, from: index + 1)
    let next = program.ops[index + 1]
    if next.kind == .gap {
      behindBlanks = firstBytes(program, from: index + 2)
    } else if next.kind == .literal, next.first == 0x20, next.literalCount > 1 {
      var set = ByteSet()
      set.insert(program.literals[Int(next.literalStart) + 1])
      behindBlanks = set
    }
  }

  /// Whether a line may fit where such a place is behind its time; any may that begins with none.
  func allows(_ place: PlaceBehindTime) -> Bool {
    guard isThere else { return true }
    guard place != .none else { return false }
    if place.byte != PlaceBehindTime.lineEnd, !behind.contains(place.byte) { return false }
    guard let behindBlanks, place.byteBehindBlanks != PlaceBehindTime.lineEnd else { return true }
    return behindBlanks.contains(place.byteBehindBlanks)
  }
}

/// What stands behind the time with which a line begins.
struct PlaceBehindTime: Equatable {
  /// Stands for the end of the line.
  static let lineEnd: UInt8 = 0x0a
  /// The line begins with no time.
  static let none = PlaceBehindTime(byte: 0, byteBehindBlanks: 0)

  var byte: UInt8
  var byteBehindBlanks: UInt8

  @inline(__always)
  init(byte: UInt8, byteBehindBlanks: UInt8) {
    self.byte = byte
    self.byteBehindBlanks = byteBehindBlanks
  }

  /// - Parameter position: Behind the time; negative where there is none.
  @inline(__always)
  init(_ t: LineBytes, behind position: Int, _ end: Int) {
    guard position >= 0 else {
      self = .none
      return
    }
    let next = behindBlanks(t, position, end)
    byte = position < end ? t[position] : Self.lineEnd
    byteBehindBlanks = next < end ? t[next] : Self.lineEnd
  }

  @inline(__always)
  var number: UInt64 { UInt64(byte) &<< 8 | UInt64(byteBehindBlanks) }
}
