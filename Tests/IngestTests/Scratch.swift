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

  /// Copies a file and empties it, as logrotate's `copytruncate` does.
  func copyAndTruncate(_ name: String, to copy: String) {
    run("cp '\(name)' '\(copy)'")
    truncate(name)
  }

  func truncate(_ name: String) {
    guard Glibc.truncate(path + name, 0) == 0 else { fatalError("cannot truncate \(name)") }
  }

  /// Runs a shell command in the folder.
  @discardableResult
  func run(_ command: String) -> Int32 { system("cd '\(path)' && \(command)") }

  func open(
    _ specs: [SourceSpec], _ options: IngestOptions = IngestOptions(), resume: [Stored] = []
  ) throws -> SourceSet {
    try SourceSet(
      specs, options: options, resume: resume.map { (name: $0.name, checkpoint: $0.checkpoint) })
  }
}

/// What a stream would have kept of a source.
struct Stored {
  var name: String
  var checkpoint: SourceCheckpoint
}

/// Everything that a source gives until it has nothing more at the moment.
struct Drained {
  var text = ""
  var outcomes: [ReadOutcome] = []
  /// Where the last byte stood.
  var generation: UInt32 = 0
  var endOffset: UInt64 = 0

  var last: ReadOutcome { outcomes[outcomes.count - 1] }
  var gaps: [UInt64?] {
    outcomes.compactMap { outcome -> UInt64?? in
      if case .gap(let byteCount, _) = outcome { .some(byteCount) } else { nil }
    }
  }
  var generations: [UInt32] {
    outcomes.compactMap { if case .bytes(_, let generation, _) = $0 { generation } else { nil } }
      .reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }
}

extension SourceSet {
  /// The only source.
  var only: SourceID { sources[0].id }

  func drain(_ id: SourceID? = nil, capacity: Int = 1 << 16) -> Drained {
    let id = id ?? only
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    defer { buffer.deallocate() }
    var drained = Drained()
    while true {
      // As at a sweep: every rotation is noticed.
      let outcome = read(id, into: buffer, capacity: capacity)
      drained.outcomes.append(outcome)
      switch outcome {
      case .bytes(let count, let generation, let offset):
        let bytes = UnsafeBufferPointer(start: buffer, count: count)
        drained.text += String(decoding: bytes, as: UTF8.self)
        drained.generation = generation
        drained.endOffset = offset + UInt64(count)
      case .nothing, .ended: return drained
      case .generationEnded, .gap: break
      }
    }
  }

  /// Looks at everything as a sweep does, then reads.
  func sweepAndDrain() -> Drained {
    lookAtEverything()
    return drain()
  }

  func stored(_ drained: Drained) -> Stored {
    Stored(
      name: sources[0].name,
      checkpoint: checkpoint(
        only, generation: drained.generation, endOffset: drained.endOffset))
  }
}
