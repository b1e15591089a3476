internal import Events

/// An HTTP request that a text quotes, with the status behind it: `"GET /cart HTTP/1.1" 502`.
///
/// Cold. A text that begins with an address then names the client.
func requestFields(
  _ bytes: LineBytes, _ start: Int, _ end: Int, known: [EventField]
) -> [EventField] {
  guard !known.contains(where: { $0.name == "method" }) else { return [] }
  var i = start
  let limit = min(end, start + 4096)
  while i < limit, bytes[i] != 0x0a {
    let isWordStart = i == start || !bytes[i - 1].isWordByte
    guard isWordStart, bytes[i].isUpper, let methodEnd = requestMethod(bytes, i, limit) else {
      i += 1
      continue
    }
    return request(bytes, start, i, methodEnd, limit, known)
  }
  return []
}

/// Behind a method that a path follows.
private func requestMethod(_ bytes: LineBytes, _ start: Int, _ limit: Int) -> Int? {
  var i = start
  while i < limit, bytes[i].isUpper { i += 1 }
  guard i + 1 < limit, bytes[i].isBlank || bytes[i] == ascii("\t") else { return nil }
  let methods = [
    "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "CONNECT", "TRACE", "PROPFIND",
  ]
  guard methods.contains(bytes.text(start, i)) else { return nil }
  let path = bytes[i + 1]
  let isPath =
    path == ascii("/") || path == ascii("*") || bytes.spells("http", at: i + 1, end: limit)
  return isPath || bytes[start &- 1] == ascii("\"") && start > 0 ? i : nil
}

private func request(
  _ bytes: LineBytes, _ start: Int, _ from: Int, _ methodEnd: Int, _ limit: Int,
  _ known: [EventField]
) -> [EventField] {
  var fields = [EventField(name: "method", value: .text(bytes.text(from, methodEnd)))]
  let pathStart = methodEnd + 1
  var i = pathStart
  while i < limit, bytes[i] > 0x20, bytes[i] != ascii("\"") { i += 1 }
  func add(_ name: String, _ value: EventField.Value) {
    if !known.contains(where: { $0.name == name }) {
      fields.append(EventField(name: name, value: value))
    }
  }
  add("path", .text(bytes.text(pathStart, i)))
  // The protocol, the closing quote, then the status.
  if i < limit, bytes[i] == 0x20, bytes.spells("HTTP/", at: i + 1, end: limit) {
    i += 1
    while i < limit, bytes[i] > 0x20, bytes[i] != ascii("\"") { i += 1 }
  }
  while i < limit, bytes[i] == ascii("\"") || bytes[i].isBlank || bytes[i] == ascii(":") { i += 1 }
  if i + 3 <= limit, bytes[i].isDigit, bytes[i + 1].isDigit, bytes[i + 2].isDigit,
    !bytes[i + 3].isWordByte
  {
    add("status", .number(bytes.text(i, i + 3)))
  }
  var addressEnd = start
  while addressEnd < from, bytes[addressEnd] > 0x20 { addressEnd += 1 }
  if isAddress(bytes, start, addressEnd) { add("client", .text(bytes.text(start, addressEnd))) }
  return fields
}
