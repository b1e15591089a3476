internal import Events

/// Docker's json-file driver: the text ends with `\n` unless the line goes on in the next.
func readDockerFile(
  _ bytes: LineBytes, _ start: Int, _ end: Int, _ context: TimestampContext,
  _ line: inout ContainerLine
) -> Bool {
  guard bytes.spells("{\"log\":\"", at: start, end: end) else { return false }
  var isEscaped = false
  let textStart = start &+ 8
  let textEnd = closingQuote(bytes, textStart, end, &isEscaped)
  var hasStream = false
  var i = textEnd &+ 1
  while i < end, bytes[i] == ascii(",") {
    let keyStart = skipBlanks(bytes, i &+ 1, end) &+ 1
    var ignored = false
    let keyEnd = closingQuote(bytes, keyStart, end, &ignored)
    guard keyEnd &+ 2 < end, bytes[keyEnd &+ 1] == ascii(":") else { return false }
    let valueStart = keyEnd &+ 2
    if bytes[valueStart] == ascii("\"") {
      let valueEnd = closingQuote(bytes, valueStart &+ 1, end, &ignored)
      guard valueEnd < end else { return false }
      if bytes.spells("stream\"", at: keyStart, end: end) {
        hasStream = true
        line.isStandardError = bytes.spells("stderr\"", at: valueStart &+ 1, end: end)
      } else if bytes.spells("time\"", at: keyStart, end: end) {
        var time = Timestamp(instant: Instant(microseconds: 0))
        if scanTimestamp(bytes, valueStart &+ 1, valueEnd, context, &time) >= 0 {
          line.time = time
        }
      }
      i = valueEnd &+ 1
    } else {
      guard bytes[valueStart] == ascii("{") else { return false }
      i = skipNested(bytes, valueStart, end)
      guard i >= 0 else { return false }
    }
  }
  guard hasStream, i < end, bytes[i] == ascii("}"), skipBlanks(bytes, i &+ 1, end) == end else {
    return false
  }
  line.innerStart = textStart
  line.innerEnd = textEnd
  line.isPartial = !takeEscape(ascii("n"), bytes, textStart, &line.innerEnd)
  if !line.isPartial { _ = takeEscape(ascii("r"), bytes, textStart, &line.innerEnd) }
  line.innerIsEscaped =
    isEscaped && quoteOrBackslash(bytes, textStart, line.innerEnd) < line.innerEnd
  return true
}

/// Takes `\n` or `\r` off the end of a JSON string, unless its backslash is itself escaped.
private func takeEscape(
  _ letter: UInt8, _ bytes: LineBytes, _ start: Int, _ end: inout Int
) -> Bool {
  guard end &- start >= 2, bytes[end &- 1] == letter else { return false }
  var slashes = 0
  while end &- 2 &- slashes >= start, bytes[end &- 2 &- slashes] == ascii("\\") { slashes &+= 1 }
  guard slashes & 1 == 1 else { return false }
  end &-= 2
  return true
}

/// The container runtime interface's log: time, stream, `P` for a part or `F`, text.
func readKubernetes(
  _ bytes: LineBytes, _ start: Int, _ end: Int, _ context: TimestampContext,
  _ line: inout ContainerLine
) -> Bool {
  guard end &- start >= 30, bytes[start &+ 10] == ascii("T") else { return false }
  var i = start &+ 19
  let limit = min(end, start &+ 40)
  while i < limit, bytes[i] != 0x20 { i &+= 1 }
  guard bytes.spells(" std", at: i, end: end) else { return false }
  let isStandardError = bytes.spells("err ", at: i &+ 4, end: end)
  guard isStandardError || bytes.spells("out ", at: i &+ 4, end: end) else { return false }
  let tag = i &+ 8
  guard tag < end, bytes[tag] == ascii("F") || bytes[tag] == ascii("P") else { return false }
  // More tags may follow behind colons.
  var textStart = tag &+ 1
  while textStart < end, bytes[textStart] != 0x20 { textStart &+= 1 }
  guard textStart == tag &+ 1 || bytes[tag &+ 1] == ascii(":") else { return false }
  var time = Timestamp(instant: Instant(microseconds: 0))
  guard scanTimestamp(bytes, start, i, context, &time) >= 0 else { return false }
  line.time = time
  line.isStandardError = isStandardError
  line.isPartial = bytes[tag] == ascii("P")
  line.innerStart = min(textStart &+ 1, end)
  line.innerEnd = end
  return true
}

/// A column of names before a bar, as compose and many shippers draw it; never a level's name.
func readColumn(
  _ bytes: LineBytes, _ start: Int, _ end: Int, _ line: inout ContainerLine
) -> Bool {
  let nameEnd = nameEnd(bytes, start, min(end, start &+ 64))
  guard nameEnd &- start >= 2, nameEnd < end else { return false }
  var i = nameEnd
  while i < end, bytes[i] == 0x20, i &- start < 80 { i &+= 1 }
  guard i < end, bytes[i] == ascii("|"), i > nameEnd else { return false }
  guard i &+ 1 == end || bytes[i &+ 1] == 0x20 else { return false }
  guard severity(bytes, start, nameEnd) == .unknown else { return false }
  line.innerStart = min(i &+ 2, end)
  line.innerEnd = end
  line.serviceStart = start
  line.serviceEnd = serviceEnd(bytes, start, nameEnd)
  line.voiceStart = start
  line.voiceEnd = nameEnd
  return true
}

/// `kubectl logs --prefix`.
func readBracket(
  _ bytes: LineBytes, _ start: Int, _ end: Int, _ line: inout ContainerLine
) -> Bool {
  guard bytes.spells("[pod/", at: start, end: end) else { return false }
  let podEnd = nameEnd(bytes, start &+ 5, end)
  guard podEnd < end, bytes[podEnd] == ascii("/") else { return false }
  let containerEnd = nameEnd(bytes, podEnd &+ 1, end)
  guard containerEnd < end, bytes[containerEnd] == ascii("]") else { return false }
  guard containerEnd &+ 1 == end || bytes[containerEnd &+ 1] == 0x20 else { return false }
  line.innerStart = min(containerEnd &+ 2, end)
  line.voiceStart = start
  line.voiceEnd = containerEnd
  line.innerEnd = end
  line.serviceStart = podEnd &+ 1
  line.serviceEnd = containerEnd
  return true
}

/// stern: a pod's name, which must end as a deployment's pods do, then its container's.
func readPodAndContainer(
  _ bytes: LineBytes, _ start: Int, _ end: Int, _ line: inout ContainerLine
) -> Bool {
  let podEnd = nameEnd(bytes, start, min(end, start &+ 128))
  guard podEnd < end, bytes[podEnd] == 0x20, podSuffix(bytes, start, podEnd) < podEnd else {
    return false
  }
  let containerEnd = nameEnd(bytes, podEnd &+ 1, end)
  guard containerEnd > podEnd &+ 1, containerEnd == end || bytes[containerEnd] == 0x20 else {
    return false
  }
  line.innerStart = min(containerEnd &+ 1, end)
  line.voiceStart = start
  line.voiceEnd = containerEnd
  line.innerEnd = end
  line.serviceStart = podEnd &+ 1
  line.serviceEnd = containerEnd
  return true
}

/// Heroku's log: a time, then source and process.
func readSourceAndProcess(
  _ bytes: LineBytes, _ start: Int, _ end: Int, _ context: TimestampContext,
  _ line: inout ContainerLine
) -> Bool {
  guard end &- start > 24, bytes[start &+ 10] == ascii("T") else { return false }
  var time = Timestamp(instant: Instant(microseconds: 0))
  let timeEnd = scanTimestamp(bytes, start, end, context, &time)
  guard timeEnd > start, timeEnd < end, bytes[timeEnd] == 0x20 else { return false }
  let sourceEnd = nameEnd(bytes, timeEnd &+ 1, end)
  guard sourceEnd > timeEnd &+ 1, sourceEnd &+ 1 < end, bytes[sourceEnd] == ascii("["),
    bytes[sourceEnd &+ 1].isLetter
  else { return false }
  let processEnd = nameEnd(bytes, sourceEnd &+ 1, end)
  guard bytes.spells("]: ", at: processEnd, end: end) else { return false }
  line.time = time
  line.innerStart = processEnd &+ 3
  line.voiceStart = timeEnd &+ 1
  line.voiceEnd = processEnd
  line.innerEnd = end
  line.serviceStart = timeEnd &+ 1
  line.serviceEnd = sourceEnd
  return true
}

/// Behind the letters, digits, dots, dashes and underscores at `position`.
private func nameEnd(_ bytes: LineBytes, _ position: Int, _ end: Int) -> Int {
  var i = position
  while i < end, bytes[i].isWordByte || bytes[i] == ascii("-") || bytes[i] == ascii(".") {
    i &+= 1
  }
  return i
}

/// A name without the number of a replica (`web_1`, `web-2`) or the random end of a pod's name.
private func serviceEnd(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Int {
  let suffix = podSuffix(bytes, start, end)
  if suffix < end { return suffix }
  var i = end
  while i > start, bytes[i &- 1].isDigit { i &-= 1 }
  guard i < end, i &- 1 > start else { return end }
  return bytes[i &- 1] == ascii("-") || bytes[i &- 1] == ascii("_") ? i &- 1 : end
}

/// Where `-7d9fc4b5d8-x2x7k` begins at the end of a pod's name; `end` where it does not end so.
private func podSuffix(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Int {
  let last = end &- 6
  guard last > start, bytes[last] == ascii("-") else { return end }
  for i in last &+ 1..<end where !isSafeLetter(bytes[i]) { return end }
  var dash = last
  while dash > start, isHashLetter(bytes[dash &- 1]) { dash &-= 1 }
  let count = last &- dash
  guard (6...10).contains(count), dash &- 1 > start, bytes[dash &- 1] == ascii("-") else {
    return end
  }
  return dash &- 1
}

/// Kubernetes draws the ends of names from these, so that they form no words.
private func isSafeLetter(_ byte: UInt8) -> Bool {
  switch byte {
  case ascii("a"), ascii("e"), ascii("i"), ascii("o"), ascii("u"), ascii("y"), ascii("0"),
    ascii("1"), ascii("3"):
    false
  default: byte.isDigit || (byte.isLetter && !byte.isUpper)
  }
}

/// A replica set's hash is a decimal number, each of whose ten digits is written as one of these.
private func isHashLetter(_ byte: UInt8) -> Bool {
  switch byte {
  case ascii("4")...ascii("9"), ascii("b"), ascii("c"), ascii("d"), ascii("f"): true
  default: false
  }
}
