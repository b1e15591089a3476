/// Reads a zone behind a clock: `Z`, `+02:00`, ` +0200`, ` UTC`, ` CEST`, or nothing.
/// - Returns: The position behind it, or `from`.
@inline(__always)
func scanZone(_ t: LineBytes, _ from: Int, _ parts: inout TimestampParts) -> Int {
  let first = t[from]
  if first == ascii("Z") || first == ascii("z") {
    if t[from &+ 1].isLetter { return from }
    parts.hasZone = true
    return from &+ 1
  }
  if first == ascii("+") || first == ascii("-") { return scanOffset(t, from, from, &parts) }
  guard first == 0x20 else { return from }
  let second = t[from &+ 1]
  if second == ascii("+") || second == ascii("-") {
    return scanOffset(t, from, from &+ 1, &parts)
  }
  if second.isUpper { return scanZoneName(t, from, from &+ 1, &parts) }
  return from
}

/// Reads `+02:00`, `+0200` or `+02` at `sign`; `+120`, where three digits cling to it, are minutes.
@inline(__always)
private func scanOffset(
  _ t: LineBytes, _ from: Int, _ sign: Int, _ parts: inout TimestampParts
) -> Int {
  let hours = twoDigits(t, sign &+ 1)
  var end = sign &+ 3
  if hours >= 0, sign == from, t[end].isDigit, !t[end &+ 1].isWordByte {
    let minutes = hours &* 10 &+ Int(t[end] &- 0x30)
    guard minutes <= 18 * 60, t[end &+ 1] != ascii(".") else { return from }
    parts.zoneSeconds = t[sign] == ascii("-") ? minutes &* -60 : minutes &* 60
    parts.hasZone = true
    return end &+ 1
  }
  guard hours >= 0, hours <= 18 else { return from }
  var minutes = 0
  if t[end] == ascii(":") {
    minutes = twoDigits(t, end &+ 1)
    guard minutes >= 0 else { return from }
    end &+= 3
  } else if t[end].isDigit {
    minutes = twoDigits(t, end)
    guard minutes >= 0 else { return from }
    end &+= 2
  } else if sign != from {
    // Behind a blank, `-12` is more likely a number of the message.
    return from
  }
  guard minutes < 60, !t[end].isWordByte else { return from }
  let seconds = hours &* 3600 &+ minutes &* 60
  parts.zoneSeconds = t[sign] == ascii("-") ? 0 &- seconds : seconds
  parts.hasZone = true
  return end
}

/// Reads an abbreviation that names one zone only; `CST`, `IST` or `BST` name several and do not count.
private func scanZoneName(
  _ t: LineBytes, _ from: Int, _ start: Int, _ parts: inout TimestampParts
) -> Int {
  let name: UInt32
  let end: Int
  if !t[start &+ 3].isWordByte {
    name = t.half(start) & 0xff_ffff
    end = start &+ 3
  } else if !t[start &+ 4].isWordByte {
    name = t.half(start)
    end = start &+ 4
  } else {
    return from
  }
  let hours: Int
  switch name {
  case packed("UTC"), packed("GMT"), packed("WET"):
    hours = 0
    if t[end] == ascii("+") || t[end] == ascii("-") {
      let offsetEnd = scanOffset(t, from, end, &parts)
      if offsetEnd > from { return behindZoneWords(t, offsetEnd) }
    }
  case packed("CET"), packed("WEST"): hours = 1
  case packed("CEST"), packed("EET"): hours = 2
  case packed("EEST"), packed("MSK"): hours = 3
  case packed("JST"), packed("KST"): hours = 9
  case packed("AEST"): hours = 10
  case packed("AEDT"): hours = 11
  case packed("EDT"): hours = -4
  case packed("EST"), packed("CDT"): hours = -5
  case packed("MDT"): hours = -6
  case packed("MST"), packed("PDT"): hours = -7
  case packed("PST"): hours = -8
  default: return from
  }
  parts.zoneSeconds = hours &* 3600
  parts.hasZone = true
  return end
}

/// Behind ` (Coordinated Universal Time)`, which JavaScript writes after the offset.
private func behindZoneWords(_ t: LineBytes, _ from: Int) -> Int {
  guard t[from] == 0x20, t[from &+ 1] == ascii("(") else { return from }
  var i = from &+ 2
  while i &- from < 48, t[i].isLetter || t[i] == 0x20 { i &+= 1 }
  return t[i] == ascii(")") ? i &+ 1 : from
}

/// A name of up to four letters as `LineBytes.half` reads it.
@inline(__always)
func packed(_ name: StaticString) -> UInt32 {
  // SAFETY: a static string's bytes live as long as the program.
  var value: UInt32 = 0
  for i in 0..<name.utf8CodeUnitCount {
    value |= UInt32(unsafe name.utf8Start[i]) << UInt32(i &* 8)
  }
  return value
}
