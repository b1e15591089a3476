internal import CPCRE2

/// What came of matching one subject.
package enum MatchOutcome: Hashable, Sendable {
  case match, noMatch
  /// The expression went back and forth on this subject until its limit, and was stopped.
  case limitReached
}

/// An expression and the memory to match with it; one thread at a time.
///
/// A match allocates nothing: its ranges are written into a block that the pattern owns.
@safe
package struct CompiledPattern: ~Copyable {
  /// Steps of backtracking after which a match is given up: some milliseconds.
  package static let backtrackLimit: UInt32 = 200_000
  /// Bytes that the JIT's stack may grow to.
  private static let jitStackByteLimit = 1 << 20

  package let code: PatternCode
  private let block: OpaquePointer
  private let context: OpaquePointer
  private let ranges: UnsafeMutablePointer<Int>
  private let rangeCount: Int
  /// Made when a match first asks for more than the machine stack that PCRE2 uses by itself.
  private var jitStack: OpaquePointer?

  package init(_ expression: String, options: PatternOptions = []) throws(PatternSyntaxError) {
    self.init(sharing: try PatternCode(expression, options: options))
  }

  package init(sharing code: PatternCode) {
    self.code = code
    guard let block = unsafe pcre2_match_data_create_from_pattern_8(code.pointer, nil),
      let context = unsafe pcre2_match_context_create_8(nil)
    else { fatalError("out of memory for a match block") }
    unsafe self.block = block
    unsafe self.context = context
    unsafe ranges = pcre2_get_ovector_pointer_8(block)
    rangeCount = unsafe Int(pcre2_get_ovector_count_8(block))
    unsafe pcre2_set_match_limit_8(context, Self.backtrackLimit)
    unsafe pcre2_set_depth_limit_8(context, Self.backtrackLimit)
    unsafe jitStack = nil
  }

  deinit {
    unsafe pcre2_match_data_free_8(block)
    unsafe pcre2_match_context_free_8(context)
    if let stack = unsafe jitStack { unsafe pcre2_jit_stack_free_8(stack) }
  }

  /// Looks for the first match that begins at `start` or later.
  ///
  /// `range(ofGroup:)` speaks of this match until the next call.
  package mutating func match(
    _ subject: UnsafeBufferPointer<UInt8>, from start: Int = 0
  ) -> MatchOutcome {
    precondition(start >= 0 && start <= subject.count, "start outside the subject")
    var result = unsafe run(subject, from: start)
    if result == PCRE2_ERROR_JIT_STACKLIMIT, unsafe jitStack == nil {
      unsafe jitStack = pcre2_jit_stack_create_8(32 << 10, Self.jitStackByteLimit, nil)
      unsafe pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(jitStack))
      result = unsafe run(subject, from: start)
    }
    if result > 0 { return .match }
    return result == PCRE2_ERROR_NOMATCH ? .noMatch : .limitReached
  }

  private func run(_ subject: UnsafeBufferPointer<UInt8>, from start: Int) -> Int32 {
    // SAFETY: PCRE2 reads `count` bytes; an empty buffer may have no address, which PCRE2 allows.
    // The block keeps the address, but no call here reads through it.
    unsafe pcre2_match_8(
      code.pointer, subject.baseAddress, subject.count, start, 0, block, context)
  }

  /// Where a group of the last match lies in its subject; group 0 is the whole match.
  ///
  /// `nil` where the group took no part.
  package func range(ofGroup number: Int) -> Range<Int>? {
    guard number >= 0 && number < rangeCount else { return nil }
    // SAFETY: the block holds `rangeCount` pairs; pairs that a match did not set read as unset.
    let start = unsafe ranges[2 * number]
    let end = unsafe ranges[2 * number + 1]
    // `\K` in a lookahead can put the start behind the end.
    guard start != spate_pcre2_unset(), start <= end else { return nil }
    return start..<end
  }
}
