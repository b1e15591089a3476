import Events

@testable import Patterns

/// A line in a buffer as the scanners get it, with bytes behind it that must not matter.
final class LineInBuffer {
  let bytes: UnsafeMutablePointer<UInt8>
  let start = 3
  let end: Int

  init(_ text: [UInt8], behind: UInt8 = 0) {
    end = start + text.count
    bytes = .allocate(capacity: end + EventBatch.bytePadding)
    for i in 0..<start { bytes[i] = 0x7e }
    for (i, byte) in text.enumerated() { bytes[start + i] = byte }
    for i in end..<end + EventBatch.bytePadding { bytes[i] = behind }
  }

  convenience init(_ text: String, behind: UInt8 = 0) {
    self.init(Array(text.utf8), behind: behind)
  }

  deinit { bytes.deallocate() }

  var line: LineBytes { LineBytes(bytes) }

  func text(_ from: Int, _ to: Int) -> String {
    String(
      decoding: UnsafeBufferPointer(start: bytes + from, count: max(to - from, 0)), as: UTF8.self)
  }
}

/// What a reader found, as text, for comparing.
struct ReadLine: Equatable, CustomStringConvertible {
  var time: Int64?
  var severity = Severity.unknown
  var message: String
  var service = ""

  init(_ r: Recognition, _ buffer: LineInBuffer) {
    time = r.time?.instant.microseconds
    severity = r.severity
    message = buffer.text(r.messageStart, r.messageEnd)
    service = buffer.text(r.serviceStart, r.serviceEnd)
  }

  init(time: Int64?, severity: Severity, message: String, service: String) {
    self.time = time
    self.severity = severity
    self.message = message
    self.service = service
  }

  var description: String { "\(time ?? -1) \(severity) [\(message)] \(service)" }
}

let utc = TimestampContext(
  assumedZoneMicroseconds: 0, reference: Instant(seconds: 1_795_339_862))

/// Bytes that would change the answer if a scanner believed them.
let poisons: [UInt8] = [0, 0x22, 0x7d, 0x5c, 0x2c, 0x20, 0x61, 0xff]
