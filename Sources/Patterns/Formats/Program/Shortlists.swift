/// The alternatives that lines may fit by their first byte, the signs that they hold, and their head;
/// for those combinations that came last.
///
/// Most lines of a source are alike in this. It only ever saves work.
@safe
struct Shortlists: ~Copyable {
  private struct List {
    var signs: UInt64 = 0
    /// 256 in a list that was never made.
    var first: UInt16 = 256
    /// `HeadPlaces.number`.
    var places: UInt64 = 0
    var count: UInt16 = 0
  }

  private static let listCount = 32

  private let lists: UnsafeMutablePointer<List>
  /// The numbers of the alternatives, list behind list.
  private let numbers: UnsafeMutablePointer<UInt16>
  /// As many as a list can have.
  private let stride: Int

  init(_ tables: FormatTables) {
    stride = (UInt8.min...UInt8.max).map { tables.candidates($0).count }.max() ?? 0
    unsafe lists = .allocate(capacity: Self.listCount)
    unsafe lists.initialize(repeating: List(), count: Self.listCount)
    unsafe numbers = .allocate(capacity: max(Self.listCount * stride, 1))
  }

  deinit {
    unsafe lists.deallocate()
    unsafe numbers.deallocate()
  }

  /// The alternatives for a line that begins with `first` and holds `held`, of which letters are left
  /// out of account. Valid until the next call.
  @inline(__always)
  func candidates(
    _ first: UInt8, _ held: Hallmarks, _ places: HeadPlaces, _ tables: FormatTables
  ) -> UnsafeBufferPointer<UInt16> {
    let signs = held.signs
    let head = (places.number &<< 8 | UInt64(first)) &* 0x9FB2_1C65_1E98_DF25
    let mixed = (signs ^ head) &* 0x9E37_79B9_7F4A_7C15
    let index = Int(truncatingIfNeeded: mixed &>> 59)
    // SAFETY: five bits name one of 32 lists.
    let list = unsafe lists + index
    if unsafe list.pointee.signs != signs || list.pointee.first != UInt16(first)
      || list.pointee.places != places.number
    {
      make(index, first, signs, places, tables)
    }
    return unsafe UnsafeBufferPointer(
      start: numbers + index &* stride, count: Int(list.pointee.count))
  }

  @inline(never)
  private func make(
    _ index: Int, _ first: UInt8, _ signs: UInt64, _ places: HeadPlaces,
    _ tables: FormatTables
  ) {
    var count = 0
    for number in tables.candidates(first) {
      let candidate = tables.candidate(number)
      if tables.hallmarks(candidate).signs & ~signs != 0 { continue }
      if !tables.lineHead(candidate).allows(places) { continue }
      // SAFETY: no byte has more candidates than `stride`.
      unsafe numbers[index &* stride &+ count] = UInt16(truncatingIfNeeded: candidate)
      count &+= 1
    }
    unsafe lists[index] = List(
      signs: signs, first: UInt16(first), places: places.number,
      count: UInt16(truncatingIfNeeded: count))
  }
}
