/// An identifier in a text, and what it is called there.
package struct FoundIdentifier: Hashable, Sendable {
  /// Of the whole value; of a number with its key, since numbers of two kinds may be equal.
  package var hash: UInt64
  package var range: Range<Int>
  /// The key before it, or else the letters that it begins with.
  package var label: Range<Int>

  package init(hash: UInt64, range: Range<Int>, label: Range<Int>) {
    self.hash = hash
    self.range = range
    self.label = label
  }
}

/// Finds what may tie events together: UUIDs, long hexadecimal numbers, `ord_81723`, `req-7f3a`, and
/// whatever stands behind a key such as `trace_id=` or `"orderId":`.
///
/// Works on bytes alone, so that nothing that is learned decides what is found.
package struct IdentifierScanner {
  /// Identifiers of an event that count, and bytes that are looked at.
  package static let identifierLimit = 6
  private static let textLimit = 4096
  private static let lengths = 4...64

  package init() {}

  /// Gives the identifiers of a text, each once, in order.
  package func scan(
    _ text: UnsafeBufferPointer<UInt8>, into found: inout [FoundIdentifier]
  ) {
    found.removeAll(keepingCapacity: true)
    let end = min(text.count, Self.textLimit)
    var i = 0
    while found.count < Self.identifierLimit {
      // All of them have one.
      let digit = unsafe digit(text, i, end)
      guard digit < end else { return }
      var start = digit
      while start > i, unsafe isPart(text[start - 1]) { start -= 1 }
      i = digit + 1
      while i < end, unsafe isPart(text[i]) { i += 1 }
      guard Self.lengths.contains(i - start) else { continue }
      if let identifier = unsafe identifier(text, start..<i),
        !found.contains(where: { $0.hash == identifier.hash })
      {
        found.append(identifier)
      }
    }
  }

  /// What an identifier is known by, wherever it stands.
  package static func hash(of value: UnsafeBufferPointer<UInt8>) -> UInt64 {
    unsafe IdentifierScanner().hash(value, 0..<value.count, 0)
  }

  /// The next digit; the end where there is none.
  private func digit(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Int {
    var i = start
    // SAFETY: eight bytes are read where there are as many.
    while i + 8 <= end {
      let word = unsafe UInt64(
        littleEndian: UnsafeRawPointer(text.baseAddress! + i).loadUnaligned(as: UInt64.self))
      // Below ten are the digits now; right up to the first.
      let other = word ^ 0x3030_3030_3030_3030
      let found = (other &- 0x0A0A_0A0A_0A0A_0A0A) & ~other & 0x8080_8080_8080_8080
      if found != 0 { return i + found.trailingZeroBitCount / 8 }
      i += 8
    }
    while i < end, unsafe !text[i].isDigit { i += 1 }
    return i
  }

  private func isPart(_ byte: UInt8) -> Bool { byte.isWordByte || byte == ascii("-") }

  private func identifier(
    _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) -> FoundIdentifier? {
    let key = unsafe key(text, before: range.lowerBound)
    // Without a key only its own looks can tell.
    if key == nil, unsafe !isUnique(text, range) { return nil }
    let meaning = unsafe meaning(text, key ?? prefix(text, range))
    if meaning == .another { return nil }
    let isNamed = key != nil && meaning == .identifier
    if unsafe isOnlyDigits(text, range) {
      guard let key, isNamed else { return nil }
      let hash = unsafe hash(text, range, unsafe hash(text, key, 1))
      return FoundIdentifier(hash: hash, range: range, label: key)
    }
    guard unsafe !isDate(text, range) else { return nil }
    guard unsafe isNamed || isUnique(text, range) else { return nil }
    let hash = unsafe hash(text, range, 0)
    return unsafe FoundIdentifier(hash: hash, range: range, label: key ?? prefix(text, range))
  }

  /// The name before `=` or `:`, with or without quotes.
  private func key(_ text: UnsafeBufferPointer<UInt8>, before start: Int) -> Range<Int>? {
    var i = start
    while i > 0, unsafe text[i - 1] == ascii("\"") || text[i - 1] == ascii(" ") { i -= 1 }
    guard i > 0, unsafe text[i - 1] == ascii("=") || text[i - 1] == ascii(":") else { return nil }
    i -= 1
    if i > 0, unsafe text[i - 1] == ascii("\"") { i -= 1 }
    let end = i
    while i > 0, end - i < 40, unsafe isPart(text[i - 1]) { i -= 1 }
    return end - i >= 2 ? i..<end : nil
  }

  private enum Meaning {
    case unknown
    /// `id`, `trace_id`, `orderId`, `request-id`, `uuid`, `correlation`.
    case identifier
    /// A span, which has one event, or whoever comes again and again.
    case another
  }

  /// How names of what comes again and again begin, and how those of identifiers end.
  private static let others = [
    "span", "parent", "user", "client", "host", "node", "pod", "pid", "tid", "thread",
  ].map(NamePart.init)
  private static let identifiers = ["id", "uuid", "trace", "order", "request"].map(NamePart.init)
  private static let correlation = (NamePart("correlat"), NamePart("lation"))

  /// A few letters as a number, the first one lowest.
  private struct NamePart {
    let word: UInt64
    let bitCount: UInt64

    init(_ text: String) {
      word = packedWord(text)
      bitCount = UInt64(text.utf8.count * 8)
    }

    func begins(_ head: UInt64) -> Bool { head &<< (64 &- bitCount) == word &<< (64 &- bitCount) }

    func ends(_ tail: UInt64) -> Bool { tail &>> (64 &- bitCount) == word }
  }

  private func meaning(_ text: UnsafeBufferPointer<UInt8>, _ name: Range<Int>) -> Meaning {
    let head = unsafe lowered(text, name.lowerBound..<min(name.upperBound, name.lowerBound + 8))
    if Self.others.contains(where: { $0.begins(head) }) { return .another }
    // Its last letters, the last one highest.
    let last = max(name.lowerBound, name.upperBound - 8)..<name.upperBound
    let tail = unsafe lowered(text, last) &<< UInt64((8 - last.count) * 8)
    if Self.identifiers.contains(where: { $0.ends(tail) }) { return .identifier }
    guard name.count >= 11, Self.correlation.0.begins(head) else { return .unknown }
    let middle = unsafe lowered(text, (name.lowerBound + 5)..<(name.lowerBound + 11))
    return Self.correlation.1.begins(middle) ? .identifier : .unknown
  }

  /// At most 8 bytes as a number, the first one lowest, capital letters made small.
  private func lowered(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> UInt64 {
    var word: UInt64 = 0
    var shift: UInt64 = 0
    for i in range {
      word |= unsafe UInt64(text[i].isUpper ? text[i] | 0x20 : text[i]) &<< shift
      shift &+= 8
    }
    return word
  }

  private func isOnlyDigits(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    for i in range where unsafe !text[i].isDigit { return false }
    return true
  }

  /// `2026-11-22T09`
  private func isDate(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    let start = range.lowerBound
    guard range.count >= 7, unsafe text[start + 4] == ascii("-") else { return false }
    for i in start..<start + 4 where unsafe !text[i].isDigit { return false }
    return unsafe text[start + 5].isDigit && text[start + 6].isDigit
      && !(range.count == 36 && text[start + 8] == ascii("-"))
  }

  /// A UUID, 16 hexadecimal digits or more, or letters, a sign and something with two digits or more.
  private func isUnique(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    var hexCount = 0
    var digitCount = 0
    var dashCount = 0
    for i in range {
      let byte = unsafe text[i]
      if byte.isDigit || (byte | 0x20) &- 0x61 < 6 { hexCount += 1 }
      if byte.isDigit { digitCount += 1 }
      if byte == ascii("-") { dashCount += 1 }
    }
    if range.count == 36, dashCount == 4, hexCount == 32 { return true }
    if range.count >= 16, hexCount == range.count { return digitCount < range.count }
    let prefix = unsafe prefix(text, range)
    guard (2...8).contains(prefix.count), prefix.upperBound < range.upperBound else { return false }
    let sign = unsafe text[prefix.upperBound]
    return (sign == ascii("_") || sign == ascii("-")) && digitCount >= 2
  }

  /// The letters that it begins with.
  private func prefix(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var end = range.lowerBound
    while end < range.upperBound, unsafe text[end].isLetter { end += 1 }
    return range.lowerBound..<end
  }

  private func hash(
    _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ seed: UInt64
  ) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ seed
    for i in range { hash = unsafe (hash ^ UInt64(text[i])) &* 0x100_0000_01b3 }
    hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
    return hash ^ (hash >> 31)
  }
}
