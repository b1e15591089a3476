/// One file beside a log that may be an older part of it, or the log itself.
struct Sibling: Hashable {
  var path: String
  var key: FileKey
  var size: UInt64
  var modified: Int64
  var place: RotatedName.Place
  var compression: Compression?
  /// It stands under the log's own name.
  var isLog: Bool
}

/// Decides, from what files look like, which of them follow a known generation of a log.
///
/// Knows no file, only facts: whoever has the files answers how their content relates.
enum Lineage {
  struct Trace: Hashable {
    /// The file that holds the known generation.
    var holder: Int?
    /// How the holder's content relates to it.
    var relation = ContentTrail.Relation.different
    /// The files that come after it, oldest first.
    var later: [Int] = []
  }

  /// A packed copy of fewer bytes than this is told from another log by more than its beginning.
  static let tellingByteCount: UInt64 = 1024

  /// Oldest first, the log last; without packed twins of what is there unpacked too, and without
  /// files that cannot be unpacked.
  static func byAge(_ siblings: [Sibling]) -> [Sibling] {
    let plainPaths = Set(siblings.filter { $0.compression == nil }.map(\.path))
    let copies = siblings.filter { sibling in
      guard !sibling.isLog else { return false }
      switch sibling.compression {
      case .none: return true
      case .other: return false
      case .some(let compression):
        return !plainPaths.contains(String(sibling.path.dropLast(compression.ending.count)))
      }
    }
    return order(copies) + siblings.filter(\.isLog)
  }

  /// By what the names say where they all say the same kind of thing, else by the time of writing.
  private static func order(_ copies: [Sibling]) -> [Sibling] {
    let numbers = copies.compactMap {
      if case .number(let number) = $0.place { number } else { nil }
    }
    if numbers.count == copies.count {
      return zip(copies, numbers).sorted { ($0.1, $1.0.modified) > ($1.1, $0.0.modified) }.map(\.0)
    }
    let dates = copies.compactMap { if case .date(let date) = $0.place { date } else { nil } }
    if dates.count == copies.count {
      return zip(copies, dates).sorted { first, second in
        first.1 == second.1
          ? first.0.modified < second.0.modified
          : first.1.lexicographicallyPrecedes(second.1)
      }.map(\.0)
    }
    return copies.sorted { ($0.modified, $0.path) < ($1.modified, $1.path) }
  }

  /// The same file with the same beginning has lost its end with the machine's power, unless it is
  /// so short that another life may begin alike.
  private static func isSameLife(_ relation: ContentTrail.Relation) -> Bool {
    switch relation {
    case .all: true
    case .beginning(let byteCount): byteCount >= 1024
    case .different: false
    }
  }

  /// - Parameters:
  ///   - siblings: As `byAge` gives them.
  ///   - done: Files that are accounted for otherwise.
  ///   - relation: How the content of a file relates to `known`. Costly: asked as rarely as can be.
  static func trace(
    _ known: FileIdentity, among siblings: [Sibling], done: Set<FileKey> = [],
    relation: (Int) -> ContentTrail.Relation
  ) -> Trace {
    var trace = Trace()
    var relations: [Int: ContentTrail.Relation] = [:]
    func related(_ index: Int) -> ContentTrail.Relation {
      if let found = relations[index] { return found }
      let found = relation(index)
      relations[index] = found
      return found
    }
    let same = siblings.firstIndex { $0.key == known.key }
    if let same, isSameLife(related(same)) {
      trace.holder = same
      trace.relation = related(same)
    } else {
      // The first whole copy since, for later ones may begin alike; else the longest part of it.
      let candidates = siblings.indices.filter {
        known.trail.byteCount > 0 && siblings[$0].key != known.key
          && wasWritten(siblings[$0], notBefore: known.modified)
          && !done.contains(siblings[$0].key)
      }
      trace.holder = candidates.first { related($0) == .all }
      trace.relation = trace.holder == nil ? .different : .all
      if trace.holder == nil {
        for index in candidates {
          guard case .beginning(let count) = related(index) else { continue }
          if case .beginning(let best) = trace.relation, best >= count { continue }
          trace.holder = index
          trace.relation = related(index)
        }
      }
    }
    let first = trace.holder.map { $0 + 1 } ?? 0
    trace.later = siblings.indices[first...].filter { index in
      if done.contains(siblings[index].key) { return false }
      if siblings[index].isLog { return true }
      // Copies may keep the time of the last writing.
      if trace.holder == nil && siblings[index].modified < known.modified { return false }
      return known.trail.byteCount == 0
        || !isSecondCopy(index, related(index), trace.holder.map { siblings[$0] }, known, siblings)
    }
    return trace
  }

  /// Some packers stamp their copies with whole seconds.
  private static func wasWritten(_ sibling: Sibling, notBefore time: Int64) -> Bool {
    let second: Int64 = 1_000_000_000
    return sibling.modified >= time
      || sibling.modified % second == 0 && sibling.modified > time - second
  }

  /// Whether a later file repeats what the holder has; two logs may well begin alike.
  private static func isSecondCopy(
    _ index: Int, _ relation: ContentTrail.Relation, _ holder: Sibling?, _ known: FileIdentity,
    _ siblings: [Sibling]
  ) -> Bool {
    switch relation {
    case .different: return false
    case .beginning: return true
    case .all:
      if let holder, holder.compression == nil, siblings[index].compression == nil {
        return holder.size == siblings[index].size
      }
      return known.trail.byteCount >= tellingByteCount
    }
  }
}
