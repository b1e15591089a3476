/// The segments of a stream as a reader knows them; out of date at any moment.
struct SegmentList {
  private let folder: StreamFolder
  private var starts: [StreamPosition] = []
  private(set) var manifest = Manifest()
  /// Where segments end, as their successors say.
  private var ends: [StreamPosition: UInt64] = [:]

  init(_ folder: StreamFolder) { self.folder = folder }

  mutating func refresh() throws(StreamError) {
    manifest = Manifest.read(folder.fileSystem, folder: folder.path)
    starts = try folder.segmentStarts()
    // Segments that retention has given up may still be there.
    if let first = starts.lastIndex(where: { $0 <= manifest.start }) {
      starts.removeFirst(first)
    }
    ends = [:]
  }

  /// Where the stream begins.
  var start: StreamPosition { max(manifest.start, starts.first ?? .start) }
  var last: StreamPosition? { starts.last }
  var all: [StreamPosition] { starts }

  func contains(_ start: StreamPosition) -> Bool { starts.contains(start) }

  /// What the manifest says, by the segments' beginnings.
  var summaries: [StreamPosition: SegmentSummary] {
    Dictionary(manifest.segments.map { ($0.start, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func successor(of start: StreamPosition) -> StreamPosition? {
    let index = starts.firstIndex(
      notBefore: StreamPosition(offset: start.offset, control: start.control + 1))
    return index < starts.count ? starts[index] : nil
  }

  func holds(_ place: StreamPosition) -> Bool { starts.last.map { place < $0 } ?? false }

  /// The segment to read from, to come to a place.
  func segment(holding place: StreamPosition) -> StreamPosition? {
    // Of segments that begin at the offset, the first one holds the event or what comes before.
    let index = starts.firstIndex(notBefore: place)
    if index < starts.count {
      let next = starts[index]
      if next == place || place.control == 0 && next.offset == place.offset { return next }
    }
    return index > 0 ? starts[index - 1] : starts.first
  }

  /// Where a segment ends, where that is not the end of its file.
  mutating func end(of segment: SegmentFile) -> UInt64? {
    guard let header = segment.header else {
      // Whether it stands for several cannot be read any more.
      return manifest.segments.first { $0.start == segment.start }?.byteCount
        ?? end(of: segment.start)
    }
    return header.isMerged ? nil : end(of: segment.start)
  }

  /// Where a segment ends, where its successor says so.
  private mutating func end(of start: StreamPosition) -> UInt64? {
    if let end = ends[start] { return end == .max ? nil : end }
    guard let successor = successor(of: start) else { return nil }
    let file = try? SegmentFile(
      folder.fileSystem, folder: folder.path, start: successor, streamTag: 0, access: .read)
    let end = file?.header?.previousByteCount ?? .max
    ends[start] = end
    return end == .max ? nil : end
  }

  /// Whether a segment has appeared that begins exactly there.
  func hasAppeared(at place: StreamPosition) -> Bool {
    guard starts.last != place else { return false }
    let path = "\(folder.segmentsPath)/\(Layout.segmentName(place))"
    return (try? folder.fileSystem.open(path, .read)) != nil
  }

  func open(_ start: StreamPosition, _ identity: StreamIdentity) throws(FileError) -> SegmentFile {
    try SegmentFile(
      folder.fileSystem, folder: folder.path, start: start, streamTag: identity.tag, access: .read)
  }
}

extension SegmentFile {
  /// The position of the last batch from which reading comes to `place`, found by the headers.
  func position(before place: StreamPosition) throws(FileError) -> UInt64 {
    var at = Self.firstPosition
    while let header = try batchHeader(at: at), header.end <= place {
      at += UInt64(header.totalByteCount)
    }
    return at
  }
}

extension [StreamPosition] {
  /// Of ascending places, the first that is not before `place`; their count where all are.
  fileprivate func firstIndex(notBefore place: StreamPosition) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < place { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
