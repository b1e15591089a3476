import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

/// The real logrotate turns over logs that are written to meanwhile, and the recorder is killed
/// again and again: every line that was not destroyed is in the stream, once and in order.
@Suite struct KilledRecorderTests {
  struct Mode: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var directives: [String]
    var keptCount = 1000
    var copies: Bool { directives.contains("copytruncate") }

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
      Mode(testDescription: "create, one copy kept", directives: ["create"], keptCount: 1),
      Mode(testDescription: "copytruncate", directives: ["copytruncate"]),
      Mode(testDescription: "copytruncate, compress", directives: ["copytruncate", "compress"]),
      Mode(
        testDescription: "copytruncate, delaycompress",
        directives: ["copytruncate", "compress", "delaycompress"]),
    ]
  }

  static let logrotate = "/usr/sbin/logrotate"
  static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: logrotate) }
  /// More by hand: `SPATE_ROTATION_SEEDS=10 swift test --filter KilledRecorderTests`.
  static var seeds: ClosedRange<UInt64> {
    1...(ProcessInfo.processInfo.environment["SPATE_ROTATION_SEEDS"].flatMap(UInt64.init) ?? 1)
  }

  @Test(
    .enabled(if: isInstalled, "logrotate is not installed: rotation is not tested"),
    arguments: Mode.all, seeds)
  func `each line is recorded once and in order through rotations and kills`(
    _ mode: Mode, seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    let run = try RotatedLogs(mode)
    var recorder = try run.record()
    // From the first checkpoint on nothing may be lost; before it each start is the first.
    try run.awaitEachSource()
    for _ in 0..<24 {
      usleep(UInt32(Int.random(in: 0..<200_000, using: &random)))
      switch Int.random(in: 0..<3, using: &random) {
      case 0: try run.rotate()
      case 1:
        recorder.signal(SIGKILL)
        recorder.wait()
        if Bool.random(using: &random) { try run.rotate() }
        recorder = try run.record()
      default: break
      }
    }
    recorder.signal(SIGKILL)
    recorder.wait()
    run.stopWriting()
    let (recorded, gapCount) = try run.finish()
    let label = "\(mode.testDescription), seed \(seed)"
    #expect(recorded.count == Set(recorded).count, "doubled: \(label)")
    let lost = Set(try run.linesOnDisk()).subtracting(recorded)
    #expect(lost.isEmpty, "lost \(lost.count): \(label)")
    for writer in run.writers {
      let numbers = recorded.filter { $0.writer == writer.name }.map(\.number)
      #expect(numbers == numbers.sorted(), "out of order: \(label)")
      #expect(!numbers.isEmpty)
    }
    let writtenCount = run.writers.reduce(0) { $0 + $1.lineCount }
    // What a copy truncates between copying and truncating nobody can know of.
    if !mode.copies, mode.keptCount == 1, recorded.count < writtenCount {
      #expect(gapCount > 0, "lost without a word: \(label)")
    }
  }

  @Test(.enabled(if: isInstalled)) func `what was removed unread is said in the stream`() throws {
    let run = try RotatedLogs(Mode(testDescription: "", directives: ["create"], keptCount: 1))
    let recorder = try run.record()
    try run.awaitEachSource()
    recorder.signal(SIGKILL)
    recorder.wait()
    for _ in 0..<3 {
      usleep(20_000)
      try run.rotate()
    }
    run.stopWriting()
    let (recorded, gapCount) = try run.finish()
    #expect(recorded.count < run.writers.reduce(0) { $0 + $1.lineCount })
    #expect(gapCount == RotatedLogs.names.count)
    #expect(Set(try run.linesOnDisk()).subtracting(recorded).isEmpty)
  }
}

/// One line that a writer wrote.
private struct WrittenLine: Hashable {
  var writer: String
  var number: Int

  /// `nil` for what a rotation cut through.
  init?(_ text: Substring) {
    let words = text.split(separator: " ")
    guard words.count == 6, let number = Int(words[3]), words[5] == "end\(number)" else {
      return nil
    }
    writer = String(words[2])
    self.number = number
  }
}

/// Two logs, three writers and a rotator.
private final class RotatedLogs {
  static let names = ["one.log", "two.log"]
  let writers: [LineWriter]
  private let program = Program()
  private var folder: String { program.home + "/logs" }

  init(_ mode: KilledRecorderTests.Mode) throws {
    let folder = program.home + "/logs"
    try FileManager.default.createDirectory(
      atPath: folder + "/old", withIntermediateDirectories: true)
    let configuration = try program.write(
      """
      \(folder)/*.log {
        rotate \(mode.keptCount)
        \(mode.directives.joined(separator: "\n  "))
      }

      """, to: "logrotate.conf")
    // logrotate refuses what others may write to.
    for path in [program.home, folder, folder + "/old"] {
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: configuration)
    writers = [("a", "one.log", false), ("b", "one.log", false), ("c", "two.log", true)].map {
      LineWriter(name: $0.0, path: "\(folder)/\($0.1)", splits: $0.2)
    }
  }

  deinit {
    stopWriting()
    try? FileManager.default.removeItem(atPath: program.home)
  }

  private var arguments: [String] {
    ["record", "--stream", "kept"] + Self.names.map { "\(folder)/\($0)" }
  }

  func record() throws -> Child { try program.start(arguments) }

  /// Waits until the stream holds lines of every log.
  func awaitEachSource() throws {
    let isThere = try eventually {
      let output = try program.run("cat", "--json", "--stream", "kept").output
      return Self.names.allSatisfy { output.contains("/\($0)") }
    }
    #expect(isThere)
  }

  func rotate() throws {
    let words = [
      KilledRecorderTests.logrotate, "-f", "-s", program.home + "/logrotate.state",
      program.home + "/logrotate.conf",
    ]
    try Child(words, environment: program.environment, folder: folder).wait()
    for writer in writers { writer.reopen() }
  }

  func stopWriting() { for writer in writers { writer.stop() } }

  /// Reads to the end of everything.
  /// - Returns: Each whole line of the stream, in order, and how many gaps it tells of.
  func finish() throws -> (lines: [WrittenLine], gapCount: Int) {
    let last = try program.run([arguments[0], "--once"] + arguments.dropFirst())
    #expect(last.status == 0, "\(last.error)")
    let raw = try program.run("cat", "--raw", "--stream", "kept")
    let control = try program.run("cat", "--control", "--stream", "kept")
    return (
      raw.lines.compactMap(WrittenLine.init),
      control.lines.count { $0.hasPrefix("# ") && $0.contains(" gap ") }
    )
  }

  func linesOnDisk() throws -> [WrittenLine] {
    let output = program.home + "/disk"
    try Child(
      ["sh", "-c", "find . -type f -exec sh -c 'zcat -f \"$0\"; echo' {} ';'"],
      environment: program.environment, folder: folder, output: output
    ).wait()
    return try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n")
      .compactMap(WrittenLine.init)
  }
}

/// Appends numbered lines to a file from a thread of its own until it is stopped.
private final class LineWriter: Sendable {
  private struct State {
    var isStopped = false
    var mustReopen = true
    var lineCount = 0
    var hasEnded = false
  }

  let name: String
  private let path: String
  /// Writes some lines in two pieces.
  private let splits: Bool
  private let state = Mutex(State())

  init(name: String, path: String, splits: Bool) {
    self.name = name
    self.path = path
    self.splits = splits
    Thread.detachNewThread { self.run() }
  }

  var lineCount: Int { state.withLock { $0.lineCount } }

  /// As a service does when it is told that its log was turned over.
  func reopen() { state.withLock { $0.mustReopen = true } }

  func stop() {
    state.withLock { $0.isStopped = true }
    while !state.withLock({ $0.hasEnded }) { usleep(1000) }
  }

  private func run() {
    var file: Int32 = -1
    while true {
      let (isStopped, mustReopen, number) = state.withLock { state in
        defer { state.mustReopen = false }
        return (state.isStopped, state.mustReopen, state.lineCount)
      }
      if isStopped { break }
      if mustReopen {
        if file >= 0 { close(file) }
        file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
      }
      let padding = String(repeating: "x", count: 40 + number * 37 % 200)
      let line = Array(
        "2026-11-22T09:00:00Z INFO \(name) \(number) \(padding) end\(number)\n".utf8)
      let cut = splits && number % 20 == 0 ? 1 + number * 31 % (line.count - 1) : 0
      write(line[..<cut], to: file)
      if cut > 0 { usleep(3000) }
      write(line[cut...], to: file)
      state.withLock { $0.lineCount += 1 }
      usleep(1000)
    }
    close(file)
    state.withLock { $0.hasEnded = true }
  }

  private func write(_ bytes: ArraySlice<UInt8>, to file: Int32) {
    let written = bytes.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
    precondition(written == bytes.count, "a short write")
  }
}
