import Events
import Glibc
import Testing

@testable import Ingest

/// A folder that is gone after the test.
final class Scratch {
  let path: String

  init() throws {
    var template = Array("/tmp/spate-ingest-XXXXXX".utf8CString)
    let made = try #require(mkdtemp(&template))
    path = String(cString: made) + "/"
  }

  deinit { run("rm -rf '\(path)'") }

  func write(_ name: String, _ text: String) { write(name, Array(text.utf8), mode: "w") }
  func append(_ name: String, _ text: String) { write(name, Array(text.utf8), mode: "a") }

  func write(_ name: String, _ bytes: [UInt8], mode: String) {
    guard let file = fopen(path + name, mode) else { fatalError("cannot write \(path)\(name)") }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
  }

  func rename(_ old: String, _ new: String) {
    guard Glibc.rename(path + old, path + new) == 0 else { fatalError("cannot rename \(old)") }
  }

  /// Runs a shell command in the folder.
  @discardableResult
  func run(_ command: String) -> Int32 { system("cd '\(path)' 2>/dev/null; \(command)") }
}

/// Everything that a source gives until it has nothing more at the moment.
struct Drained {
  var text = ""
  var outcomes: [ReadOutcome] = []
  var last: ReadOutcome { outcomes[outcomes.count - 1] }
  var gaps: [ReadOutcome] { outcomes.filter { if case .gap = $0 { true } else { false } } }
}

extension SourceSet {
  func drain(_ id: SourceID, capacity: Int = 1 << 16) -> Drained {
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    defer { buffer.deallocate() }
    var drained = Drained()
    while true {
      let outcome = read(id, into: buffer, capacity: capacity)
      drained.outcomes.append(outcome)
      switch outcome {
      case .bytes(let count, _, _):
        let bytes = UnsafeBufferPointer(start: buffer, count: count)
        drained.text += String(decoding: bytes, as: UTF8.self)
      case .nothing, .ended: return drained
      case .generationEnded, .gap: break
      }
    }
  }
}

@Test func `a file is read to its present end and then over`() throws {
  let scratch = try Scratch()
  scratch.write("a.log", "one\ntwo\n")
  let set = try SourceSet([.path(scratch.path + "a.log")], options: IngestOptions(follow: false))
  let id = try #require(set.sources.first).id
  let drained = set.drain(id)
  #expect(drained.text == "one\ntwo\n")
  #expect(drained.last == .ended(.ended))
}

@Test func `a followed file goes on where it had ended`() throws {
  let scratch = try Scratch()
  scratch.write("a.log", "one\n")
  let set = try SourceSet([.path(scratch.path + "a.log")], options: IngestOptions())
  let id = try #require(set.sources.first).id
  #expect(set.drain(id).text == "one\n")
  scratch.append("a.log", "two\n")
  #expect(set.wait(timeout: .seconds(5)) == [id])
  #expect(set.drain(id).text == "two\n")
}

@Test func `the output of a command and its exit status arrive`() throws {
  let set = try SourceSet(
    [.command("echo out; echo err >&2; exit 3")], options: IngestOptions())
  let id = try #require(set.sources.first).id
  var text = ""
  while true {
    let drained = set.drain(id)
    text += drained.text
    if case .ended(let state) = drained.last {
      #expect(state == .exited(status: 3))
      break
    }
    _ = set.wait(timeout: .seconds(5))
  }
  #expect(text == "out\nerr\n")
}
