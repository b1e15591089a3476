internal import Events

/// Standard input, a named pipe, or the output of a command: read once, in one generation.
final class PipeSource: ByteSource {
  /// What the pipe may hold: whoever writes goes on while a little is gathered.
  private static let pipeByteCount: Int32 = 256 << 10
  /// When so much came in a row, a moment is waited for more: the writer fills the pipe again while
  /// it is emptied, and large batches cost less than many small ones.
  private static let burstByteCount = 32 << 10
  private let burstPauseMilliseconds: Int32

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
  /// Bytes that came since there were none.
  private var burst = 0

  /// - Parameter resumed: Where the run before this one stood. What came since then is lost.
  init(
    _ file: Descriptor, kind: SourceKind, child: ChildProcess? = nil,
    resumed: SourceCheckpoint? = nil, burstPauseMilliseconds: Int32 = 2
  ) {
    self.file = file
    self.kind = kind
    self.child = child
    self.burstPauseMilliseconds = burstPauseMilliseconds
    file.enlargePipe(to: Self.pipeByteCount)
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
    guard file.isReadable || isBurst && file.isReadable(within: burstPauseMilliseconds) else {
      burst = 0
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
        burst += count
        offset += UInt64(count)
        readByteCount += UInt64(count)
      }
      return .bytes(count: count, generation: generation, offset: offset)
    } catch {
      return end(.failed(reason: errorText(error.code)))
    }
  }

  private var isBurst: Bool { burst >= Self.burstByteCount }

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
