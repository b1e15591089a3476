import Events
import Foundation
import TestSupport
import Testing

@testable import Detection

@Suite struct LateMarkerTests {
  @Test func `events are marked in a run as one by one`() {
    let seed = freshSeed()
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    var marker = LateMarker()
    var clock = EventClock(options: DetectorOptions())
    var time: Int64 = 1_800_000_000_000_000
    var marked = 0
    for _ in 0..<300 {
      let batch = EventBatch(byteCapacity: 16, recordCapacity: 64)
      for _ in 0..<Int.random(in: 1...60, using: &random) {
        let step: Int64 =
          switch Int.random(in: 0..<40, using: &random) {
          case 0: -20_000_000
          case 1: 4_000_000_000
          case 2: -4_000_000_000
          default: Int64.random(in: -2_000_000...300_000, using: &random)
          }
        time += max(step, -5_000_000)
        // Sources speak in stretches; one of them runs behind the others.
        let source = UInt32(Int(time / 3_000_000) % 3)
        let skewed = time + (step < -5_000_000 ? step : 0) - (source == 2 ? 9_000_000 : 0)
        batch.append(
          EventRecord(
            rawOffset: 0, rawCount: 0, time: Instant(microseconds: skewed),
            ingestTime: Instant(microseconds: time), source: SourceID(rawValue: source)))
      }
      marker.mark(batch)
      for index in 0..<batch.count {
        let record = batch.records[index]
        let (_, lag) = clock.place(
          record.time.microseconds, source: Int(record.source.rawValue),
          origin: record.timeOrigin)
        #expect(record.flags.contains(.late) == (lag > 0), "seed \(seed)")
        if lag > 0 { marked += 1 }
      }
    }
    #expect(marked > 50, "\(marked) marked: the test looks at nothing; seed \(seed)")
  }
}
