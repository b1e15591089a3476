import Events
import TestSupport
import Testing

@testable import EventStream

struct FaultTests {
  /// What happens in the run whose every call fails once.
  private static func run(_ model: inout StreamModel, _ disk: SimulatedDisk, _ message: String)
    throws
  {
    var opened: StreamWriter?
    var failures = 0
    for step in 0..<24 {
      do throws(StreamError) {
        let writer: StreamWriter
        if let opened, step != 12 {
          writer = opened
        } else {
          try opened?.close()
          opened = nil
          writer = try StreamWriter(
            path: model.path, fileSystem: disk, options: model.options, create: true)
          model.checkCheckpoints(writer, message)
          opened = writer
        }
        try model.step(writer)
      } catch {
        failures += 1
        if case .noSpace = error { #expect(disk.fault?.kind == .noSpace, "\(message): \(error)") }
        if let opened { model.note(opened) }
        if opened?.fatal != nil { opened = nil }
      }
    }
    #expect(failures <= 3, "\(message): one failure, \(failures) errors")
    if let opened { model.note(opened) }
  }

  @Test(arguments: SimulatedDisk.Fault.allCases)
  func `whichever call fails, what was accepted is in the stream and stays`(
    _ kind: SimulatedDisk.Fault
  ) throws {
    var model = StreamModel(seed: 7)
    let sound = SimulatedDisk()
    try Self.run(&model, sound, "no fault")
    let callCount = sound.callCount
    #expect(callCount > 60)
    for call in 0..<callCount {
      let message = "\(kind) in call \(call)"
      var model = StreamModel(seed: 7)
      let disk = SimulatedDisk()
      disk.fault = (call, kind)
      try Self.run(&model, disk, message)
      disk.fault = nil
      try model.check(disk, isWhole: true, message)
      var generator = SeededGenerator(seed: UInt64(call))
      try model.check(disk.afterPowerCut(&generator), isWhole: false, message + ", power cut")
    }
  }

  @Test func `a full disk takes nothing, loses nothing, and goes on when there is room`() throws {
    var model = StreamModel(seed: 3)
    let disk = SimulatedDisk()
    let writer = try StreamWriter(
      path: model.path, fileSystem: disk, options: model.options, create: true)
    for round in 0..<20 {
      for _ in 0..<6 { try model.step(writer) }
      disk.isFull = true
      for _ in 0..<6 {
        let before = writer.endPosition
        do {
          try model.step(writer)
        } catch {
          guard case .noSpace = error else {
            Issue.record("round \(round): \(error)")
            return
          }
          #expect(writer.endPosition == before)
        }
      }
      try model.check(disk, isWhole: true, "round \(round), full")
      // A reader and a writer that come now find it whole.
      try model.check(disk.afterKill(), isWhole: true, "round \(round), killed")
      disk.isFull = false
    }
    try model.check(disk, isWhole: true, "at the end")
  }

  @Test func `a failed sync is never tried again on the same file`() throws {
    var model = StreamModel(seed: 5)
    let disk = SimulatedDisk()
    let writer = try StreamWriter(
      path: model.path, fileSystem: disk, options: model.options, create: true)
    try writer.append(.option(ingestTime: .distantPast, name: "a", value: "b"), names: EventNames())
    let file = writer.segment.path
    disk.fault = (disk.callCount, .error)
    try writer.sync()
    #expect(writer.failedSyncCount == 1)
    #expect(writer.durable.place == writer.endPosition)
    #expect(writer.segment.path == file, "the same place, so the same name")
    let batch = model.maker.batch(eventCount: 9)
    try writer.append(batch, names: model.maker.names)
    disk.fault = (disk.callCount, .error)
    try writer.sync()
    #expect(writer.segment.path != file, "what was durable stays where it is")
    // The new segment fails as well: there is no third place.
    try writer.append(batch, names: model.maker.names)
    disk.powerCutCall = disk.callCount
    let error = try #require(throws: StreamError.self) { try writer.sync() }
    #expect(throws: error) { try writer.append(batch, names: model.maker.names) }
  }
}
