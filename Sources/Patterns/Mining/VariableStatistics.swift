internal import Events

/// What one variable of a pattern has held.
///
/// Values are taken from a sample of the events: all of the first 64 of a pattern, then 32 for
/// each doubling. Counts are scaled up by as much.
package struct VariableStatistics: Sendable {
  /// The kind of its values as in the template: `num`, `ip`, `*`.
  package var type: String
  /// The key before it (`user=`), where there is one.
  package var name: String?
  package var distinctCount: Int
  /// Whether no value was forgotten and every event was looked at.
  package var distinctIsExact: Bool
  /// Largest first; counts are estimates once `distinctIsExact` is false.
  package var topValues: [(value: String, count: UInt64)]
  /// p50, p95 and p99, in the unit of the text; nil where values are no numbers. Exact while no value was
  /// forgotten, within 9 % then.
  package var quantiles: (Double, Double, Double)?
}

/// A bounded summary of the values of one slot.
struct SlotSketch {
  /// Values kept apart; beyond that the rarest gives way (Space-Saving, Metwally et al., 2005).
  static let valueLimit = 12
  /// Bytes of a value that are kept for show.
  static let valueByteLimit = 32

  private var values: [Value] = []
  private var forgotten = false
  /// HyperLogLog registers (Flajolet et al., 2007), made once values were forgotten.
  private var registers: [UInt8] = []
  private var histogram: LogHistogram?

  fileprivate struct Value {
    var hash: UInt64
    var count: UInt32
    var byteCount: UInt8
    var bytes: (UInt64, UInt64, UInt64, UInt64)
  }

  /// Takes in a value that stands for `weight` events.
  mutating func add(_ bytes: UnsafeBufferPointer<UInt8>, isNumber: Bool, weight: UInt32) {
    let hash = unsafe Self.hash(bytes)
    if isNumber, let number = unsafe parseNumber(bytes) {
      if histogram == nil { histogram = LogHistogram() }
      histogram?.add(number, weight: weight)
    }
    if let known = values.firstIndex(where: { $0.hash == hash }) {
      values[known].count &+= weight
      return
    }
    var value = Value(
      hash: hash, count: weight, byteCount: UInt8(min(bytes.count, Self.valueByteLimit)),
      bytes: (0, 0, 0, 0))
    // SAFETY: at most `valueByteLimit` bytes are copied, the size of the tuple.
    unsafe withUnsafeMutableBytes(of: &value.bytes) { target in
      for i in 0..<Int(value.byteCount) { unsafe target[i] = bytes[i] }
    }
    add(value)
  }

  /// Takes in a value that is not among those kept.
  private mutating func add(_ value: Value) {
    if !registers.isEmpty { register(value.hash) }
    if values.count < Self.valueLimit {
      values.append(value)
      return
    }
    if !forgotten {
      forgotten = true
      registers = Array(repeating: 0, count: 64)
      for known in values { register(known.hash) }
      register(value.hash)
    }
    var smallest = 0
    for index in values.indices where values[index].count < values[smallest].count {
      smallest = index
    }
    var value = value
    value.count &+= values[smallest].count
    values[smallest] = value
  }

  /// Takes in what another summary holds.
  mutating func merge(_ other: SlotSketch) {
    if !other.registers.isEmpty, registers.isEmpty {
      forgotten = true
      registers = Array(repeating: 0, count: 64)
      for known in values { register(known.hash) }
    }
    for (index, rank) in other.registers.enumerated() where rank > registers[index] {
      registers[index] = rank
    }
    for value in other.values {
      if let known = values.firstIndex(where: { $0.hash == value.hash }) {
        values[known].count &+= value.count
      } else {
        add(value)
      }
    }
    if let theirs = other.histogram {
      if histogram == nil { histogram = LogHistogram() }
      histogram?.merge(theirs)
    }
  }

  /// Events whose values were taken in, about.
  var eventCount: UInt64 { values.reduce(0) { $0 + UInt64($1.count) } }

  private mutating func register(_ hash: UInt64) {
    let index = Int(truncatingIfNeeded: hash & 63)
    let rank = UInt8((hash >> 6).leadingZeroBitCount - 5)
    if rank > registers[index] { registers[index] = rank }
  }

  private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for i in 0..<bytes.count {
      hash = unsafe (hash ^ UInt64(bytes[i])) &* 0x100_0000_01B3
    }
    hash ^= hash >> 32
    hash = hash &* 0xD6E8_FEB8_6659_FD93
    return hash ^ (hash >> 32)
  }

  /// How many values there were: exact unless one was forgotten.
  var distinct: (count: Int, isExact: Bool) {
    guard forgotten else { return (values.count, true) }
    var sum = 0.0
    var zeros = 0
    for register in registers {
      sum += 1 / Double(UInt64(1) << UInt64(min(register, 63)))
      if register == 0 { zeros += 1 }
    }
    let m = Double(registers.count)
    var estimate = 0.709 * m * m / sum
    if estimate <= 2.5 * m, zeros > 0 { estimate = Self.linearCount(m, zeros) }
    return (max(Self.valueLimit + 1, Int(estimate)), false)
  }

  /// Linear counting, m ln(m / zeros), by the harmonic sum that it is close to.
  private static func linearCount(_ m: Double, _ zeros: Int) -> Double {
    var sum = 0.0
    for step in zeros..<Int(m) { sum += 1 / (Double(step) + 0.5) }
    return m * sum
  }

  /// The values with the largest counts, largest first.
  var top: [(value: String, count: UInt64)] {
    values.sorted { ($0.count, $1.hash) > ($1.count, $0.hash) }.map { value in
      let text = unsafe withUnsafeBytes(of: value.bytes) {
        unsafe String(decoding: $0.prefix(Int(value.byteCount)), as: UTF8.self)
      }
      return (value.byteCount == Self.valueByteLimit ? text + "…" : text, UInt64(value.count))
    }
  }

  var quantiles: (Double, Double, Double)? {
    guard let histogram else { return nil }
    if forgotten {
      return (histogram.quantile(0.5), histogram.quantile(0.95), histogram.quantile(0.99))
    }
    let numbers = values.compactMap { value in
      let number = unsafe withUnsafeBytes(of: value.bytes) {
        unsafe parseNumber(
          UnsafeBufferPointer(rebasing: $0.bindMemory(to: UInt8.self)[..<Int(value.byteCount)]))
      }
      return number.map { (number: $0, count: UInt64(value.count)) }
    }.sorted { $0.number < $1.number }
    func quantile(_ q: Double) -> Double {
      var left = (Double(numbers.reduce(0) { $0 + $1.count }) * q).rounded(.up)
      for (number, count) in numbers {
        left -= Double(count)
        if left <= 0 { return number }
      }
      return numbers.last?.number ?? 0
    }
    return (quantile(0.5), quantile(0.95), quantile(0.99))
  }
}

extension SlotSketch: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(varint: UInt64(values.count))
    for value in values { value.encode(into: &encoder) }
    encoder.encode(forgotten)
    encoder.encode(column: registers)
    encoder.encode(histogram)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    for _ in 0..<(try decoder.decodeIndex(below: Self.valueLimit + 1)) {
      values.append(try Value(decoding: &decoder))
    }
    forgotten = try decoder.decode()
    registers = try decoder.decodeColumn()
    histogram = try decoder.decode()
    guard registers.count == (forgotten ? 64 : 0) else { throw .invalid("registers") }
  }
}

extension SlotSketch.Value {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(varint: UInt64(byteCount))
    encoder.encode(varint: UInt64(count))
    encoder.encode(bits: hash)
    if byteCount > 0 { encoder.encode(bits: bytes.0) }
    if byteCount > 8 { encoder.encode(bits: bytes.1) }
    if byteCount > 16 { encoder.encode(bits: bytes.2) }
    if byteCount > 24 { encoder.encode(bits: bytes.3) }
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    byteCount = UInt8(try decoder.decodeIndex(below: SlotSketch.valueByteLimit + 1))
    count = try decoder.decode()
    hash = try decoder.decodeBits()
    bytes = (0, 0, 0, 0)
    if byteCount > 0 { bytes.0 = try decoder.decodeBits() }
    if byteCount > 8 { bytes.1 = try decoder.decodeBits() }
    if byteCount > 16 { bytes.2 = try decoder.decodeBits() }
    if byteCount > 24 { bytes.3 = try decoder.decodeBits() }
  }
}

/// Counts of numbers in bins of a quarter octave: any two of them add up bin by bin.
struct LogHistogram {
  private static let binsPerOctave = 4
  private static let binCount = 160
  /// The lower edge of bin 0: 2 to this power.
  private static let lowestPower = -10

  private var zeroCount: UInt64 = 0
  private var bins: [UInt32] = Array(repeating: 0, count: binCount)
  /// The same for numbers below zero, by their magnitude; empty until there is one.
  private var negativeBins: [UInt32] = []

  mutating func add(_ number: Double, weight: UInt32) {
    let magnitude = number.magnitude
    if magnitude == 0 {
      zeroCount += UInt64(weight)
      return
    }
    // Linear within an octave: bins of 1, 1.25, 1.5, 1.75.
    let within = Int((magnitude.significand - 1) * Double(Self.binsPerOctave))
    let bin = (Int(magnitude.exponent) - Self.lowestPower) * Self.binsPerOctave + within
    let place = min(max(bin, 0), Self.binCount - 1)
    if number > 0 {
      bins[place] = bins[place] &+ weight
    } else {
      if negativeBins.isEmpty { negativeBins = Array(repeating: 0, count: Self.binCount) }
      negativeBins[place] = negativeBins[place] &+ weight
    }
  }

  mutating func merge(_ other: LogHistogram) {
    zeroCount += other.zeroCount
    for index in bins.indices { bins[index] = bins[index] &+ other.bins[index] }
    if other.negativeBins.isEmpty { return }
    if negativeBins.isEmpty { negativeBins = Array(repeating: 0, count: Self.binCount) }
    for index in negativeBins.indices {
      negativeBins[index] = negativeBins[index] &+ other.negativeBins[index]
    }
  }

  /// The middle of the bin in which the quantile lies.
  func quantile(_ q: Double) -> Double {
    let total = (bins + negativeBins).reduce(zeroCount) { $0 + UInt64($1) }
    var left = (Double(total) * q).rounded(.up)
    for (bin, count) in negativeBins.enumerated().reversed() {
      left -= Double(count)
      if left <= 0 { return -Self.middle(of: bin) }
    }
    left -= Double(zeroCount)
    if left <= 0 { return 0 }
    for (bin, count) in bins.enumerated() {
      left -= Double(count)
      if left <= 0 { return Self.middle(of: bin) }
    }
    return 0
  }

  private static func middle(of bin: Int) -> Double {
    let power = bin / binsPerOctave + lowestPower
    let step = (Double(bin % binsPerOctave) + 0.5) / Double(binsPerOctave)
    return Double(sign: .plus, exponent: power, significand: 1 + step)
  }
}

extension LogHistogram: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(zeroCount)
    for bins in [bins, negativeBins] {
      encoder.encode(varint: UInt64(bins.count { $0 != 0 }))
      for (bin, count) in bins.enumerated() where count != 0 {
        encoder.encode(varint: UInt64(bin))
        encoder.encode(varint: UInt64(count))
      }
    }
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    zeroCount = try decoder.decode()
    try Self.decode(&bins, by: &decoder)
    try Self.decode(&negativeBins, by: &decoder)
  }

  private static func decode(
    _ bins: inout [UInt32], by decoder: inout StateDecoder
  ) throws(StateError) {
    let count = try decoder.decodeIndex(below: binCount + 1)
    if count > 0, bins.isEmpty { bins = Array(repeating: 0, count: binCount) }
    for _ in 0..<count {
      let bin = try decoder.decodeIndex(below: binCount)
      bins[bin] = try decoder.decode()
    }
  }
}

/// The number that a value begins with, sign and fraction included, unit left out.
func parseNumber(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
  var i = 0
  var isNegative = false
  if i < bytes.count, unsafe bytes[i] == UInt8(ascii: "-") || bytes[i] == UInt8(ascii: "+") {
    isNegative = unsafe bytes[i] == UInt8(ascii: "-")
    i += 1
  }
  var mantissa = 0.0
  var digits = 0
  while i < bytes.count, unsafe isDigit(bytes[i]) {
    mantissa = unsafe mantissa * 10 + Double(bytes[i] - 0x30)
    digits += 1
    i += 1
  }
  if i < bytes.count, unsafe bytes[i] == UInt8(ascii: ".") {
    i += 1
    var scale = 0.1
    while i < bytes.count, unsafe isDigit(bytes[i]) {
      mantissa = unsafe mantissa + scale * Double(bytes[i] - 0x30)
      scale /= 10
      digits += 1
      i += 1
    }
  }
  guard digits > 0, digits < 300 else { return nil }
  return isNegative ? -mantissa : mantissa
}
