import EventStream
import Events
import Foundation
import TestSupport
import Testing

@testable import Pipeline

/// Results in a stream of their own.
@Suite struct DerivedStreamTests {
  private func results(_ count: Int, _ random: inout SeededGenerator) -> [DerivedStream.Result] {
    var position: UInt64 = 0
    return (0..<count).map { number in
      position += UInt64.random(in: 0...2, using: &random)
      return DerivedStream.Result(
        position: position, time: Instant(seconds: 1_790_000_000 + Int64(number)),
        severity: number % 2 == 0 ? .warn : .error, service: "s\(number % 3)",
        line: Array("{\"why\":\"number \(number)\"}\n".utf8),
        message: 8..<8 + "number \(number)".count)
    }
  }

  private func open(_ files: MemoryFileSystem, _ identity: String = "a") throws -> DerivedStream {
    try DerivedStream(
      try StreamWriter(path: "/d", fileSystem: files, create: true), origin: "spate",
      identity: identity)
  }

  /// Everything in the stream: time, level, service and message of each event, and its bytes.
  private func contents(_ files: MemoryFileSystem) throws -> [String] {
    let reader = try StreamReader(path: "/d", fileSystem: files)
    var lines: [String] = []
    while case .batch(let batch) = try reader.next() {
      for index in 0..<batch.count {
        let record = batch.records[index]
        lines.append(
          "\(record.time.rfc3339) \(record.severity) "
            + "\(reader.names.services.name(record.service.rawValue)) "
            + "\(String(decoding: batch.message(index), as: UTF8.self)) "
            + String(decoding: batch.raw(index), as: UTF8.self))
      }
    }
    return lines
  }

  @Test func `however often it is stopped anywhere, each result is written once and in order`()
    throws
  {
    let seed = freshSeed()
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let all = results(200, &random)
    let whole = MemoryFileSystem(byteLimit: 16 << 20)
    let once = try open(whole)
    for result in all { once.append(result) }
    try once.close()
    let expected = try contents(whole)
    #expect(expected.count == 200)
    #expect(expected[1].contains("error s1 number 1 {"))

    let files = MemoryFileSystem(byteLimit: 16 << 20)
    var end = 0
    while end < all.count {
      end = min(all.count, end + Int.random(in: 1...40, using: &random))
      let stream = try open(files)
      // Made again from the beginning, or from some place not behind the last one.
      let from = stream.resumePosition.map { position in
        all.firstIndex {
          $0.position >= position - min(position, UInt64.random(in: 0...5, using: &random))
        }!
      }
      for result in all[(from ?? 0)..<end] {
        stream.append(result)
        if Int.random(in: 0..<4, using: &random) == 0 { try stream.flush() }
      }
      // Sometimes what waits is lost, as in a kill.
      if Bool.random(using: &random) { try stream.close() }
    }
    let last = try open(files)
    for result in all { last.append(result) }
    try last.close()
    let found = try contents(files)
    let isEqual = found == expected
    #expect(isEqual)
  }

  @Test func `results of something else do not go on from these, and no recording is touched`()
    throws
  {
    let files = MemoryFileSystem(byteLimit: 16 << 20)
    var random = SeededGenerator(seed: 1)
    do {
      let stream = try open(files)
      for result in results(3, &random) { stream.append(result) }
      try stream.close()
    }
    #expect(throws: DerivedStreamProblem.other("a")) { try open(files, "b") }
    let recording = MemoryFileSystem(byteLimit: 16 << 20)
    do {
      let writer = try StreamWriter(path: "/d", fileSystem: recording, create: true)
      try readFiles(try SyntheticLogs(seed: 1).write()) { batch, names in
        _ = try writer.append(batch, names: names)
      }
      try writer.close()
    }
    #expect(throws: DerivedStreamProblem.recording) { try open(recording) }
  }
}
