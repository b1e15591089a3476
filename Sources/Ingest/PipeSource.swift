internal import Events

/// Standard input, a named pipe, or the output of a command: read once, in one generation.
final class PipeSource: ByteSource {
  let kind: SourceKind
  private(set) var readByteCount: UInt64 = 0
  private(set) var progress = SourceProgress.readingPast
  private let file: Descriptor
  private let child: ChildProcess?
  private let size: UInt64?
  private let generation: UInt32
  private var offset: UInt64 = 0
  private var mustReportGap: Bool
  private var outputHasEnded = false

  /// - Parameter resumed: Where the run before this one stood. What came since then is lost.
  init(
    _ file: Descriptor, kind: SourceKind, child: ChildProcess? = nil,
    resumed: SourceCheckpoint? = nil
  ) {
    self.file = file
    self.kind = kind
    self.child = child
    generation = resumed.map { $0.generation &+ 1 } ?? 0
    mustReportGap = resumed != nil
    let status = try? file.status()
    size = status?.isRegular == true ? status?.size : nil
  }

  convenience init(command: String, resumed: SourceCheckpoint?) throws(SystemError) {
    let child = try ChildProcess(command: command)
    self.init(child.output, kind: .command, child: child, resumed: resumed)
  }

  var knownByteCount: UInt64? { size }

  func read(into buffer: UnsafeMutablePointer<UInt8>, capacity: Int) -> ReadOutcome {
    if case .ended(let state) = progress { return .ended(state) }
    if mustReportGap {
      mustReportGap = false
      return .gap(byteCount: nil, reason: "not read between two runs")
    }
    if outputHasEnded { return awaitExit() }
    // Never made non-blocking: whoever shares the pipe or terminal would get that too.
    guard file.isReadable else {
      progress = .following
      return .nothing
    }
    do {
      guard let count = unsafe try file.readNext(into: buffer, capacity: capacity) else {
        progress = .following
        return .nothing
      }
      if count == 0 { return reachEnd() }
      defer {
        offset += UInt64(count)
        readByteCount += UInt64(count)
      }
      return .bytes(count: count, generation: generation, offset: offset)
    } catch {
      return end(.failed(reason: errorText(error.code)))
    }
  }

  private func reachEnd() -> ReadOutcome {
    guard child != nil else { return end(.ended) }
    outputHasEnded = true
    return awaitExit()
  }

  /// The output may end a moment before the command does.
  private func awaitExit() -> ReadOutcome {
    switch child?.exit() {
    case .none: return .nothing
    case .status(let status): return end(.exited(status: status))
    case .signal(let signal): return end(.signalled(signal: signal))
    }
  }

  private func end(_ state: SourceState) -> ReadOutcome {
    progress = .ended(state)
    return .ended(state)
  }

  var pollDescriptor: Int32? {
    if case .ended = progress { return nil }
    return outputHasEnded ? nil : file.number
  }

  func mayHaveMore() -> Bool { outputHasEnded && progress == .following }
  var isUnsettled: Bool { mayHaveMore() }

  func prepareToClose() { child?.terminate() }

  func close() {
    child?.stop()
    if case .ended = progress { return }
    progress = .ended(.ended)
  }
}
