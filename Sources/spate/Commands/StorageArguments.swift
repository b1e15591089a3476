internal import ArgumentParser
internal import EventStream
internal import Events
internal import Pipeline

/// Where a stream is recorded, and how much of the disk it may take.
struct StorageArguments: ParsableArguments {
  /// Over all streams that nobody named.
  static let unnamedByteLimit: UInt64 = 2 << 30
  static let unnamedAgeLimitMicroseconds: Int64 = 7 * 86_400_000_000

  @Option(
    help: ArgumentHelp(
      "Record into this stream, a name or a path; it goes on where it ended.", valueName: "stream"))
  var stream: String?

  @Option(help: ArgumentHelp("Keep at most so much: 500M, 10G.", valueName: "size"))
  var maxBytes: String?

  @Option(help: ArgumentHelp("Keep at most so long: 12h, 7d.", valueName: "age"))
  var maxAge: String?

  @Option(
    help: ArgumentHelp(
      "On a full disk: block (wait and push back) or analyse (go on without recording).",
      valueName: "what"))
  var onFull: String = "block"

  struct Place {
    var path: String
    var name: String
    /// Nobody named it: limits of unnamed streams hold.
    var isUnnamed: Bool
  }

  func place(for input: InputOptions) throws -> Place {
    if let stream {
      return Place(
        path: try StreamPlaces.path(of: stream),
        name: stream.split(separator: "/").last.map(String.init) ?? stream, isUnnamed: false)
    }
    guard let folder = UserFiles.streamFolder else {
      throw UserMessage(
        "no place for a stream: neither XDG_STATE_HOME nor HOME is set; use --stream PATH",
        status: .usage)
    }
    let source = input.paths.first { $0 != "-" } ?? input.exec.first ?? "stdin"
    let name = StreamPlaces.unnamed(
      at: WallClock.now(), source: source, processID: SystemFileSystem().processID)
    return Place(path: folder + "/" + name, name: name, isUnnamed: true)
  }

  func limits(for place: Place) throws -> RecordingLimits {
    var limits = RecordingLimits()
    if let maxBytes {
      guard let bytes = SizeArgument.bytes(maxBytes) else {
        throw UserMessage(
          "--max-bytes \(maxBytes): write a size such as 500M or 10G", status: .usage)
      }
      limits.byteLimit = bytes
    } else if place.isUnnamed {
      limits.byteLimit = Self.unnamedByteLimit
    }
    if let maxAge {
      guard let age = TimeArgument.duration(maxAge) else {
        throw UserMessage("--max-age \(maxAge): write an age such as 12h or 7d", status: .usage)
      }
      limits.ageLimit = .microseconds(age)
    } else if place.isUnnamed {
      limits.ageLimit = .microseconds(Self.unnamedAgeLimitMicroseconds)
    }
    switch onFull {
    case "block": limits.analysesOnFull = false
    case "analyse", "analyze": limits.analysesOnFull = true
    default: throw UserMessage("--on-full \(onFull): write block or analyse", status: .usage)
    }
    return limits
  }

  /// Opens the stream and then the sources that go into it; a stream that was made for sources that
  /// cannot be opened is taken away again.
  func openWriter<Sources>(
    at place: Place, with openSources: (StreamWriter) throws -> Sources
  ) throws -> (StreamWriter, Sources) {
    let isNew = !UserFiles.exists(place.path)
    let writer = try openWriter(at: place)
    do {
      return (writer, try openSources(writer))
    } catch {
      try? writer.close()
      if isNew { UserFiles.removeFolder(place.path) }
      throw error
    }
  }

  /// Opens the stream for writing, making it and the folders above it.
  func openWriter(at place: Place) throws -> StreamWriter {
    if let slash = place.path.lastIndex(of: "/"), slash != place.path.startIndex {
      _ = UserFiles.makeFolder(String(place.path[..<slash]))
    }
    // A prune or merge that runs just now lets go in a moment; a recorder should not fail for it.
    var attemptsLeft = 60
    while true {
      do throws(StreamError) {
        return try StreamWriter(
          path: place.path, fileSystem: SystemFileSystem(), create: true)
      } catch {
        guard case .locked = error, attemptsLeft > 0 else {
          throw UserMessage(of: error, path: place.path)
        }
      }
      attemptsLeft -= 1
      WallClock.sleep(microseconds: 50_000)
    }
  }
}

enum SizeArgument {
  /// `500M`, `10G`, `1048576`; binary units.
  static func bytes(_ text: String) -> UInt64? {
    let units: [Character: UInt64] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
    var digits = Substring(text.uppercased())
    if digits.hasSuffix("IB") {
      digits = digits.dropLast(2)
    } else if digits.hasSuffix("B") {
      digits = digits.dropLast()
    }
    var factor: UInt64 = 1
    if let unit = digits.last, let value = units[unit] {
      factor = value
      digits = digits.dropLast()
    }
    guard let number = Double(digits), number >= 0, number * Double(factor) < 1e18 else {
      return nil
    }
    return UInt64(number * Double(factor))
  }
}
