internal import Events

/// What happens when a log is turned over: other files come, or the same file is emptied.
extension FileTailer {
  // MARK: Rotation

  /// Takes in another file under the log's name, and what was turned over before it.
  func lookForRotation() {
    guard !isFixed, let status = try? FileStatus.of(path), status.isRegular,
      !chain.contains(where: { $0.key == status.key })
    else { return }
    guard let newest = chain.last else {
      // Not readable yet: whoever creates it may still have to hand it over.
      if let generation = try? openLog() { chain = [generation] }
      return
    }
    learnFolder(of: newest)
    for generation in chain { generation.learnContentIfRemoved() }
    let done = Set(chain.map(\.key)).subtracting([newest.key])
    guard let adoption = adopt(after: newest.identity, done: done) else { return }
    chain += adoption.later.filter { found in !chain.contains { $0.key == found.key } }
  }

  /// Copies may be kept anywhere; an open file knows where it was moved to.
  private func learnFolder(of generation: Generation) {
    guard case .plain(let file) = generation.body, let present = presentPath(of: file) else {
      return
    }
    let folder = splitPath(present).folder
    if folder != splitPath(path).folder && !finder.folders.contains(folder) {
      finder.folders.append(folder)
    }
  }

  // MARK: Truncation

  /// The content of the active generation is gone: goes on in its copy if there is one, and then
  /// with what is in the file now.
  ///
  /// - Returns: `false` if files were renamed meanwhile: to be tried again.
  func replaceOverwritten(_ generation: Generation) -> Bool {
    let known = generation.identity
    let seenEnd = max(generation.largestSize, known.trail.end)
    guard options.follow else {
      outcomes.append(.gap(byteCount: seenEnd - min(seenEnd, known.offset), reason: overwritten))
      generation.giveUp()
      return true
    }
    let others = Set(chain.filter { $0 !== generation }.map(\.key))
    // Of what was not begun nothing is known but that it came after the one before it.
    let predecessor = known.trail.byteCount == 0 ? predecessor(of: generation) : nil
    guard
      let adoption = adopt(after: predecessor ?? known, done: others, isOverwritten: true)
    else { return false }
    if predecessor == nil, let holder = adoption.holder {
      // The copy may reach further than what was seen, or not as far.
      generation.move(to: holder.body, holder.status)
      let keptEnd = max(known.offset, holder.end(from: known.trail.base))
      generation.lostByteCount = seenEnd - min(seenEnd, keptEnd)
    } else {
      let isInCopy = known.trail.byteCount == 0 && adoption.later.contains { $0.key != known.key }
      if seenEnd > known.offset && !isInCopy {
        outcomes.append(.gap(byteCount: seenEnd - known.offset, reason: overwritten))
      }
      drop(generation)
    }
    for later in adoption.later where !others.contains(later.key) {
      later.mayBeginWithHole = later.key == known.key
      chain.append(later)
    }
    return true
  }

  /// The newest content that was read before `generation`.
  private func predecessor(of generation: Generation) -> FileIdentity? {
    let older = chain.prefix { $0 !== generation }
    return older.last { $0.trail.byteCount > 0 }?.identity ?? finished.last
  }

  private var overwritten: String { "overwritten before it was read" }

  /// Lets go of the active generation, of which nothing more can be had.
  private func drop(_ generation: Generation) {
    remember()
    finish(generation)
    chain.removeAll { $0 === generation }
    active = nil
    if generation.number != nil { outcomes.append(.generationEnded) }
  }

  /// A writer that does not append goes on where it was, behind a hole.
  func skipHole(
    _ generation: Generation, _ buffer: UnsafePointer<UInt8>, _ count: Int
  ) -> Bool {
    generation.mayBeginWithHole = false
    guard generation.trail.byteCount == 0 else { return false }
    let bytes = unsafe UnsafeBufferPointer(start: buffer, count: count)
    let zeroCount = unsafe bytes.firstIndex { $0 != 0 } ?? count
    if zeroCount == 0 { return false }
    var start = generation.offset + UInt64(zeroCount)
    if zeroCount == count {
      start = max(start, generation.body.file.nextData(from: start) ?? start)
      generation.mayBeginWithHole = true
    }
    generation.begin(at: start)
    return true
  }

  /// The first bytes of a generation are about to be handed out: whether others came and went
  /// before it since it was found.
  func missedBefore(
    _ generation: Generation, _ buffer: UnsafePointer<UInt8>, _ count: Int
  ) -> Generation? {
    guard let born = generation.siblingsAtBirth else { return nil }
    generation.siblingsAtBirth = nil
    // In a file of its own it is found by `lookForRotation`; here, one file had several lives.
    guard generation.trail.byteCount == 0, !generation.isFinal,
      (try? FileStatus.of(path))?.key == generation.key
    else { return nil }
    var present = ContentTrail(base: generation.offset)
    unsafe present.append(buffer, count: count, at: generation.offset)
    let taken = Set(chain.map(\.key))
    var missed: [Generation] = []
    for sibling in finder.find()
    where !sibling.isLog && !born.contains(sibling.key) && !taken.contains(sibling.key) {
      guard let opened = open(sibling), !isKnown(opened.body) else { continue }
      // A copy that is being made of what is read here.
      if let copy = try? opened.body.trail(from: present.base, to: present.end),
        present.relation(to: copy) != .different
      {
        continue
      }
      missed.append(Generation(opened.body, opened.status))
    }
    guard let place = chain.firstIndex(where: { $0 === generation }) else { return nil }
    chain.insert(contentsOf: missed, at: place)
    return missed.first
  }
}
