/// Cuts bytes from anywhere into what a terminal can be trusted to draw in a known width.
///
/// A glyph is one scalar with the marks that combine with it: that is what all terminals agree on.
/// Of joined emoji the first is kept, a flag is its two letters, variation selectors are left out.
/// Control bytes become `^X`, invalid UTF-8 `\xNN`, controls of direction `\uNNNN`; colour
/// sequences vanish; a tab reaches to the next multiple of eight.
struct GlyphReader {
  enum Glyph: Equatable {
    /// One scalar that starts a cell, `columns` wide.
    case scalar(Unicode.Scalar, columns: Int)
    /// A mark that joins the cell before.
    case mark(Unicode.Scalar)
    /// Spelled out, printable ASCII.
    case spelled([UInt8])
    case blanks(Int)

    var columns: Int {
      switch self {
      case .scalar(_, let columns): columns
      case .mark: 0
      case .spelled(let bytes): bytes.count
      case .blanks(let count): count
      }
    }
  }

  private var position = 0
  private var joins = false

  /// - Parameter column: Where the glyph will stand, from the start of the text; tabs need it.
  mutating func next(in bytes: Span<UInt8>, column: Int) -> Glyph? {
    while position < bytes.count {
      let byte = bytes[position]
      if byte >= 0x20, byte < 0x7F {
        position += 1
        joins = false
        return .scalar(Unicode.Scalar(byte), columns: 1)
      }
      if byte < 0x20 || byte == 0x7F {
        if byte == 0x1B, skipColor(bytes) { continue }
        position += 1
        joins = false
        if byte == 0x09 { return .blanks(8 - column % 8) }
        return .spelled([0x5E, byte ^ 0x40])
      }
      guard let (scalar, length) = Self.decode(bytes, at: position) else {
        position += 1
        return .spelled([0x5C, 0x78] + Self.hex(UInt32(byte), digits: 2))
      }
      position += length
      if let glyph = glyph(for: scalar) { return glyph }
    }
    return nil
  }

  private mutating func glyph(for scalar: Unicode.Scalar) -> Glyph? {
    let value = scalar.value
    if value == 0x200D {
      joins = true
      return nil
    }
    if TextWidth.isBidirectionalControl(value) || value < 0xA0 {
      return .spelled([0x5C, 0x75] + Self.hex(value, digits: 4))
    }
    if TextWidth.isRegionalIndicator(value) {
      joins = false
      return .scalar(Unicode.Scalar(UInt8(value - 0x1F1E6) + 0x41), columns: 1)
    }
    // The colour of a skin belongs to the emoji before it.
    if (0x1F3FB...0x1F3FF).contains(value) { return nil }
    let columns = TextWidth.columns(of: scalar)
    if columns == 0 {
      return scalar.properties.generalCategory == .format || (0xFE00...0xFE0F).contains(value)
        || value >= 0xE0000 || scalar == "\u{2028}" || scalar == "\u{2029}"
        ? nil : .mark(scalar)
    }
    defer { joins = false }
    return joins && columns == 2 ? nil : .scalar(scalar, columns: columns)
  }

  /// Skips `ESC [ … m`, if that is what stands here.
  private mutating func skipColor(_ bytes: Span<UInt8>) -> Bool {
    var end = position + 1
    guard end < bytes.count, bytes[end] == 0x5B else { return false }
    end += 1
    while end < bytes.count, (0x30...0x3B).contains(bytes[end]) { end += 1 }
    guard end < bytes.count, bytes[end] == 0x6D || bytes[end] == 0x4B else { return false }
    position = end + 1
    return true
  }

  private static func decode(_ bytes: Span<UInt8>, at start: Int) -> (Unicode.Scalar, Int)? {
    let first = bytes[start]
    let length: Int
    var value: UInt32
    switch first {
    case 0xC2...0xDF: (length, value) = (2, UInt32(first & 0x1F))
    case 0xE0...0xEF: (length, value) = (3, UInt32(first & 0x0F))
    case 0xF0...0xF4: (length, value) = (4, UInt32(first & 0x07))
    default: return nil
    }
    guard start + length <= bytes.count else { return nil }
    for index in start + 1..<start + length {
      guard bytes[index] & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(bytes[index] & 0x3F)
    }
    // Overlong forms are as invalid as surrogates.
    if length == 3, value < 0x800 { return nil }
    if length == 4, value < 0x10000 { return nil }
    return Unicode.Scalar(value).map { ($0, length) }
  }

  private static func hex(_ value: UInt32, digits: Int) -> [UInt8] {
    (0..<digits).reversed().map { digit in
      let nibble = UInt8(value >> UInt32(digit * 4) & 15)
      return nibble < 10 ? 0x30 + nibble : 0x37 + nibble
    }
  }
}
