internal import Events
internal import Glibc
internal import Patterns
internal import Pipeline

/// The pattern of every line, kept in a temporary file until the end, when merges are known.
@safe
final class IdentifierSpill {
  private let file: UnsafeMutablePointer<FILE>
  private var chunk: [UInt32] = []

  init() throws {
    guard let file = unsafe tmpfile() else {
      throw UserMessage("cannot make a temporary file: \(SystemError.text(errno))")
    }
    unsafe self.file = file
  }

  deinit { unsafe fclose(file) }

  func add(_ batch: EventBatch) throws {
    chunk.removeAll(keepingCapacity: true)
    for index in 0..<batch.count { unsafe chunk.append(batch.records[index].pattern.rawValue) }
    // SAFETY: the array's elements are written from its own buffer within the call.
    let written = unsafe chunk.withUnsafeBytes {
      unsafe fwrite($0.baseAddress, 4, chunk.count, file)
    }
    guard written == chunk.count else {
      throw UserMessage("cannot write a temporary file: \(SystemError.text(errno))")
    }
  }

  /// Prints a line for each, with the ids and templates as the merges then stand.
  func print(with miner: TemplateMiner, to console: Console) throws {
    unsafe rewind(file)
    var tails: [Int: [UInt8]] = [:]
    chunk = Array(repeating: 0, count: 16_384)
    var line = 0
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes {
        unsafe fread($0.baseAddress, 4, 16_384, file)
      }
      if count == 0 { return }
      for raw in chunk[..<count] {
        line += 1
        let pattern = PatternID(rawValue: raw)
        let id = pattern == .none ? -1 : Int(miner.resolve(pattern).rawValue)
        if tails[id] == nil { tails[id] = Self.tail(of: id, miner) }
        try console.write("{\"line\":\(line),".utf8)
        try console.write(tails[id]!)
      }
    }
  }

  private static func tail(of id: Int, _ miner: TemplateMiner) -> [UInt8] {
    var json = JSONText()
    json.object { json in
      guard id >= 0 else {
        json.key("pattern")
        json.null()
        json.key("template")
        json.null()
        return
      }
      let pattern = PatternID(rawValue: UInt32(id))
      json.field("pattern", KeyText.of(miner.key(pattern)))
      json.field("template", miner.template(pattern))
    }
    return Array(json.bytes.dropFirst()) + [UInt8(ascii: "\n")]
  }
}
