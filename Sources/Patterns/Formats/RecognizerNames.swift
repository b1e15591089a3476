internal import Events

/// The numbers of services and formats that one recogniser met, so that few lines ask the tables.
@safe
struct RecognizerNames: ~Copyable {
  private static let unset = UInt32.max
  private static let slotCount = 128

  /// A service's name of up to 16 bytes, and its number.
  private struct Slot {
    var low: UInt64 = 0
    var high: UInt64 = 0
    var count = 0
    var number: UInt32 = 0
  }

  private let formats: UnsafeMutablePointer<UInt32>
  private let slots: UnsafeMutablePointer<Slot>
  private var standard = RecognizerNames.unset

  init(formatCount: Int) {
    unsafe formats = .allocate(capacity: formatCount)
    unsafe formats.initialize(repeating: Self.unset, count: formatCount)
    unsafe slots = .allocate(capacity: Self.slotCount)
    unsafe slots.initialize(repeating: Slot(), count: Self.slotCount)
  }

  deinit {
    unsafe formats.deallocate()
    unsafe slots.deallocate()
  }

  /// The service that stands for a source whose lines name none.
  @inline(__always)
  mutating func defaultService(
    _ options: borrowing RecognizerOptions, _ names: inout EventNames
  ) -> ServiceID {
    if standard == Self.unset { standard = names.services.intern(options.serviceName) }
    return ServiceID(rawValue: standard)
  }

  mutating func service(
    _ t: LineBytes, _ from: Int, _ to: Int, _ names: inout EventNames
  ) -> ServiceID {
    let count = to &- from
    guard count <= 16 else { return intern(t, from, to, &names) }
    var low = t.word(from)
    var high: UInt64 = 0
    if count < 8 {
      low &= UInt64.max >> UInt64(64 &- count &* 8)
    } else if count > 8 {
      high = t.word(to &- 8)
    }
    let hash = (low ^ (high &* 31) ^ UInt64(count)) &* 0x9e37_79b9_7f4a_7c15
    let slot = Int(truncatingIfNeeded: hash >> 57)
    // SAFETY: `slot` is below 128.
    let known = unsafe slots[slot]
    if known.count == count, known.low == low, known.high == high {
      return ServiceID(rawValue: known.number)
    }
    let id = intern(t, from, to, &names)
    unsafe slots[slot] = Slot(low: low, high: high, count: count, number: id.rawValue)
    return id
  }

  private func intern(
    _ t: LineBytes, _ from: Int, _ to: Int, _ names: inout EventNames
  ) -> ServiceID {
    // SAFETY: the range lies in the buffer that `t` reads.
    let bytes = unsafe UnsafeBufferPointer(start: t.base + from, count: to - from)
    return unsafe ServiceID(rawValue: names.services.intern(bytes))
  }

  /// The number of the library's format in the tables of names.
  @inline(__always)
  mutating func format(
    _ index: Int, _ library: borrowing FormatLibrary, _ names: inout EventNames
  ) -> FormatID {
    // SAFETY: the reader answers with numbers below the count that this was made for.
    let known = unsafe formats[index]
    if known != Self.unset { return FormatID(rawValue: UInt16(truncatingIfNeeded: known)) }
    let number = names.formats.intern(library.formatName(index))
    unsafe formats[index] = number
    return FormatID(rawValue: UInt16(truncatingIfNeeded: number))
  }
}
