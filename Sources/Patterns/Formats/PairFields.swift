internal import Events

/// `key=value` and `key: value` pairs that a text holds anywhere: `client: 203.0.113.7,`, `SRC=10.0.0.1`.
///
/// Cold. The first of a name counts, and none that `known` has.
func pairFields(
  _ bytes: LineBytes, _ start: Int, _ end: Int, known: [EventField]
) -> [EventField] {
  var names = Set(known.map(\.name))
  var fields: [EventField] = []
  var i = start
  let limit = min(end, start + 16_384)
  while i < limit {
    guard bytes[i].isLetter || bytes[i] == ascii("_") else {
      i += 1
      continue
    }
    let keyStart = i
    while i < limit, bytes[i].isWordByte || bytes[i] == ascii("-") || bytes[i] == ascii(".") {
      i += 1
    }
    guard i + 1 < limit, i - keyStart >= 2, i - keyStart <= 40 else { continue }
    let sign = bytes[i]
    let isPair = sign == ascii("=") && bytes[i + 1] > 0x20 && bytes[i + 1] != sign
    // A colon makes a pair only where a comma or the end of the list closes the value.
    let isListed =
      sign == ascii(":") && bytes[i + 1] == 0x20
      && (keyStart >= 2 && (bytes[keyStart - 2] == ascii(",") || bytes[keyStart - 1] == ascii("[")))
    guard isPair || isListed else { continue }
    var from = i + (isPair ? 1 : 2)
    var to = from
    if from < limit, bytes[from] == ascii("\"") {
      from += 1
      to = max(from, scanQuoted(bytes, from, limit))
    } else {
      while to < limit, !endsValue(bytes[to]) { to += 1 }
    }
    let name = bytes.text(keyStart, i)
    if to > from, names.insert(name).inserted {
      fields.append(EventField(name: name, value: .text(bytes.text(from, to))))
    }
    i = max(to, i + 1)
  }
  return fields
}

/// Whether a value without quotes ends before this byte.
func endsValue(_ byte: UInt8) -> Bool {
  switch byte {
  case ascii(","), ascii(";"), ascii("]"), ascii(")"), ascii("}"), ascii("|"), ascii("\""): true
  default: byte <= 0x20
  }
}
