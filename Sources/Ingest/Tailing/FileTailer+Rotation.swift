internal import Events

/// How generations come and go: starting, going on after a restart, rotation, truncation.
extension FileTailer {
  /// A listing that is overtaken by renames is made again, this many times.
  private static let attemptLimit = 8

  /// A file that was opened, and what it was then.
  private struct Opened {
    var body: Body
    var status: FileStatus
  }

  private struct Holder {
    var body: Body
    var status: FileStatus
    var relation: ContentTrail.Relation

    /// Where its content ends at least; as far as can be told without unpacking it.
    func end(from base: UInt64) -> UInt64 {
      switch (relation, body) {
      case (.beginning(let byteCount), _): base + byteCount
      case (_, .plain): status.size
      case (_, .packed): .max
      }
    }
  }

  /// What follows a known generation, opened.
  private struct Adoption {
    var holder: Holder?
    var later: [Generation] = []
    /// Other generations that a checkpoint knew, each with where it stands among the rest.
    var others: [Generation] = []
    var order: [FileKey] = []
  }

  // MARK: Starting

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
  private func openLog() throws(UnpackError) -> Generation? {
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
      modified: .min)
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
    newest.learnContentIfRemoved()
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
    guard let adoption = adopt(after: known, done: others, isOverwritten: true) else {
      return false
    }
    if let holder = adoption.holder {
      // The copy may reach further than what was seen, or not as far.
      generation.move(to: holder.body, holder.status)
      let keptEnd = max(known.offset, holder.end(from: known.trail.base))
      generation.lostByteCount = seenEnd - min(seenEnd, keptEnd)
    } else {
      // Of what was not read at all nothing is known, but its copies come after it.
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

  private var overwritten: String { "overwritten before it was read" }

  /// Lets go of the active generation, of which nothing more can be had.
  private func drop(_ generation: Generation) {
    remember()
    finished.append(generation.trail)
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

  /// Whether this is content that was read already.
  private func isKnown(_ body: Body) -> Bool {
    (finished + chain.map(\.trail)).contains { trail in
      switch body.relation(to: trail) {
      case .different: false
      case .beginning: true
      case .all: !body.reaches(beyond: trail.end)
      }
    }
  }

  // MARK: Adoption

  private func open(_ sibling: Sibling) -> Opened? {
    guard let body = try? Body.open(sibling.path, sibling.compression),
      let status = try? body.file.status(), status.key == sibling.key
    else { return nil }
    return Opened(body: body, status: status)
  }

  /// Opens what holds `known` and what comes after it; `nil` if renames never ceased.
  ///
  /// - Parameter isOverwritten: The file that held it is there, and holds another content now.
  private func adopt(
    after known: FileIdentity, done: Set<FileKey>, others: [FileIdentity] = [],
    isOverwritten: Bool = false
  ) -> Adoption? {
    for _ in 0..<Self.attemptLimit {
      if let adoption = attemptToAdopt(known, done, others, isOverwritten) { return adoption }
    }
    return nil
  }

  /// `nil` if files were renamed meanwhile.
  private func attemptToAdopt(
    _ known: FileIdentity, _ done: Set<FileKey>, _ others: [FileIdentity], _ isOverwritten: Bool
  ) -> Adoption? {
    let siblings = finder.find()
    var opened: [Int: Opened] = [:]
    var isOvertaken = false
    func openedSibling(_ index: Int) -> Opened? {
      if let found = opened[index] { return found }
      guard let found = open(siblings[index]) else {
        isOvertaken = true
        return nil
      }
      opened[index] = found
      return found
    }
    func relation(_ index: Int, _ known: FileIdentity) -> ContentTrail.Relation {
      guard let found = openedSibling(index) else { return .different }
      return Self.relation(of: found.body, found.status, to: known)
    }

    var adoption = Adoption(order: siblings.map(\.key))
    var done = done
    for other in others {
      let place =
        siblings.firstIndex { $0.key == other.key }.flatMap {
          relation($0, other) == .all ? $0 : nil
        }
        ?? siblings.indices.first { siblings[$0].key != other.key && relation($0, other) == .all }
      guard let place, let found = openedSibling(place), done.insert(found.status.key).inserted
      else { continue }
      adoption.others.append(
        Generation(
          found.body, found.status, offset: other.offset, trail: other.trail,
          isCopy: found.status.key != other.key))
    }
    let trace = Lineage.trace(known, among: siblings, done: done) { index in
      if isOverwritten && siblings[index].key == known.key { return .different }
      return relation(index, known)
    }
    if let holder = trace.holder, let found = openedSibling(holder) {
      adoption.holder = Holder(
        body: found.body, status: found.status, relation: trace.relation)
    }
    let born = Set(siblings.map(\.key))
    for index in trace.later {
      if !siblings[index].isLog && siblings[index].size == 0 { continue }
      guard let found = openedSibling(index) else { return nil }
      // Without a holder only times tell what is later, and late lines make old files young.
      if trace.holder == nil && !siblings[index].isLog && isKnown(found.body) { continue }
      let generation = Generation(found.body, found.status)
      generation.siblingsAtBirth = born
      adoption.later.append(generation)
    }
    leaveOutUnfinishedCopy(&adoption.later)
    return isOvertaken ? nil : adoption
  }

  private static func relation(
    of body: Body, _ status: FileStatus, to known: FileIdentity
  ) -> ContentTrail.Relation {
    guard status.key == known.key else { return body.relation(to: known.trail) }
    guard case .plain = body else { return .all }
    // The same file: as long as its anchor stands, nothing before it has changed.
    var trail = known.trail
    if status.size >= trail.end {
      return (try? body.holdsAnchor(of: &trail)) == true ? .all : .different
    }
    return body.relation(to: trail)
  }

  /// A copy that is being made of the log, or was made just now, is no generation of its own: what
  /// the log's trail then knows finds the copy again if the log is emptied before it is read.
  private func leaveOutUnfinishedCopy(_ later: inout [Generation]) {
    guard later.count >= 2 else { return }
    let log = later[later.count - 1]
    let copy = later[later.count - 2]
    guard !copy.isFinal, copy.key.birthTime > log.key.birthTime,
      let trail = try? copy.body.trail(from: 0, to: copy.size),
      log.body.relation(to: trail) == .all
    else { return }
    log.expect(trail)
    later.remove(at: later.count - 2)
  }
}
