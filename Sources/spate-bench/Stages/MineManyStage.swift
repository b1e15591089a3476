internal import Events
internal import Patterns

extension Stage {
  static let mineFew = many(100)
  static let mineMany = many(100_000)

  /// Events of so many patterns behind one word, in the steady state: each was seen before.
  private static func many(_ patternCount: Int) -> Stage {
    Stage(name: "mine-\(patternCount)", about: "the same of \(patternCount) patterns") { _ in
      let miner = TemplateMiner()
      var random = SplitMix(state: 7)
      for start in stride(from: 0, to: patternCount, by: 4000) {
        let end = min(patternCount, start + 4000)
        miner.mine(batch((start..<end).map { message(of: $0, value: 1) }))
      }
      _ = miner.takeChanges()
      var measurement = Measurement()
      for _ in 0..<50 {
        let events = batch(
          (0..<4000).map { _ in
            message(of: random.below(patternCount), value: random.below(100_000))
          })
        measurement.time {
          miner.mine(events)
          _ = miner.takeChanges()
        }
        measurement.count += events.count
        measurement.byteCount += events.byteCount
      }
      return measurement
    }
  }

  /// `svc: kaca laca maca took 17 ms`: words that no two patterns share all of.
  private static func message(of number: Int, value: Int) -> [UInt8] {
    var text: [UInt8] = Array("svc:".utf8)
    for first in UInt8(ascii: "k")...UInt8(ascii: "s") {
      text += [0x20, first]
      var rest = number
      repeat {
        text += [UInt8(ascii: "a") + UInt8(rest % 10), UInt8(ascii: "k")]
        rest /= 10
      } while rest > 0
    }
    return text + Array(" took \(value) ms".utf8)
  }

  private static func batch(_ messages: [[UInt8]]) -> EventBatch {
    let batch = EventBatch()
    for message in messages {
      // SAFETY: the message outlives the closure, in which it is copied.
      let start = unsafe message.withUnsafeBufferPointer { bytes in
        unsafe batch.append(bytes: bytes.baseAddress!, count: bytes.count)
      }
      batch.append(
        EventRecord(
          rawOffset: UInt32(start), rawCount: UInt32(message.count), time: Instant(seconds: 0),
          ingestTime: Instant(seconds: 0), source: SourceID(rawValue: 0)))
    }
    return batch
  }
}
