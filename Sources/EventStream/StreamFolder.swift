/// A stream's folder: what lies in it, and whose it is.
struct StreamFolder {
  let path: String
  let fileSystem: any FileSystem

  var segmentsPath: String { "\(path)/\(Layout.segments)" }

  enum Contents: Equatable {
    case missing
    /// Nothing, or what a writer leaves that was ended while it made the stream.
    case unborn
    case stream(StreamIdentity)
    case foreign
  }

  /// Looks before anything is touched.
  func contents() throws(StreamError) -> Contents {
    let names: [String]
    do {
      names = try fileSystem.names(inFolder: path)
    } catch {
      switch error.reason {
      case .notFound: return .missing
      case .notAFolder: return .foreign
      default: throw .unreadable(path: path, code: error.code)
      }
    }
    if names.contains(Layout.identity), let identity = try identity() { return .stream(identity) }
    // Without its identity, a stream is still known by its segments.
    let segments = try names.contains(Layout.segments) ? segmentStarts() : []
    for start in segments {
      let segment = try? SegmentFile(
        fileSystem, folder: path, start: start, streamTag: 0, access: .read)
      if let header = segment?.header { return .stream(StreamIdentity(tag: header.tag)) }
    }
    let own: Set = [
      Layout.identity, Layout.identity + Layout.unfinished, Layout.lock, Layout.segments,
      Layout.lostAndFound,
    ]
    return segments.isEmpty && own.isSuperset(of: names) ? .unborn : .foreign
  }

  /// Where the segments begin, in order.
  func segmentStarts() throws(StreamError) -> [StreamPosition] {
    do {
      return try fileSystem.names(inFolder: segmentsPath).compactMap(Layout.segmentStart).sorted()
    } catch {
      if error.reason == .notFound { return [] }
      throw .unreadable(path: segmentsPath, code: error.code)
    }
  }

  private func identity() throws(StreamError) -> StreamIdentity? {
    let bytes: [UInt8]?
    do {
      bytes = try fileSystem.open("\(path)/\(Layout.identity)", .read)
        .readAll(limit: FormatVersion.headerByteCount)
    } catch {
      throw .unreadable(path: path, code: error.code)
    }
    do throws(NewerVersion) {
      return try bytes.flatMap { bytes throws(NewerVersion) in try StreamIdentity(bytes) }
    } catch {
      throw .newerVersion(path: path, version: error.version)
    }
  }
}
