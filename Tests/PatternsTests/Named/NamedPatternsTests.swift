import Testing

@testable import Patterns

/// Calls `body` with the bytes of a text.
func withBytes<Result>(
  of text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result
) -> Result {
  Array(text.utf8).withUnsafeBufferPointer(body)
}

private func name(_ patterns: NamedPatterns, template: String, example: String) -> String? {
  withBytes(of: example) { patterns.name(forTemplate: template, example: $0)?.name }
}

@Test func `a template is named by the words that do not vary`() {
  let patterns = NamedPatterns.shipped()
  let example = "Out of memory: Killed process 12345 (java) total-vm:8123456kB"
  #expect(
    name(patterns, template: "Out of memory: Killed process <num> (<*>) <*>", example: example)
      == "kernel-oom-kill")
  #expect(name(patterns, template: "<*> (<*>) <*>", example: example) == nil)
}
