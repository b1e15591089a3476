import Events

@testable import Patterns

/// One event a message, as recognition would leave it.
func makeBatch(_ messages: [String], structure: Structure = .text) -> EventBatch {
  makeBatch(messages.map { Array($0.utf8) }, structure: structure)
}

func makeBatch(_ messages: [[UInt8]], structure: Structure = .text) -> EventBatch {
  let batch = EventBatch()
  let epoch = Instant(seconds: 0)
  for message in messages {
    let start = message.withUnsafeBufferPointer { bytes in
      bytes.count > 0
        ? batch.append(bytes: bytes.baseAddress!, count: bytes.count) : batch.byteCount
    }
    var record = EventRecord(
      rawOffset: UInt32(start), rawCount: UInt32(message.count), time: epoch, ingestTime: epoch,
      source: SourceID(rawValue: 0))
    record.structure = structure
    batch.append(record)
  }
  return batch
}

extension EventBatch {
  var patterns: [PatternID] { (0..<count).map { records[$0].pattern } }

  /// Makes `text` the message of an event whose body is `body`.
  func setMessage(_ index: Int, _ text: String) {
    let raw = Array(self.raw(index))
    let wanted = Array(text.utf8)
    let start = (0...(raw.count - wanted.count)).first {
      Array(raw[$0..<$0 + wanted.count]) == wanted
    }!
    records[index].messageOffset = records[index].rawOffset + UInt32(start)
    records[index].messageCount = UInt32(wanted.count)
  }
}

extension TemplateMiner {
  /// The templates of messages, as they stand after all of them.
  func templates(of messages: [String]) -> [String] {
    let batch = makeBatch(messages)
    mine(batch)
    return batch.patterns.map(template)
  }
}
