internal import Events

/// How reading a log begins, and goes on after a restart.
extension FileTailer {
  /// - Returns: `false` if files were renamed meanwhile: to be tried again.
  func startAfresh() throws(UnpackError) -> Bool {
    if options.withRotated && options.tailLineCount == nil {
      guard let all = adoptAll() else { return false }
      chain = all
    } else if let generation = try openLog() {
      chain = [generation]
      if let count = options.tailLineCount {
        generation.begin(at: try start(ofLastLines: count, in: generation.body.file))
      }
      if options.follow && generation.size == 0 {
        generation.siblingsAtBirth = Set(finder.find().map(\.key))
      }
    }
    limitToPresent()
    return true
  }

  private func start(ofLastLines count: Int, in file: Descriptor) throws(UnpackError) -> UInt64 {
    do { return try startOfLastLines(count, in: file) } catch { throw .unreadable(error) }
  }

  /// What is not followed ends where it ends now. Pseudo files say nothing of their size.
  private func limitToPresent() {
    guard !options.follow else { return }
    for generation in chain where !generation.isFinal && generation.size > 0 {
      generation.end = generation.size
    }
  }

  /// `nil` if there is no such file.
  func openLog() throws(UnpackError) -> Generation? {
    do {
      let file = try Descriptor.open(path)
      return Generation(.plain(file), try file.status())
    } catch {
      if error.isMissing { return nil }
      throw .unreadable(error)
    }
  }

  private func adoptAll() -> [Generation]? {
    let nothing = FileIdentity(
      key: FileKey(device: 0, inode: 0, birthTime: 0), trail: ContentTrail(base: 0), offset: 0,
      modified: .min / 2)
    return adopt(after: nothing, done: [])?.later
  }

  /// Goes on where `checkpoint` says, in whatever file its content is now.
  /// - Returns: `false` if files were renamed meanwhile: to be tried again.
  func resume(_ checkpoint: SourceCheckpoint) throws(UnpackError) -> Bool {
    guard let identity = LogIdentity(encoded: checkpoint.identity) else {
      guard try startAfresh() else { return false }
      outcomes.append(.gap(byteCount: nil, reason: "the checkpoint does not say which file it was"))
      continueNumbering(at: checkpoint.generation, with: nil)
      return true
    }
    finder.folders = identity.folders
    finder.keys = Set((identity.others + [identity.main]).map(\.key))
    defer { finder.keys = [] }
    var known = identity.main
    known.offset = checkpoint.endOffset
    guard let adoption = adopt(after: known, done: [], others: identity.others) else {
      return false
    }
    var main: Generation?
    if let holder = adoption.holder {
      main = resumedGeneration(known, holder.body, holder.status, holder.relation)
    } else {
      outcomes.append(
        .gap(byteCount: nil, reason: "the file is gone, with what was not read of it"))
    }
    let later = isFixed ? [] : adoption.later
    let all = adoption.others + [main].compactMap(\.self) + later
    chain = all.sorted { first, second in
      let places = (
        adoption.order.firstIndex(of: first.key) ?? 0,
        adoption.order.firstIndex(of: second.key) ?? 0
      )
      return places.0 < places.1
    }
    continueNumbering(at: checkpoint.generation, with: main)
    limitToPresent()
    return true
  }

  private func resumedGeneration(
    _ known: FileIdentity, _ body: Body, _ status: FileStatus, _ relation: ContentTrail.Relation
  ) -> Generation {
    let isCopy = status.key != known.key
    guard case .beginning(let byteCount) = relation else {
      return Generation(body, status, offset: known.offset, trail: known.trail, isCopy: isCopy)
    }
    let end = known.trail.base + byteCount
    let trail = (try? body.trail(from: known.trail.base, to: end)) ?? ContentTrail(base: end)
    let generation = Generation(
      body, status, offset: min(known.offset, end), trail: trail, isCopy: isCopy)
    let behind = max(end, known.offset)
    generation.lostByteCount = known.trail.end > behind ? known.trail.end - behind : 0
    return generation
  }
}
