internal import Events

/// One line as a container runtime, or a tool that shows several containers, wrote it.
struct ContainerLine {
  /// What the program itself wrote.
  var innerStart = 0
  var innerEnd = 0
  /// The inner text is a JSON string's and holds escapes.
  var innerIsEscaped = false
  /// When the runtime took the line; only where the inner text has no time does it count.
  var time: Timestamp?
  var isStandardError = false
  /// The rest of the same line of the program follows in a line of its own.
  var isPartial = false
  /// The container, as far as the line names it: without the numbers of a replica.
  var serviceStart = 0
  var serviceEnd = 0
  /// What tells this container from others in the same source, as the line writes it.
  var voiceStart = 0
  var voiceEnd = 0
  /// Of the container and of the stream that it wrote to, hashed: other voices have events of their
  /// own.
  var voice: UInt64 = 0
}

/// Takes off what container runtimes and their tools put around the lines of a program.
///
/// One per source: which wrapping a source has is learned from its first lines. Where none is found
/// it is looked for in one line of 256 from then on.
struct ContainerReader {
  private enum Wrapping: UInt8 {
    case unknown
    /// `{"log":"text\n","stream":"stdout","time":"…"}`
    case dockerFile
    /// `2016-10-06T00:17:09.669794202Z stdout F text`
    case kubernetes
    /// `web_1  | text`
    case column
    /// `[pod/web-7d9fc4b5d8-x2x7k/web] text`
    case bracket
    /// `web-7d9fc4b5d8-x2x7k web text`
    case podAndContainer
    /// `2012-10-11T03:47:20.000000+00:00 app[web.1]: text`
    case sourceAndProcess
  }

  /// Lines from the beginning, or behind the last wrapped one, in which a wrapping is looked for.
  private static let probeCount = 64

  private var wrapping = Wrapping.unknown
  private var missCount = 0

  init() {}

  /// Whether the next line need not be read: this counts it as one without a wrapping.
  @inline(__always)
  mutating func passes() -> Bool {
    guard wrapping == .unknown, missCount >= Self.probeCount, missCount & 255 != 0 else {
      return false
    }
    missCount &+= 1
    return true
  }

  /// - Returns: Whether the line is wrapped; `line` is unspecified where not.
  mutating func read(
    _ bytes: LineBytes, _ start: Int, _ end: Int, _ context: TimestampContext,
    _ line: inout ContainerLine
  ) -> Bool {
    passes() ? false : unwrap(bytes, start, end, context, &line)
  }

  private mutating func unwrap(
    _ bytes: LineBytes, _ start: Int, _ end: Int, _ context: TimestampContext,
    _ line: inout ContainerLine
  ) -> Bool {
    line = ContainerLine()
    let found =
      wrapping == .unknown
      ? probe(bytes, start, end, context, &line)
      : unwrap(wrapping, bytes, start, end, context, &line)
    if found {
      missCount = 0
      noteVoice(bytes, &line)
      return true
    }
    missCount &+= 1
    if missCount == Self.probeCount { wrapping = .unknown }
    return false
  }

  private func noteVoice(_ bytes: LineBytes, _ line: inout ContainerLine) {
    var hash: UInt64 = line.isStandardError ? 1 : 2
    for i in line.voiceStart..<line.voiceEnd {
      hash = (hash ^ UInt64(bytes[i])) &* 0x100_0000_01b3
    }
    line.voice = hash
  }

  private mutating func probe(
    _ bytes: LineBytes, _ start: Int, _ end: Int, _ context: TimestampContext,
    _ line: inout ContainerLine
  ) -> Bool {
    guard end &- start >= 4 else { return false }
    let candidates: (Wrapping, Wrapping)
    switch bytes[start] {
    case ascii("{"): candidates = (.dockerFile, .unknown)
    case ascii("["): candidates = (.bracket, .unknown)
    case let first where first.isDigit: candidates = (.kubernetes, .sourceAndProcess)
    case let first where first.isLetter: candidates = (.column, .podAndContainer)
    default: return false
    }
    for candidate in [candidates.0, candidates.1] where candidate != .unknown {
      if unwrap(candidate, bytes, start, end, context, &line) {
        wrapping = candidate
        return true
      }
    }
    return false
  }

  private func unwrap(
    _ wrapping: Wrapping, _ bytes: LineBytes, _ start: Int, _ end: Int,
    _ context: TimestampContext, _ line: inout ContainerLine
  ) -> Bool {
    switch wrapping {
    case .unknown: false
    case .dockerFile: readDockerFile(bytes, start, end, context, &line)
    case .kubernetes: readKubernetes(bytes, start, end, context, &line)
    case .column: readColumn(bytes, start, end, &line)
    case .bracket: readBracket(bytes, start, end, &line)
    case .podAndContainer: readPodAndContainer(bytes, start, end, &line)
    case .sourceAndProcess: readSourceAndProcess(bytes, start, end, context, &line)
    }
  }
}
