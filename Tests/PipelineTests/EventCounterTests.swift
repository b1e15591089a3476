import Detection
import EventStream
import Events
import Foundation
import Patterns
import TestSupport
import Testing

@testable import Pipeline

/// Counts in windows: they sum, and depend on nothing but the stream.
@Suite struct EventCounterTests {
  /// All that a counter gives out, as text that two runs must agree on.
  private func text(_ windows: [WindowCounts]) -> String {
    windows.map { window in
      "\(window.start?.rfc3339 ?? "-") \(window.end?.rfc3339 ?? "-") \(window.isFinal)\n"
        + window.rows.map { row in
          let fields = row.totals.fields.map {
            "\($0.valueCount) \($0.numberCount) \($0.sum) \($0.quantiles?.quantile(0.95) ?? -1) "
              + "\($0.distinct?.count ?? 0)"
          }
          return "  \(row.labels.map { "\($0.text ?? "-")/\($0.patternKey ?? 0)" }) "
            + "\(row.totals.count) \(row.totals.lateCount) \(fields)\n"
        }.joined() + "  other \(window.other?.count ?? 0) \(window.other?.lateCount ?? 0)\n"
    }.joined()
  }

  private func plan(_ by: [String], seconds: Int64? = 10, steps: Int64 = 1) -> CountPlan {
    var plan = CountPlan()
    plan.dimensions = by.map(CountDimension.init)
    plan.measured = [CountPlan.Measured(field: "seq", hasQuantiles: true, hasDistinct: true)]
    plan.windows = seconds.map {
      CountPlan.Windows(
        widthMicroseconds: $0 * 1_000_000, stepMicroseconds: $0 * 1_000_000 / steps)
    }
    return plan
  }

  private func counter(_ plan: CountPlan, _ condition: String? = nil) throws -> EventCounter {
    try EventCounter(
      plan, condition: condition.map { try Condition($0, library: .shipped()) },
      library: .shipped())
  }

  /// A batch of events at these seconds, from one source.
  private func batch(_ seconds: [Int64], names: inout EventNames) -> EventBatch {
    let batch = EventBatch()
    _ = names.sources.intern("s")
    _ = names.services.intern("api")
    for second in seconds {
      let text = Array("event \(second)".utf8)
      let offset = unsafe text.withUnsafeBufferPointer {
        unsafe batch.append(bytes: $0.baseAddress!, count: $0.count)
      }
      var record = EventRecord(
        rawOffset: UInt32(offset), rawCount: UInt32(text.count), time: Instant(seconds: second),
        ingestTime: Instant(seconds: second), source: SourceID(rawValue: 0))
      record.timeOrigin = .parsed
      batch.append(record)
    }
    return batch
  }

  @Test(arguments: [
    ["service", "level"], ["pattern"], ["seq"], [], ["source", "format", "level"],
  ])
  func `counts and late events sum to the events`(_ by: [String]) throws {
    let seed = freshSeed()
    print("seed \(seed)")
    let paths = try SyntheticLogs(seed: seed).write()
    let windows = try counter(plan(by))
    let all = try counter(plan(by, seconds: nil))
    var events: UInt64 = 0
    var told: [WindowCounts] = []
    try readFiles(
      paths,
      batch: { batch, names in
        events += UInt64(batch.count)
        windows.consume(batch.slice(0..<batch.count), names: names)
        all.consume(batch, names: names)
        told += windows.takeClosed()
      }, control: { record, _ in windows.consume(record) })
    told += windows.takeClosed() + windows.provisional()
    #expect(told.count > 30)
    #expect(told.reduce(0) { $0 + $1.count + $1.lateCount } == events)
    #expect(told.reduce(0) { $0 + $1.lateCount } == windows.lateCount)
    let whole = try #require(all.provisional().first)
    #expect(whole.count == events)
    // Group by group, the windows sum to the whole.
    var sums: [[WindowCounts.Label]: UInt64] = [:]
    for row in told.flatMap(\.rows) {
      let labels = row.labels.map { WindowCounts.Label(text: nil, patternKey: $0.patternKey) }
      let key = by == ["pattern"] ? labels : row.labels
      sums[key, default: 0] += row.totals.count + row.totals.lateCount
    }
    if by != ["pattern"] {
      for row in whole.rows { #expect(sums[row.labels] == row.totals.count) }
    }
  }

  @Test(arguments: [["service", "level"], ["pattern"]], [1, 5] as [Int64])
  func `however the events are cut into batches, the counts are the same`(
    _ by: [String], _ steps: Int64
  ) throws {
    let seed = freshSeed()
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let paths = try SyntheticLogs(seed: seed).write()
    let whole = try counter(plan(by, steps: steps), "not message ~ vacuum")
    let cut = try counter(plan(by, steps: steps), "not message ~ vacuum")
    var wholeTold: [WindowCounts] = []
    var cutTold: [WindowCounts] = []
    try readFiles(
      paths,
      batch: { batch, names in
        var start = 0
        while start < batch.count {
          let end = min(batch.count, start + Int.random(in: 1...300, using: &random))
          cut.consume(batch.slice(start..<end), names: names)
          cutTold += cut.takeClosed()
          start = end
        }
        whole.consume(batch, names: names)
        wholeTold += whole.takeClosed()
      },
      control: { record, _ in
        cut.consume(record)
        whole.consume(record)
      })
    let expected = text(wholeTold + whole.takeClosed() + whole.provisional())
    let found = text(cutTold + cut.takeClosed() + cut.provisional())
    #expect(expected.contains("true"))
    let isEqual = found == expected
    #expect(isEqual)
  }

  @Test func `a sliding window is the sum of its steps`() throws {
    let seed = freshSeed()
    print("seed \(seed)")
    let paths = try SyntheticLogs(seed: seed).write()
    let sliding = try counter(plan(["service"], seconds: 30, steps: 6))
    let tumbling = try counter(plan(["service"], seconds: 5))
    func told(_ counter: EventCounter) throws -> [WindowCounts] {
      try readFiles(
        paths, batch: { counter.consume($0, names: $1) },
        control: { record, _ in counter.consume(record) })
      return counter.takeClosed() + counter.provisional()
    }
    let steps = try told(tumbling)
    let windows = try told(sliding)
    #expect(windows.count >= steps.count)
    for window in windows {
      let parts = steps.filter { $0.start! >= window.start! && $0.end! <= window.end! }
      #expect(window.count == parts.reduce(0) { $0 + $1.count })
      #expect(window.lateCount == parts.reduce(0) { $0 + $1.lateCount })
      for row in window.rows {
        let same = parts.flatMap(\.rows).filter { $0.labels == row.labels }
        #expect(row.totals.count == same.reduce(0) { $0 + $1.totals.count })
        #expect(
          row.totals.fields[0].valueCount == same.reduce(0) { $0 + $1.totals.fields[0].valueCount })
      }
    }
  }

  @Test func `a replay of what was recorded counts the same`() throws {
    let paths = try SyntheticLogs(seed: 11).write()
    let files = MemoryFileSystem(byteLimit: 64 << 20)
    let writer = try StreamWriter(path: "/s", fileSystem: files, create: true)
    let live = try counter(plan(["pattern", "service"]))
    var liveTold: [WindowCounts] = []
    try readFiles(
      paths,
      batch: { batch, names in
        _ = try writer.append(batch, names: names)
        live.consume(batch, names: names)
        liveTold += live.takeClosed()
      },
      control: { record, names in
        try writer.append(record, names: names)
        live.consume(record)
      })
    let replayed = try counter(plan(["pattern", "service"]))
    var told: [WindowCounts] = []
    let reader = try StreamReader(path: "/s", fileSystem: files)
    reading: while true {
      switch try reader.next() {
      case .batch(let batch): replayed.consume(batch, names: reader.names)
      case .control(let record): replayed.consume(record)
      case .gap: Issue.record("a gap in a whole stream")
      case .atEnd: break reading
      }
      told += replayed.takeClosed()
    }
    let isEqual =
      text(told + replayed.takeClosed() + replayed.provisional())
      == text(liveTold + live.takeClosed() + live.provisional())
    #expect(isEqual)
  }

  @Test func `a window is final once the watermark has passed, and what comes then is late`() throws
  {
    var names = EventNames()
    let counter = try counter(plan([]))
    counter.consume(batch([100, 105, 109, 111], names: &names), names: names)
    #expect(counter.takeClosed().isEmpty)
    #expect(counter.provisional().map(\.count) == [3, 1])
    #expect(counter.provisional().allSatisfy { !$0.isFinal })
    // In time: within three seconds of the newest.
    counter.consume(batch([112, 109], names: &names), names: names)
    #expect(counter.takeClosed().isEmpty)
    counter.consume(batch([113, 108, 114], names: &names), names: names)
    let closed = counter.takeClosed()
    #expect(closed.map(\.count) == [4])
    #expect(closed.map(\.isFinal) == [true])
    #expect(closed.map(\.end) == [Instant(seconds: 110)])
    let open = try #require(counter.provisional().first)
    #expect(open.start == Instant(seconds: 110))
    #expect(open.count == 4)
    #expect(open.lateCount == 1)
    #expect(counter.lateCount == 1)
  }

  @Test func `what is late is what is marked as late`() throws {
    let seed = freshSeed()
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    var names = EventNames()
    let counter = try counter(plan([], seconds: 20))
    var marker = LateMarker()
    var marked: UInt64 = 0
    var second: Int64 = 1000
    for _ in 0..<30 {
      let batch = batch(
        (0..<50).map { _ in
          second += Int64.random(in: 0...1, using: &random)
          // Some are held up for a moment, a few for longer.
          let delay = Int.random(in: 0..<20, using: &random) == 0 ? 9 : 3 as Int64
          return second - Int64.random(in: 0...delay, using: &random)
        }, names: &names)
      marker.mark(batch)
      marked += UInt64((0..<batch.count).count { unsafe batch.records[$0].flags.contains(.late) })
      counter.consume(batch, names: names)
    }
    #expect(marked > 0)
    #expect(counter.lateCount == marked)
    // Most of them count in their own window, which is still open.
    let told = counter.takeClosed() + counter.provisional()
    #expect(told.reduce(0) { $0 + $1.lateCount } == marked)
  }

  @Test func `a late event whose window is open counts in it`() throws {
    var names = EventNames()
    let counter = try counter(plan([], seconds: 60))
    counter.consume(batch([120, 130, 170, 165, 125], names: &names), names: names)
    #expect(counter.takeClosed().isEmpty)
    #expect(counter.provisional().map(\.count) == [3])
    #expect(counter.provisional().map(\.lateCount) == [2])
    counter.consume(batch([190, 150], names: &names), names: names)
    #expect(counter.takeClosed().map(\.lateCount) == [2])
    #expect(counter.provisional().map(\.lateCount) == [1])
  }

  @Test func `time that passes without events ends a window`() throws {
    var names = EventNames()
    let counter = try counter(plan([]))
    counter.consume(batch([100, 101], names: &names), names: names)
    counter.consume(.tick(ingestTime: Instant(seconds: 0), elapsedMicroseconds: 20_000_000))
    #expect(counter.takeClosed().map(\.count) == [2])
    #expect(counter.provisional().isEmpty)
  }

  @Test func `groups beyond the limit are counted as others`() throws {
    var names = EventNames()
    var plan = plan(["message"], seconds: nil)
    plan.dimensions = [.field("event"), .source]
    plan.groupLimit = 1
    let counter = try counter(plan)
    let batch = batch(Array(0..<50), names: &names)
    _ = names.sources.intern("t")
    for index in 0..<20 { unsafe batch.records[index].source = SourceID(rawValue: 1) }
    counter.consume(batch, names: names)
    let whole = try #require(counter.provisional().first)
    #expect(whole.rows.map(\.totals.count) == [20])
    #expect(whole.other?.count == 30)
    #expect(whole.count == 50)
  }

  @Test func `times that jump anywhere open a limited number of windows`() throws {
    let seed = freshSeed()
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    var names = EventNames()
    let counter = try counter(plan([]))
    var told: UInt64 = 0
    for _ in 0..<20 {
      let times = (0..<500).map { _ in Int64.random(in: 0...9_000_000_000, using: &random) }
      counter.consume(batch(times, names: &names), names: names)
      told += counter.takeClosed().reduce(0) { $0 + $1.count + $1.lateCount }
      #expect(counter.provisional().count <= CountPlan.openLimit + 1)
    }
    #expect(told + counter.provisional().reduce(0) { $0 + $1.count + $1.lateCount } == 10_000)
  }

  @Test func `quantiles are exact for few numbers and close for many, merged or not`() {
    let seed = freshSeed()
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    for count in [1, 2, 100, 256, 257, 20_000] {
      var sketch = QuantileSketch()
      var parts = (QuantileSketch(), QuantileSketch())
      let numbers = (0..<count).map { _ in
        Double.random(in: -10...10, using: &random) * Double.random(in: 0...1000, using: &random)
      }
      for (index, number) in numbers.enumerated() {
        sketch.add(number)
        if index % 3 == 0 { parts.0.add(number) } else { parts.1.add(number) }
      }
      parts.0.merge(parts.1)
      let sorted = numbers.sorted()
      for share in [0.01, 0.5, 0.95, 0.99, 1] {
        let exact = sorted[max(1, Int((share * Double(count)).rounded(.up))) - 1]
        let found = sketch.quantile(share)!
        #expect(abs(found - exact) <= abs(exact) * (count <= 256 ? 0 : 0.004), "\(count) \(share)")
        #expect(parts.0.quantile(share) == found)
      }
    }
    #expect(QuantileSketch().quantile(0.5) == nil)
  }

  @Test func `different values are counted exactly up to two thousand, and closely beyond`() {
    func sketch(_ range: Range<Int>) -> DistinctSketch {
      var sketch = DistinctSketch()
      for number in range {
        var text = "value-\(number)"
        for _ in 0..<2 { text.withUTF8 { unsafe sketch.add($0) } }
      }
      return sketch
    }
    #expect(sketch(0..<2048).count == 2048)
    #expect(sketch(0..<2048).isExact)
    let many = sketch(0..<100_000)
    #expect(!many.isExact)
    #expect(abs(Double(many.count) - 100_000) < 15_000)
    var merged = sketch(0..<60_000)
    merged.merge(sketch(40_000..<100_000))
    #expect(abs(Double(merged.count) - 100_000) < 15_000)
  }
}
