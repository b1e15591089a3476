import Events
import Testing

@testable import Patterns

struct StructuresFieldTests {
  @Test func `the fields of JSON have dotted names and decoded values`() {
    let text = #"""
      {"a":1,"b":{"c":"x\ty","d":{"e":true,"f":{}}},"g":[1,{"h":2}],"i":null,"j\"":-1.5e3, "k" : "" }
      """#
    let buffer = LineInBuffer(text, behind: 0x22)
    let fields = structuredFields(buffer.line, buffer.start, buffer.end, .json)
    let expected: [EventField] = [
      EventField(name: "a", value: .number("1")),
      EventField(name: "b.c", value: .text("x\ty")),
      EventField(name: "b.d.e", value: .flag(true)),
      EventField(name: "b.d.f", value: .json("{}")),
      EventField(name: "g", value: .json(#"[1,{"h":2}]"#)),
      EventField(name: "i", value: .json("null")),
      EventField(name: "j\"", value: .number("-1.5e3")),
      EventField(name: "k", value: .text("")),
    ]
    #expect(fields == expected)
  }

  @Test func `the fields of logfmt are typed by their looks`() {
    let text = #"level=info n=5 d=1.5s ok=true msg="a \"b\"" empty= alone ip=10.0.0.1 z=007"#
    let buffer = LineInBuffer(text, behind: 0x22)
    let fields = structuredFields(buffer.line, buffer.start, buffer.end, .logfmt)
    let expected: [EventField] = [
      EventField(name: "level", value: .text("info")),
      EventField(name: "n", value: .number("5")),
      EventField(name: "d", value: .text("1.5s")),
      EventField(name: "ok", value: .flag(true)),
      EventField(name: "msg", value: .text(#"a "b""#)),
      EventField(name: "empty", value: .text("")),
      EventField(name: "alone", value: .flag(true)),
      EventField(name: "ip", value: .text("10.0.0.1")),
      EventField(name: "z", value: .text("007")),
    ]
    #expect(fields == expected)
  }

  @Test func `equal paths have equal hashes, others do not`() {
    func hashes(_ text: String) -> [UInt64] {
      let buffer = LineInBuffer(text)
      var cursor = FieldCursor(buffer.line, buffer.start, buffer.end, .json)
      var result: [UInt64] = []
      while cursor.next() { result.append(cursor.pathHash) }
      return result
    }
    let a = hashes(#"{"status":200,"http":{"status":1,"x":{"status":2}},"statusCodeOfIt":3}"#)
    let b = hashes(#"{ "http" : {"x":{"status":"b"},"status":[]}, "statusCodeOfIt":4,"status":5}"#)
    #expect(Set(a).count == 4)
    #expect(Set(a) == Set(b))
  }

  @Test func `what is too deep comes as it is written`() {
    let depth = FieldCursor.depthLimit + 3
    let text =
      String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth)
    let buffer = LineInBuffer(text)
    let fields = structuredFields(buffer.line, buffer.start, buffer.end, .json)
    #expect(fields.map(\.name) == [Array(repeating: "a", count: 8).joined(separator: ".")])
    #expect(fields.map(\.value) == [.json("{\"a\":{\"a\":1}}")])
  }

  @Test func `malformed text gives the fields before the fault`() {
    for (text, count) in [("{\"a\":1,\"b\":}", 1), ("{\"a\":1,x", 1), ("{\"a\":\"", 0), ("[1]", 0)]
    {
      for poison in poisons {
        let buffer = LineInBuffer(text, behind: poison)
        let fields = structuredFields(buffer.line, buffer.start, buffer.end, .json)
        #expect(fields.count == count, "\(text)")
      }
    }
  }
}
