import Testing

@testable import Patterns

@Test func `a syntax error has its place and its reason`() {
  do {
    _ = try CompiledPattern("ab(c")
    Issue.record("it compiles")
  } catch {
    #expect(error.offset == 4)
    #expect(error.message == "missing closing parenthesis")
  }
}

@Test func `groups are found by number and by name`() throws {
  var pattern = try CompiledPattern(#"(?<user>\w+)@(\w+)(!)?"#)
  let outcome = withBytes(of: "to anna@example") { pattern.match($0) }
  #expect(outcome == .match)
  #expect(pattern.code.groupCount == 3)
  #expect(pattern.code.group(named: "user") == 1)
  #expect(pattern.code.group(named: "host") == nil)
  #expect(pattern.range(ofGroup: 0) == 3..<15)
  #expect(pattern.range(ofGroup: 1) == 3..<7)
  #expect(pattern.range(ofGroup: 2) == 8..<15)
  #expect(pattern.range(ofGroup: 3) == nil)
  #expect(pattern.range(ofGroup: 4) == nil)
  #expect(pattern.range(ofGroup: -1) == nil)
}

@Test func `bytes that are no text end no match early`() throws {
  var pattern = try CompiledPattern(#"error \d+"#)
  let bytes: [UInt8] = [0xFF, 0xC3, 0x00] + Array("error 7".utf8) + [0xE2, 0x82]
  let outcome = bytes.withUnsafeBufferPointer { pattern.match($0) }
  #expect(outcome == .match)
  #expect(pattern.range(ofGroup: 0) == 3..<10)
}

@Test func `an empty subject has a match of nothing`() throws {
  var pattern = try CompiledPattern("x*")
  #expect(pattern.match(UnsafeBufferPointer(start: nil, count: 0)) == .match)
  #expect(pattern.range(ofGroup: 0) == 0..<0)
}

@Test func `backtracking stops with a fact`() throws {
  var pattern = try CompiledPattern("^(a+)+$")
  let text = String(repeating: "a", count: 60) + "b"
  #expect(withBytes(of: text) { pattern.match($0) } == .limitReached)
  // The next subject is matched as ever.
  #expect(withBytes(of: "aaa") { pattern.match($0) } == .match)
}

@Test func `a match that needs a deep stack gets one`() throws {
  var pattern = try CompiledPattern(#"^(?:(?:a|b)(?=.))+c$"#)
  let text = String(repeating: "ab", count: 5000) + "c"
  #expect(withBytes(of: text) { pattern.match($0) } == .match)
}

@Test func `threads share the code and match apart`() async throws {
  let code = try PatternCode(#"n=(\d+)"#)
  let sums = await withTaskGroup(of: Int.self) { group in
    for worker in 0..<4 {
      group.addTask {
        var pattern = CompiledPattern(sharing: code)
        var sum = 0
        for number in 0..<500 {
          let bytes = Array("worker \(worker) n=\(number)".utf8)
          guard bytes.withUnsafeBufferPointer({ pattern.match($0) }) == .match,
            let range = pattern.range(ofGroup: 1)
          else { continue }
          sum += Int(String(decoding: bytes[range], as: UTF8.self)) ?? 0
        }
        return sum
      }
    }
    return await group.reduce(into: []) { $0.append($1) }
  }
  #expect(sums == Array(repeating: 499 * 500 / 2, count: 4))
}
