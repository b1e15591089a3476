import Events
import Foundation
import Testing

@testable import EventStream

struct PowerCutTests {
  /// `SPATE_POWER_CUTS=10000` for more than a quick look.
  static let cutCount =
    ProcessInfo.processInfo.environment["SPATE_POWER_CUTS"].flatMap { UInt64($0) } ?? 500

  @Test func `no power cut takes what was synced, or leaves anything but a beginning`() throws {
    var mergeCount = 0
    for seed in 0..<Self.cutCount { mergeCount += try cut(seed) }
    #expect(mergeCount > 0)
  }

  /// - Returns: How often segments were merged.
  private func cut(_ seed: UInt64) throws -> Int {
    var model = StreamModel(seed: seed)
    var disk = SimulatedDisk()
    for round in 0..<3 {
      let message = "seed \(seed), round \(round)"
      disk.powerCutCall = disk.callCount + 10 + model.maker.number(150)
      if model.maker.generator.chance(1, in: 3) {
        disk.fault = (disk.callCount + 10 + model.maker.number(100), .error)
      }
      var failed = 0
      do {
        while failed < 3 {
          let writer = try StreamWriter(
            path: model.path, fileSystem: disk, options: model.options, create: true)
          model.checkCheckpoints(writer, message)
          model.note(writer)
          do {
            for _ in 0..<50 { try model.step(writer) }
            if model.maker.generator.chance(1, in: 2) { try writer.close() }
            model.note(writer)
          } catch {
            // The disk failed once, or the power is gone.
            failed += 1
            model.note(writer)
          }
        }
      } catch {
        // The power went while the stream was opened.
      }
      disk = disk.afterPowerCut(&model.maker.generator)
      guard (try? StreamReader(path: model.path, fileSystem: disk)) != nil else {
        // There was no stream yet.
        #expect(model.entries.isEmpty, "\(message): no stream")
        continue
      }
      let count = try model.check(disk, isWhole: false, message)
      model.truncate(to: count)
      // What a reader saw before the repair is what there is after it.
      let writer = try StreamWriter(
        path: model.path, fileSystem: disk, options: model.options, create: false)
      model.checkCheckpoints(writer, message)
      try model.check(disk, isWhole: true, message)
    }
    return model.mergeCount
  }
}
