/// A range of a stream that retention leaves alone: an incident that somebody looks into.
package struct StreamPin: Hashable, Sendable {
  /// Offsets.
  package var range: Range<UInt64>
  package var name: String

  package init(range: Range<UInt64>, name: String) {
    self.range = range
    self.name = name
  }
}

/// The pins of a stream, in the order in which they were made.
///
/// A small text file, `START END NAME` a line, replaced as a whole: whoever reads the stream may
/// write it while another process records. A line that says nothing of the kind is passed over.
package func streamPins(_ path: String, fileSystem: any FileSystem) -> [StreamPin] {
  let file = try? fileSystem.open("\(path)/\(Layout.pins)", .read)
  guard let bytes = (try? file?.readAll(limit: 1 << 20)) ?? nil else { return [] }
  return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
    let fields = String(decoding: line, as: UTF8.self).split(separator: " ", maxSplits: 2)
    guard fields.count == 3, let start = UInt64(fields[0]), let end = UInt64(fields[1]),
      start < end
    else { return nil }
    return StreamPin(range: start..<end, name: String(fields[2]))
  }
}

/// Replaces the pins of a stream.
package func setStreamPins(
  _ pins: [StreamPin], _ path: String, fileSystem: any FileSystem
) throws(StreamError) {
  let text = pins.map { pin in
    let name = pin.name.map { $0.isNewline ? " " : $0 }
    return "\(pin.range.lowerBound) \(pin.range.upperBound) \(String(name))\n"
  }
  do {
    try fileSystem.replace(Layout.pins, inFolder: path, with: Array(text.joined().utf8))
  } catch {
    if error.reason == .notPermitted { throw .readOnly(path: path) }
    throw StreamError(error, path: path, operation: .write)
  }
}
