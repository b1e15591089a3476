internal import Events
internal import Patterns

/// An `EventFilter` made ready for many events of one reader.
final class CompiledFilter {
  private let filter: EventFilter
  private let identifier: WordSearch?
  private let matching: [LineMatcher]
  private let notMatching: [LineMatcher]
  private let onlyServices: Set<String>
  private let hiddenServices: Set<String>

  /// - Parameter serviceNames: What the filter's services are called; the reader has numbers of its
  ///   own for them.
  init(_ filter: EventFilter, serviceNames: [ServiceID: String]) {
    self.filter = filter
    // What does not compile is said where it is typed; here it filters nothing.
    identifier = filter.identifier.flatMap { $0.isEmpty ? nil : WordSearch($0) }
    matching = filter.matching.compactMap { try? LineMatcher($0) }
    notMatching = filter.notMatching.compactMap { try? LineMatcher($0) }
    onlyServices = Set(filter.onlyServices.compactMap { serviceNames[$0] })
    hiddenServices = Set(filter.hiddenServices.compactMap { serviceNames[$0] })
  }

  var needsPatterns: Bool { !filter.onlyPatterns.isEmpty || !filter.hiddenPatterns.isEmpty }

  func passes(_ batch: EventBatch, _ index: Int, names: EventNames) -> Bool {
    let record = unsafe batch.records[index]
    if record.severity < filter.minimumSeverity { return false }
    if !filter.onlyPatterns.isEmpty, !filter.onlyPatterns.contains(record.pattern) { return false }
    if filter.hiddenPatterns.contains(record.pattern) { return false }
    if !onlyServices.isEmpty || !hiddenServices.isEmpty {
      let service = names.services.name(record.service.rawValue)
      if !onlyServices.isEmpty, !onlyServices.contains(service) { return false }
      if hiddenServices.contains(service) { return false }
    }
    let raw = unsafe batch.raw(index)
    if let identifier, unsafe !identifier.occurs(in: raw) { return false }
    for matcher in matching where unsafe !matcher.matches(raw) { return false }
    for matcher in notMatching where unsafe matcher.matches(raw) { return false }
    return true
  }
}
