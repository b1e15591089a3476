import Events
import TestSupport
import Testing

@testable import EventStream

/// The decoder against bytes whose checksums are right and whose contents are not.
struct FuzzTests {
  /// A batch with its three sections as they are before compression.
  private struct Sections {
    var header: BatchHeader
    var payload: [UInt8]

    init(seed: UInt64) throws {
      var maker = BatchMaker(seed: seed)
      let batch = maker.batch(eventCount: maker.number(12) + 1)
      let encoder = BatchEncoder()
      header = try encoder.encode(batch, names: maker.names)
      var raw: [UInt8] = []
      var position = BatchHeader.byteCount
      let zstd = Zstd()
      for (bit, stored, count) in [
        (UInt8(1), header.stored.meta, header.raw.meta),
        (2, header.stored.columns, header.raw.columns), (4, header.stored.text, header.raw.text),
      ] {
        let bytes = UnsafeRawBufferPointer(
          start: encoder.output.start + position, count: Int(stored))
        position += Int(stored)
        guard header.compressed & bit != 0 else {
          raw += bytes
          continue
        }
        var section = [UInt8](repeating: 0, count: Int(count))
        let isWhole = section.withUnsafeMutableBytes { zstd.decompress(bytes, into: $0) }
        #expect(isWhole)
        raw += section
      }
      payload = raw
      header.compressed = 0
      header.stored = header.raw
    }
  }

  /// Decodes, and checks that what comes out, if anything, stays within its buffer.
  private func decode(_ header: BatchHeader, _ payload: [UInt8], _ decoder: BatchDecoder) -> Bool {
    let batch = EventBatch(byteCapacity: 16, recordCapacity: 1)
    var names = EventNames()
    let isDecoded = payload.withUnsafeBytes { bytes in
      (try? decoder.decode(header, bytes.baseAddress!, into: batch, names: &names)) != nil
    }
    guard isDecoded else { return false }
    for index in 0..<batch.count {
      let record = batch.records[index]
      for (start, count) in [
        (record.rawOffset, record.rawCount), (record.bodyOffset, record.bodyCount),
        (record.messageOffset, record.messageCount),
      ] where Int(start) + Int(count) > batch.byteCount {
        Issue.record("a range leaves the buffer")
      }
    }
    return true
  }

  @Test func `no bytes make the decoder leave its buffers`() throws {
    let decoder = BatchDecoder()
    var decodedCount = 0
    for seed in UInt64(0)..<40 {
      let sections = try Sections(seed: seed)
      #expect(decode(sections.header, sections.payload, decoder))
      var generator = SeededGenerator(seed: seed)
      for _ in 0..<150 {
        var payload = sections.payload
        // Meta and columns rule; a changed text byte changes nothing but itself.
        let rules = max(1, payload.count - Int(sections.header.raw.text))
        for _ in 0...Int.random(in: 0..<3, using: &generator) {
          let at = Int.random(in: 0..<rules, using: &generator)
          payload[at] =
            generator.chance(1, in: 2)
            ? UInt8.random(in: 0...255, using: &generator)
            : payload[at] ^ (1 << UInt8.random(in: 0..<8, using: &generator))
        }
        if decode(sections.header, payload, decoder) { decodedCount += 1 }
      }
    }
    #expect(decodedCount > 100, "some changes give another batch")
  }

  @Test func `no segment makes a reader fail or stop`() throws {
    let stream = try ThreeBatches()
    let tag = SegmentFile.tag(
      StreamFolder(path: stream.path, fileSystem: stream.disk).tag, .start)
    for seed in UInt64(0)..<600 {
      var generator = SeededGenerator(seed: seed)
      var bytes = stream.bytes
      switch seed % 3 {
      case 0:
        // Any bytes anywhere.
        for _ in 0..<20 {
          bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(
            in: 0...255, using: &generator)
        }
      case 1:
        // A header that lies, and verifies.
        let at = stream.ranges.randomElement(using: &generator)!.lowerBound
        for _ in 0..<2 {
          bytes[at + Int.random(in: 8..<BatchHeader.byteCount, using: &generator)] = .random(
            in: 0...255, using: &generator)
        }
        let checksum = crc32c(bytes.span.extracting((at + 8)..<(at + BatchHeader.byteCount)))
        for index in 0..<4 {
          bytes[at + 4 + index] = UInt8(truncatingIfNeeded: checksum >> (8 * index))
        }
      default:
        // A payload that lies, and verifies.
        let range = stream.ranges.randomElement(using: &generator)!
        var header = bytes[range].withUnsafeBytes { BatchHeader($0.baseAddress!, tag: tag)! }
        let payload = (range.lowerBound + BatchHeader.byteCount)..<range.upperBound
        for _ in 0..<2 {
          bytes[Int.random(in: payload, using: &generator)] = .random(
            in: 0...255, using: &generator)
        }
        header.payloadChecksum = crc32c(
          bytes.span.extracting(payload.lowerBound..<(payload.lowerBound + header.stored.sum)))
        bytes.withUnsafeMutableBytes {
          header.write(to: $0.baseAddress! + range.lowerBound, tag: tag)
        }
      }
      try stream.write(bytes)
      let reader = try StreamReader(path: stream.path, fileSystem: stream.disk)
      var stepCount = 0
      reading: while stepCount < 50 {
        stepCount += 1
        if case .atEnd = try reader.next() { break reading }
      }
      #expect(stepCount < 50, "seed \(seed): the reader does not come to an end")
      _ = reader.endOffset
      _ = try streamInfo(stream.path, fileSystem: stream.disk)
    }
  }
}
