import Events
import Glibc
import TestSupport
import Testing

@testable import Ingest

/// The real logrotate turns over logs that are written to meanwhile, and the reader loses its mind
/// again and again: every line must come exactly once and in order.
@Suite struct LogrotateTests {
  struct Mode: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var directives: [String]
    var copies: Bool { directives.contains("copytruncate") }
    /// What is written to a file after it was packed and removed is in none that is left.
    var keepsLateLines: Bool {
      !copies && (directives.contains("delaycompress") || !directives.contains("compress"))
    }

    static let all: [Mode] = [
      Mode(testDescription: "create", directives: ["create"]),
      Mode(testDescription: "create, compress", directives: ["create", "compress"]),
      Mode(
        testDescription: "create, delaycompress",
        directives: ["create", "compress", "delaycompress"]),
      Mode(
        testDescription: "create, dateext",
        directives: ["create", "dateext", "dateformat -%Y%m%d-%s"]),
      Mode(testDescription: "create, olddir", directives: ["create", "olddir old"]),
      Mode(testDescription: "copytruncate", directives: ["copytruncate"]),
      Mode(testDescription: "copytruncate, compress", directives: ["copytruncate", "compress"]),
      Mode(
        testDescription: "copytruncate, delaycompress",
        directives: ["copytruncate", "compress", "delaycompress"]),
      Mode(
        testDescription: "copytruncate, olddir", directives: ["copytruncate", "olddir old"]),
    ]
  }

  static let logrotate = "/usr/sbin/logrotate"
  static var isInstalled: Bool { access(logrotate, X_OK) == 0 }
  /// More by hand: `SPATE_ROTATION_SEEDS=100 swift test --filter LogrotateTests`.
  static var seeds: Range<UInt64> {
    let count = getenv("SPATE_ROTATION_SEEDS").flatMap { UInt64(String(cString: $0)) } ?? 2
    return 1..<(1 + count)
  }

  @Test(
    .enabled(if: isInstalled, "logrotate is not installed: rotation is not tested"),
    arguments: Mode.all, seeds)
  func `each line comes once and in order through rotations and crashes`(
    _ mode: Mode, seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    let run = try RotationRun(mode)
    // From the first checkpoint on nothing may be lost; before it each start is the first.
    run.write(lineCount: 1, random: &random)
    try run.readAll()
    for _ in 0..<120 {
      switch random.below(12) {
      case 0: try run.rotate()
      case 1: run.crash()
      case 2...7: run.write(lineCount: random.below(40), random: &random)
      case 8: run.writeLate(random: &random)
      default: try run.read(capacity: 1 + random.below(5000), random: &random)
      }
    }
    run.crash()
    try run.readAll()
    #expect(run.firstDifference == nil, "\(mode.testDescription), seed \(seed)")
    #expect(run.gapCount == 0)
  }
}

/// A log, its writer, its rotator and a reader that stores whole lines with their checkpoint.
private final class RotationRun {
  private let scratch: Scratch
  private let keepsLateLines: Bool
  private var set: SourceSet?
  private var checkpoint: Stored?
  private var line = 0
  private var partial: [UInt8] = []
  /// The file that a writer has open which has not heard of the last rotation.
  private var lateFile: UnsafeMutablePointer<FILE>?
  private var written: [String] = []
  private var stored: [String] = []
  private(set) var gapCount = 0

  init(_ mode: LogrotateTests.Mode) throws {
    scratch = try Scratch()
    keepsLateLines = mode.keepsLateLines
    scratch.run("mkdir old")
    scratch.write(
      "conf",
      """
      \(scratch.path)a.log {
        su root root
        rotate 1000
        \(mode.directives.joined(separator: "\n  "))
      }

      """)
    // logrotate refuses a configuration that others may write to, and dates need a known state.
    scratch.run("chmod 644 conf && chmod 755 . old")
    scratch.write("a.log", "")
  }

  var firstDifference: String? {
    if stored == written { return nil }
    let place = zip(stored, written).prefix { $0 == $1 }.count
    func label(_ lines: [String]) -> String {
      place < lines.count ? String(lines[place].prefix(12)) : "the end"
    }
    return "\(label(stored)) instead of \(label(written))"
  }

  deinit { if let lateFile { fclose(lateFile) } }

  func rotate() throws {
    if let lateFile { fclose(lateFile) }
    lateFile = keepsLateLines ? fopen(scratch.path + "a.log", "a") : nil
    // Fails where two rotations of one second want the same name; then nothing was turned over.
    scratch.run("\(LogrotateTests.logrotate) -f -s state conf 2>/dev/null")
  }

  func write(lineCount: Int, random: inout SeededGenerator) {
    var text = ""
    for _ in 0..<lineCount { text += nextLine(random: &random) }
    scratch.append("a.log", text)
  }

  /// As one of several writers that has not reopened the log yet. Only before anything of the new
  /// file was written is there an order between the two.
  func writeLate(random: inout SeededGenerator) {
    guard let file = lateFile, (try? FileStatus.of(scratch.path + "a.log"))?.size == 0 else {
      return
    }
    let text = nextLine(random: &random)
    fputs(text, file)
    fflush(file)
  }

  private func nextLine(random: inout SeededGenerator) -> String {
    let text = "line \(line) \(String(repeating: "x", count: random.below(200)))"
    line += 1
    written.append(text)
    return text + "\n"
  }

  /// What was not stored is forgotten.
  func crash() {
    set = nil
    partial = []
  }

  func read(capacity: Int, random: inout SeededGenerator) throws {
    for _ in 0..<random.below(20) { if try !step(capacity: capacity) { return } }
  }

  func readAll() throws {
    while try step(capacity: 4096) {}
  }

  private func step(capacity: Int) throws -> Bool {
    let set = try set ?? reopen()
    self.set = set
    set.lookAtEverything()
    let id = set.only
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    defer { buffer.deallocate() }
    switch set.read(id, into: buffer, capacity: capacity) {
    case .bytes(let count, let generation, let offset):
      partial += UnsafeBufferPointer(start: buffer, count: count)
      guard let newline = partial.lastIndex(of: UInt8(ascii: "\n")) else { return true }
      let end = offset + UInt64(count) - UInt64(partial.count - newline - 1)
      let lines = String(decoding: partial[..<newline], as: UTF8.self)
      stored += lines.split(separator: "\n").map(String.init)
      partial.removeFirst(newline + 1)
      let found = set.checkpoint(id, generation: generation, endOffset: end)
      #expect(found.identity.count <= 4096)
      checkpoint = Stored(name: set.sources[0].name, checkpoint: found)
      return true
    case .gap:
      gapCount += 1
      return true
    case .generationEnded:
      #expect(partial.isEmpty, "a generation ends in the middle of a line")
      return true
    case .nothing: return false
    case .ended(let state):
      Issue.record("ended: \(state)")
      return false
    }
  }

  private func reopen() throws -> SourceSet {
    try scratch.open([.path(scratch.path + "a.log")], resume: [checkpoint].compactMap(\.self))
  }
}
