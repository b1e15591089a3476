internal import CPCRE2

/// A compiled expression, for any number of threads: nothing in it changes.
///
/// To match with it, each thread makes its own `CompiledPattern(sharing:)`.
@safe
package final class PatternCode: Sendable {
  // SAFETY: PCRE2 never writes to compiled code, JIT code included, after `init`.
  nonisolated(unsafe) let pointer: OpaquePointer
  /// Capture groups, the whole match (group 0) not counted.
  package let groupCount: Int
  /// Names of groups, in the order of the alphabet.
  package let groupNames: [(name: String, number: Int)]

  /// Compiles to machine code where the platform has a JIT and the options do not say otherwise,
  /// else for PCRE2's interpreter.
  ///
  /// Subjects are bytes: what is not UTF-8 in them matches nothing and ends no match early.
  /// - Complexity: About 25 µs for a short expression.
  package init(_ expression: String, options: PatternOptions = []) throws(PatternSyntaxError) {
    var flags = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C
    if options.contains(.ignoringCase) { flags |= PCRE2_CASELESS }
    if options.contains(.lines) { flags |= PCRE2_MULTILINE }
    var errorCode: Int32 = 0
    var errorOffset = 0
    let source = Array(expression.utf8)
    // SAFETY: PCRE2 reads `count` units and keeps no pointer to them.
    let compiled = unsafe source.withUnsafeBufferPointer { units in
      unsafe pcre2_compile_8(
        units.baseAddress, units.count, flags, &errorCode, &errorOffset, nil)
    }
    guard let compiled = unsafe compiled else {
      throw PatternSyntaxError(
        offset: min(max(errorOffset, 0), source.count), message: Self.message(of: errorCode))
    }
    unsafe pointer = compiled
    if !options.contains(.interpreted) {
      // Without a JIT, matching is slower and gives the same answers.
      unsafe pcre2_jit_compile_8(compiled, UInt32(PCRE2_JIT_COMPLETE))
    }
    var captures: UInt32 = 0
    unsafe pcre2_pattern_info_8(compiled, UInt32(PCRE2_INFO_CAPTURECOUNT), &captures)
    groupCount = Int(captures)
    groupNames = unsafe Self.names(in: compiled)
  }

  deinit { unsafe pcre2_code_free_8(pointer) }

  /// The number of the group `name`, where there is one.
  package func group(named name: String) -> Int? {
    groupNames.first { $0.name == name }?.number
  }

  private static func names(in code: OpaquePointer) -> [(name: String, number: Int)] {
    var count: UInt32 = 0
    var entrySize: UInt32 = 0
    var table: UnsafePointer<UInt8>?
    unsafe pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMECOUNT), &count)
    unsafe pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMEENTRYSIZE), &entrySize)
    unsafe pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMETABLE), &table)
    guard let table = unsafe table else { return [] }
    // SAFETY: the table has `count` entries of `entrySize` bytes: a big-endian number of two bytes,
    // then a name that a zero byte ends. It lives as long as the code.
    return (0..<Int(count)).map { index in
      let entry = unsafe table + index * Int(entrySize)
      let number = unsafe Int(entry[0]) << 8 | Int(entry[1])
      return unsafe (String(cString: entry + 2), number)
    }
  }

  private static func message(of code: Int32) -> String {
    var text = [UInt8](repeating: 0, count: 256)
    // SAFETY: PCRE2 writes at most `count` units, a terminating zero included.
    let length = unsafe text.withUnsafeMutableBufferPointer { buffer in
      unsafe pcre2_get_error_message_8(code, buffer.baseAddress, buffer.count)
    }
    guard length > 0 else { return "error \(code)" }
    return String(decoding: text.prefix(Int(length)), as: UTF8.self)
  }
}
