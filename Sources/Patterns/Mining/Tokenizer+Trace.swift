extension Tokenizer {
  /// Notes the steps in which the path of an access log's request was cut.
  ///
  /// Its first token stands behind `start`, the last of them is what follows the path.
  @inline(never)
  func trace(
    endpoint tokens: UnsafePointer<Token>, _ first: Int, _ count: Int, at start: Int,
    _ steps: UnsafeMutablePointer<ScanStep>, _ stepCount: inout Int
  ) {
    // SAFETY: `tokens` holds `count`; `steps` has room for one behind `ScanStep.limit`.
    var step = ScanStep(
      start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: start),
      chunkEnd: UInt32(truncatingIfNeeded: start), operation: .request, flags: [], isValue: true,
      result: ScanStep.requestResult)
    unsafe steps[stepCount] = step
    stepCount = min(stepCount &+ 1, ScanStep.limit)
    for index in first..<count {
      let token = unsafe tokens[index]
      if token.kind == .word { continue }
      step.start = token.start
      step.end = token.start &+ token.count
      step.chunkEnd = step.end
      step.operation = token.kind == .query ? .query : .segment
      step.result = ScanStep.result(token.kind, token.flags)
      unsafe steps[stepCount] = step
      stepCount = min(stepCount &+ 1, ScanStep.limit)
    }
    // A path of more parts than are told apart ends where no other look would end it.
    if count &- first > segmentLimit { stepCount = ScanStep.limit }
  }
}
