import EventStream
import Events
import Foundation
import Patterns
import TestSupport
import Testing

@testable import Pipeline

/// A recorded stream in memory, and the analyses of it.
private struct Recording {
  let files: MemoryFileSystem
  let options = Analysis.Options()
  let path: String
  private(set) var eventCount: UInt64 = 0

  init(
    seed: UInt64, minutes: Int = 6, files: MemoryFileSystem? = nil,
    streamOptions: StreamOptions = StreamOptions(), path: String = "/s"
  ) throws {
    self.path = path
    self.files = files ?? MemoryFileSystem(byteLimit: 256 << 20)
    var random = SeededGenerator(seed: seed)
    let writer = try StreamWriter(
      path: path, fileSystem: self.files, options: streamOptions, create: true)
    try readFiles(
      try SyntheticLogs(seed: seed, minutes: minutes).write(),
      batch: { batch, names in
        var start = 0
        while start < batch.count {
          let end = min(batch.count, start + Int.random(in: 1...60, using: &random))
          _ = try writer.append(batch.slice(start..<end), names: names)
          if Int.random(in: 0..<5, using: &random) == 0 {
            try writer.append(
              .tick(
                ingestTime: Instant(seconds: 1_800_000_000),
                elapsedMicroseconds: Int64.random(in: 0..<2_000_000, using: &random)),
              names: names)
          }
          start = end
        }
      },
      control: { record, names in try writer.append(record, names: names) })
    eventCount = writer.nextOffset
    try writer.close()
  }

  func reader() throws(StreamError) -> StreamReader {
    try StreamReader(path: path, fileSystem: files)
  }

  func store() throws -> KeyframeStore {
    KeyframeStore(reader: try reader(), options: options, leastInterval: 150)
  }

  func stream(withStore: Bool) throws -> StreamAnalysis {
    StreamAnalysis(
      reader: try reader(), options: options, store: withStore ? try store() : nil, shortWay: 40)
  }

  /// The state at an offset, from the beginning.
  func plain(_ offset: UInt64) throws -> [UInt8] {
    let stream = try stream(withStore: false)
    while try stream.advance(offsetLimit: offset) {}
    #expect(stream.offset == offset)
    _ = stream.analysis.takeReports()
    return stream.analysis.encode()
  }

  var keyframePaths: [String] {
    let kinds = (try? files.names(inFolder: "/s/keyframes")) ?? []
    return kinds.flatMap { kind in
      ((try? files.names(inFolder: "/s/keyframes/\(kind)")) ?? []).map {
        "/s/keyframes/\(kind)/\($0)"
      }
    }.sorted()
  }
}

@Suite struct KeyframeTests {
  @Test func `any offset opens as it was, whatever became of the keyframes`() throws {
    let seed = freshSeed()
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let recording = try Recording(seed: seed)
    let moving = try recording.stream(withStore: true)
    var openings = 0
    for round in 0..<16 {
      let offset = UInt64.random(in: 0...recording.eventCount, using: &random)
      let stream = round % 2 == 0 ? moving : try recording.stream(withStore: true)
      stream.approach(offset)
      if stream.offset > 0 { openings += 1 }
      while try stream.advance(offsetLimit: offset) {}
      _ = stream.analysis.takeReports()
      let isSame = stream.analysis.encode() == (try recording.plain(offset))
      #expect(isSame, "at #\(offset)")
      let paths = recording.keyframePaths
      guard let path = paths.randomElement(using: &random) else { continue }
      switch Int.random(in: 0..<4, using: &random) {
      case 0: try recording.files.remove(path)
      case 1:
        let file = try recording.files.open(path, .readWrite)
        let byteCount = try file.status().byteCount
        let place = UInt64.random(in: 0..<byteCount, using: &random)
        try file.truncate(toByteCount: place)
      default: break
      }
    }
    #expect(openings > 5)
    #expect(recording.keyframePaths.count > 1)
  }

  @Test func `any time opens as it was`() throws {
    let seed = freshSeed()
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let recording = try Recording(seed: seed)
    let whole = try recording.stream(withStore: true)
    while try whole.advance(offsetLimit: .max) {}
    let first = try #require(whole.startTime)
    let last = try #require(whole.time)
    #expect(recording.keyframePaths.count > 1)
    for _ in 0..<12 {
      let time = Instant(
        microseconds: Int64.random(in: first.microseconds...last.microseconds, using: &random))
      let plain = try recording.stream(withStore: false)
      while try plain.advance(offsetLimit: .max, timeLimit: time) {}
      let stream = try recording.stream(withStore: true)
      stream.approach(time)
      while try stream.advance(offsetLimit: .max, timeLimit: time) {}
      #expect(stream.offset == plain.offset)
      #expect(stream.time == plain.time)
      _ = (plain.analysis.takeReports(), stream.analysis.takeReports())
      let isSame = stream.analysis.encode() == plain.analysis.encode()
      #expect(isSame, "at \(time)")
    }
  }

  @Test func `a stream that goes on is taken up at the last state`() throws {
    let seed = freshSeed()
    print("seed \(seed)")
    let recording = try Recording(seed: seed, minutes: 20)
    var options = Session.Options(
      recognition: RecognitionOptions(library: .shipped()),
      openReader: { () throws(StreamError) in
        try StreamReader(path: "/s", fileSystem: recording.files)
      })
    options.path = "/s"
    options.keyframeInterval = 1000
    let first = LiveAnalysis(options)
    #expect(first.readPast(upTo: recording.eventCount, isStopped: { false }) == nil)
    first.keepLast()
    #expect(recording.keyframePaths.count > 2)
    let second = LiveAnalysis(options)
    #expect(second.readPast(upTo: recording.eventCount, isStopped: { false }) == nil)
    #expect(second.readCount < 1000)
    let isSame = second.analysis.encode() == first.analysis.encode()
    #expect(isSame)
  }

  @Test func `a stream that begins with what an earlier one knew replays as it was seen`() throws {
    let seed = freshSeed()
    print("seed \(seed)")
    let past = try Recording(seed: seed, minutes: 8)
    let present = try Recording(seed: seed &+ 1, files: past.files, path: "/n")
    var options = Session.Options(
      recognition: RecognitionOptions(library: .shipped()),
      openReader: { () throws(StreamError) in try present.reader() })
    options.path = "/n"
    let live = LiveAnalysis(options)
    let history = StreamHistory(name: "s") { () throws(StreamError) in try past.reader() }
    #expect(live.begin(with: history, isStopped: { false }))
    let known = live.analysis.miner.patternCount
    #expect(known > 2)
    let reader = try present.reader()
    reading: while true {
      switch try reader.next() {
      case .batch(let batch):
        live.consume(Parcel(content: .batch(batch), names: reader.names))
      case .control(let record):
        live.consume(Parcel(content: .control(record), names: reader.names))
      case .gap: continue
      case .atEnd: break reading
      }
    }
    #expect(live.analysis.nextOffset == present.eventCount)
    #expect(live.analysis.totals.eventCount == present.eventCount)
    // Whoever opens the stream later has its events and what it begins with.
    let replay = try present.stream(withStore: true)
    while try replay.advance(offsetLimit: .max) {}
    let seen = live.analysis.takeReports()
    #expect(replay.analysis.takeReports() == seen)
    let isSame = replay.analysis.encode() == live.analysis.encode()
    #expect(isSame)
    #expect(!replay.analysis.detector.isCold)
    let cold = try present.stream(withStore: false)
    while try cold.advance(offsetLimit: .max) {}
    #expect(cold.analysis.detector.isCold)
  }

  @Test func `an earlier stream that cannot be read leaves a cold start`() throws {
    let present = try Recording(seed: 4, path: "/n")
    var options = Session.Options(
      recognition: RecognitionOptions(library: .shipped()),
      openReader: { () throws(StreamError) in try present.reader() })
    options.path = "/n"
    let live = LiveAnalysis(options)
    let history = StreamHistory(name: "s") { () throws(StreamError) in
      try StreamReader(path: "/none", fileSystem: present.files)
    }
    #expect(!live.begin(with: history, isStopped: { false }))
    #expect(live.analysis.detector.isCold)
  }

  @Test func `a state from a time line that a power cut has ended is not believed`() throws {
    let recording = try Recording(seed: 3)
    let folder = KeyframeFolder(
      of: try recording.reader(), kind: recording.options.fingerprint)
    let stream = try recording.stream(withStore: false)
    var mark = EventMark.none
    let reader = try recording.reader()
    while case .batch(let batch)? = Optional(try reader.next()), reader.place.offset < 500 {
      mark = EventMark(lastOf: batch)
    }
    while try stream.advance(offsetLimit: 500) {}
    let place = StreamPosition(offset: 500, control: 0)
    let image = StateImage(
      place: place, time: Instant(seconds: 5), lastEvent: mark, state: stream.analysis.encode())
    #expect(folder.store(image, streamByteCount: 0) != nil)
    #expect(folder.load(place) == image)
    #expect(try recording.store().state(atOrBefore: 600).place == .start)
    #expect(folder.entries().isEmpty)
  }

  @Test func `a stream that lost its past replays as it was seen`() throws {
    let seed = freshSeed()
    print("seed \(seed)")
    let files = MemoryFileSystem(byteLimit: 256 << 20)
    var streamOptions = StreamOptions()
    streamOptions.segmentByteLimit = 12_000
    let recording = try Recording(seed: seed, files: files, streamOptions: streamOptions)
    // To the very end: a place may lie behind the last event, among the ticks that follow it.
    func rest(_ stream: StreamAnalysis) throws -> [UInt8] {
      while try stream.advance(offsetLimit: .max) {}
      _ = stream.analysis.takeReports()
      return stream.analysis.encode()
    }
    let plain = try rest(try recording.stream(withStore: false))
    let writer = try StreamWriter(path: "/s", fileSystem: files, create: false)
    let beginning = StreamBeginning(
      options: recording.options, isCaching: false,
      openReader: { () throws(StreamError) in try StreamReader(path: "/s", fileSystem: files) })
    for part in [2, 3] as [UInt64] {
      let place = writer.startPlace(
        afterPruningTo: writer.byteCount / part, ageLimit: nil, now: .distantPast)
      guard place > writer.startPlace else { continue }
      #expect(try beginning.keep(at: place))
      try writer.prune(before: place)
      #expect(writer.startPlace == place)
      #expect(try files.names(inFolder: "/s/states").count == 1)
      for kind in try files.names(inFolder: "/s/states") {
        #expect(try files.names(inFolder: "/s/states/\(kind)").count == 1)
      }
      let stream = try recording.stream(withStore: true)
      #expect(stream.offset == place.offset)
      let isSame = try rest(stream) == plain
      #expect(isSame, "from \(place)")
    }
  }

  @Test func `a state that a lost past left behind is missed, not made up`() throws {
    let files = MemoryFileSystem(byteLimit: 256 << 20)
    var streamOptions = StreamOptions()
    streamOptions.segmentByteLimit = 12_000
    let recording = try Recording(seed: 5, files: files, streamOptions: streamOptions)
    func check() throws -> StreamCheck {
      try checkStream("/s", fileSystem: files, isThorough: false)
    }
    #expect(try !recording.store().beginning().lacksPast)
    #expect(try check().lostBeginning == nil)
    let writer = try StreamWriter(path: "/s", fileSystem: files, create: false)
    let beginning = StreamBeginning(
      options: recording.options, isCaching: false,
      openReader: { () throws(StreamError) in try StreamReader(path: "/s", fileSystem: files) })
    let place = writer.startPlace(
      afterPruningTo: writer.byteCount / 2, ageLimit: nil, now: .distantPast)
    #expect(place > .start)
    #expect(try beginning.keep(at: place))
    try writer.prune(before: place)
    #expect(try !recording.store().beginning().lacksPast)
    #expect(try check().lostBeginning == nil)

    for kind in try files.names(inFolder: "/s/states") {
      for name in try files.names(inFolder: "/s/states/\(kind)") {
        try files.remove("/s/states/\(kind)/\(name)")
      }
    }
    #expect(try recording.store().beginning().lacksPast)
    #expect(try check().lostBeginning == place.offset)

    // Whoever goes on recording is told so on the screen.
    let options = Session.Options(
      recognition: RecognitionOptions(library: .shipped()),
      openReader: { () throws(StreamError) in try recording.reader() })
    let notice = LiveAnalysis(options).readPast(
      upTo: recording.eventCount, isStopped: { false })
    #expect(notice == KeptAnalysis.lostPast(before: place.offset))
  }

  @Test func `a recording keeps within its limit, and its rest replays as it was seen`() throws {
    let seed = freshSeed()
    print("seed \(seed)")
    let files = MemoryFileSystem(byteLimit: 256 << 20)
    var streamOptions = StreamOptions()
    streamOptions.segmentByteLimit = 6_000
    let writer = try StreamWriter(
      path: "/s", fileSystem: files, options: streamOptions, create: true)
    let open: @Sendable () throws(StreamError) -> StreamReader = { () throws(StreamError) in
      try StreamReader(path: "/s", fileSystem: files)
    }
    let options = Analysis.Options()
    var limits = RecordingLimits()
    limits.byteLimit = 30_000
    let now = Mailbox(Instant(seconds: 1_800_000_000))
    let recorder = Recorder(
      writer: writer, path: nil, limits: limits,
      beginning: StreamBeginning(options: options, isCaching: false, openReader: open),
      clock: { now.read() }, isStopped: { false }, report: { _ in })
    let live = Analysis(options)
    try readFiles(
      try SyntheticLogs(seed: seed).write(),
      batch: { batch, names in
        for start in stride(from: 0, to: batch.count, by: 20) {
          let part = batch.slice(start..<min(batch.count, start + 20))
          try recorder.append(Parcel(content: .batch(part), names: names))
          live.consume(part, names: names)
          now.update { $0 = $0.advanced(byMicroseconds: 11_000_000) }
        }
      },
      control: { record, names in
        try recorder.append(Parcel(content: .control(record), names: names))
        live.consume(record, names: names)
      })
    let isPruned = try waiting {
      now.update { $0 = $0.advanced(byMicroseconds: 11_000_000) }
      try recorder.keepUp()
      return writer.byteCount < 36_000 && writer.startOffset > 0
    }
    #expect(isPruned)
    try recorder.finish()
    let stream = StreamAnalysis(
      reader: try open(), options: options,
      store: KeyframeStore(reader: try open(), options: options, isCaching: false))
    #expect(stream.offset > 0)
    while try stream.advance(offsetLimit: .max) {}
    _ = (live.takeReports(), stream.analysis.takeReports())
    let isSame = stream.analysis.encode() == live.encode()
    #expect(isSame)
  }

  /// Whether something comes to hold that another thread works at.
  private func waiting(_ condition: () throws -> Bool) rethrows -> Bool {
    for _ in 0..<6000 {
      if try condition() { return true }
      usleep(10_000)
    }
    return false
  }
}
