import Events
import Foundation
import TestSupport
import Testing

@testable import Pipeline

@Suite struct TimeMergeTests {
  @Test func `pasts are merged by time, each in its own order, and none is lost`() {
    let seed = freshSeed()
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    for _ in 0..<50 {
      let lanes = (0..<Int.random(in: 1...6, using: &random)).map { source in
        lane(source, count: Int.random(in: 1...400, using: &random), &random)
      }
      let merged = merge(lanes, &random)
      #expect(merged.count == lanes.reduce(0) { $0 + $1.count })
      for (source, lane) in lanes.enumerated() {
        #expect(merged.filter { $0.source == source }.map(\.number) == lane.map(\.number))
      }
      // An event that is older than one before it in its source counts as of that one's time.
      var reached = Array(repeating: Int64.min, count: lanes.count)
      var last = Int64.min
      for event in merged {
        reached[event.source] = max(reached[event.source], event.time)
        #expect(reached[event.source] >= last)
        last = reached[event.source]
      }
    }
  }

  @Test(arguments: [-300, 3600])
  func `a source whose clock is set, and set right again, stays in step with the others`(
    _ jump: Int64
  ) {
    let seed = freshSeed()
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    // An event a second; the first source tells another time for a minute.
    let steady = (0..<600).map {
      Event(source: 1, number: $0, time: Int64($0) * 1_000_000, end: $0 + 1)
    }
    let jumping = (0..<600).map { number in
      let seconds = Int64(number) + ((200..<260).contains(number) ? jump : 0)
      return Event(source: 0, number: number, time: seconds * 1_000_000 + 1, end: number + 1)
    }
    let merged = merge([jumping, steady], &random)
    let told = jump < 0 ? 0..<600 : 0..<200
    var numbers = [0, 0]
    for event in merged {
      numbers[event.source] = event.number
      guard told.contains(event.number) else { continue }
      #expect(abs(numbers[0] - numbers[1]) <= 2, "seed \(seed)")
    }
  }

  @Test func `events whose lines stand between each other's go into one batch`() {
    let seed = freshSeed()
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    for _ in 0..<20 {
      let lanes = (0..<3).map { source in
        lane(source, count: 400, &random, groupSize: 4)
      }
      let merged = merge(lanes, &random, outputCount: 50)
      for (source, lane) in lanes.enumerated() {
        #expect(merged.filter { $0.source == source }.map(\.number) == lane.map(\.number))
      }
      var begun: Set<[Int]> = []
      for (earlier, later) in zip(merged, merged.dropFirst()) {
        let isTogether = earlier.source == later.source && earlier.end == later.end
        #expect(!isTogether || earlier.batch == later.batch)
        // Nobody else comes between them: each group begins once.
        if !isTogether { #expect(begun.insert([later.source, later.end]).inserted) }
      }
    }
  }

  private struct Event: Equatable {
    var source: Int
    var number: Int
    var time: Int64
    var end: Int
    /// The batch that it was handed on in.
    var batch = 0
  }

  private func lane(
    _ source: Int, count: Int, _ random: inout SeededGenerator, groupSize: Int = 1
  ) -> [Event] {
    var time: Int64 = 0
    return (0..<count).map { number in
      time += Int64.random(in: -3...20, using: &random)
      return Event(source: source, number: number, time: time, end: number / groupSize + 1)
    }
  }

  /// - Parameter outputCount: Events after which a batch is full.
  private func merge(
    _ lanes: [[Event]], _ random: inout SeededGenerator,
    outputCount: Int = EventBatch.targetEventCount
  ) -> [Event] {
    var merge = TimeMerge()
    var next = Array(repeating: 0, count: lanes.count)
    var isWaiting = Array(repeating: false, count: lanes.count)
    var result: [Event] = []
    var batchCount = 0
    var output = EventBatch()
    func take() {
      for index in 0..<output.count {
        let record = unsafe output.records[index]
        let number = unsafe Int(String(decoding: output.raw(index), as: UTF8.self))!
        result.append(
          Event(
            source: Int(record.source.rawValue), number: number, time: record.time.microseconds,
            end: Int(record.sourceEndOffset), batch: batchCount))
      }
      batchCount += 1
      output = EventBatch()
    }
    while true {
      for source in lanes.indices where !isWaiting[source] && next[source] < lanes[source].count {
        var end = min(lanes[source].count, next[source] + Int.random(in: 1...30, using: &random))
        while end < lanes[source].count, lanes[source][end].end == lanes[source][end - 1].end {
          end += 1
        }
        merge.add(batch(of: lanes[source][next[source]..<end]), source: source)
        next[source] = end
        isWaiting[source] = true
      }
      if merge.isEmpty { break }
      if let (source, _) = merge.fill(output) { isWaiting[source] = false } else { take() }
      if output.count >= outputCount { take() }
    }
    take()
    return result
  }

  private func batch(of events: ArraySlice<Event>) -> EventBatch {
    let batch = EventBatch(byteCapacity: 4096)
    for event in events {
      let text = Array(String(event.number).utf8)
      let start = unsafe text.withUnsafeBufferPointer {
        unsafe batch.append(bytes: $0.baseAddress!, count: text.count)
      }
      var record = EventRecord(
        rawOffset: UInt32(start), rawCount: UInt32(text.count),
        time: Instant(microseconds: event.time), ingestTime: Instant(microseconds: 0),
        source: SourceID(rawValue: UInt32(event.source)))
      record.sourceEndOffset = UInt64(event.end)
      batch.append(record)
    }
    return batch
  }
}
