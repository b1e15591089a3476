/// Finds and opens the files that hold a known generation and what comes after it.
extension FileTailer {
  /// A listing that is overtaken by renames is made again, this many times.
  private static let attemptLimit = 8

  /// A file that was opened, and what it was then.
  struct Opened {
    var body: Body
    var status: FileStatus
  }

  struct Holder {
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
  struct Adoption {
    var holder: Holder?
    var later: [Generation] = []
    /// Other generations that a checkpoint knew, each with where it stands among the rest.
    var others: [Generation] = []
    var order: [FileKey] = []
  }

  /// Whether this is content that was read already.
  func isKnown(_ body: Body) -> Bool {
    (finished.map(\.trail) + chain.map(\.trail)).contains { trail in
      switch body.relation(to: trail) {
      case .different: false
      case .beginning: true
      case .all: !body.reaches(beyond: trail.end)
      }
    }
  }

  func open(_ sibling: Sibling) -> Opened? {
    guard let body = try? Body.open(sibling.path, sibling.compression),
      let status = try? body.file.status(), status.key == sibling.key
    else { return nil }
    return Opened(body: body, status: status)
  }

  /// Opens what holds `known` and what comes after it; `nil` if renames never ceased.
  ///
  /// - Parameter isOverwritten: The file that held it is there, and holds another content now.
  func adopt(
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
      // Only a writer that is late for the latest rotation still fills an empty file.
      if siblings[index].size == 0 && index < siblings.count - 2 { continue }
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
