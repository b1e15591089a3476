internal import Detection
internal import Events
internal import Pipeline
internal import Terminal

/// Searching, filtering, jumping.
extension ScreenModel {
  // MARK: Filters

  mutating func changeFilter(_ command: Command, _ snapshot: Snapshot) {
    defer { overview.reorder() }
    switch command {
    case .filterSwitch:
      if filter.isEmpty { return say("no filter to turn off") }
      filterIsOff.toggle()
      say(filterIsOff ? "filters off; Ctrl-t turns them on" : "filters on")
    case .level:
      let levels: [Severity] = [.unknown, .info, .warn, .error]
      filter.minimumSeverity = levels.first { $0 > filter.minimumSeverity } ?? .unknown
      filterIsOff = false
      say(
        filter.minimumSeverity == .unknown
          ? "all levels" : "level \(filter.minimumSeverity.name) and above")
    case .only: showOnly(snapshot)
    case .hide: hide(snapshot)
    default: break
    }
  }

  private mutating func showOnly(_ snapshot: Snapshot) {
    filterIsOff = false
    if view == .overview, overview.pane == .services {
      guard let id = overview.selectedService else {
        filter.onlyServices = []
        return say("all services")
      }
      filter.onlyServices = filter.onlyServices == [id] ? [] : [id]
      return
    }
    guard let id = selectedPattern(snapshot) else { return say("no pattern selected") }
    filter.onlyPatterns = filter.onlyPatterns == [id] ? [] : [id]
    say(
      filter.onlyPatterns.isEmpty
        ? "all patterns" : "only \(title(id, snapshot)); + again shows all")
  }

  private mutating func hide(_ snapshot: Snapshot) {
    filterIsOff = false
    if view == .overview, overview.pane == .services {
      guard let id = overview.selectedService else { return say("select one service to hide it") }
      if filter.hiddenServices.remove(id) == nil { filter.hiddenServices.insert(id) }
      return say(
        filter.hiddenServices.contains(id)
          ? "\(snapshot.serviceName(id)) hidden; - again shows it"
          : "\(snapshot.serviceName(id)) shown")
    }
    guard let id = selectedPattern(snapshot) else { return say("no pattern selected") }
    if filter.hiddenPatterns.remove(id) != nil { return say("\(title(id, snapshot)) shown again") }
    filter.hiddenPatterns.insert(id)
    filter.onlyPatterns.remove(id)
    say("\(title(id, snapshot)) hidden; Ctrl-t turns filters off and on, :show clears them")
  }

  private func title(_ id: PatternID, _ snapshot: Snapshot) -> String {
    snapshot.pattern(id).map {
      "#\($0.number), \(NumberText.grouped($0.count)) events"
    } ?? "the pattern"
  }

  // MARK: Prompts

  mutating func answer(_ typed: Prompt, _ key: Key, _ snapshot: Snapshot) -> [ScreenAction] {
    if key == .suspend { return [.suspend] }
    var typed = typed
    let outcome = typed.handle(key)
    prompt = outcome == .goesOn ? typed : nil
    guard case .entered(let text) = outcome else { return [] }
    if !text.isEmpty, typed.kind != .note { typedBefore[typed.kind.sign] = text }
    message = nil
    switch typed.kind {
    case .search: return startSearch(text.isEmpty ? typed.previous : text, snapshot)
    case .filter:
      setFilter(text)
      return []
    case .goTo: return text.isEmpty ? [] : goTo(text, snapshot)
    case .command: return text.isEmpty ? [] : run(text, snapshot)
    case .note: return setNote(text)
    }
  }

  private mutating func setFilter(_ text: String) {
    if view == .counts { return counts.setCondition(text) }
    guard view == .stream else {
      overview.text = text.lowercased()
      return overview.reorder()
    }
    filterIsOff = false
    let isNot = text.hasPrefix("!")
    let expression = isNot ? String(text.dropFirst()) : text
    if expression.isEmpty {
      (filter.matching, filter.notMatching) = ([], [])
    } else if isNot {
      filter.notMatching.append(expression)
    } else {
      filter.matching.append(expression)
    }
  }

  mutating func goTo(_ text: String, _ snapshot: Snapshot) -> [ScreenAction] {
    let form = TimeForm(
      text, clock: snapshot.clock, end: snapshot.endTime ?? snapshot.clock, text: timeText(snapshot)
    )
    switch form {
    case .offset(let offset):
      let last = max(snapshot.endOffset, 1) - 1
      if offset > last || offset < snapshot.startOffset {
        complain(
          "offsets go from #\(NumberText.grouped(snapshot.startOffset)) to #\(NumberText.grouped(last))"
        )
        return []
      }
      return moveClock(.goTo(offset: offset))
    case .time(let time): return moveClock(.goToTime(time))
    case nil:
      complain("\(text) is no time: 03:41, 03:41:07, 2026-08-01T03:41:07Z, -15m, #offset")
      return []
    }
  }

  // MARK: Search

  private mutating func startSearch(_ text: String, _ snapshot: Snapshot) -> [ScreenAction] {
    if case .pattern(let id) = view {
      stream.scope = .pattern(id)
      push(.stream)
    }
    if view == .stream {
      stream.searched = text
    } else {
      overview.searched = text.lowercased()
    }
    return text.isEmpty ? [] : searchAgain(forward: true, snapshot)
  }

  mutating func searchAgain(forward: Bool, _ snapshot: Snapshot) -> [ScreenAction] {
    if view == .stream {
      if stream.searched.isEmpty {
        say("nothing searched for yet; / searches")
        return []
      }
      var filter = streamFilter
      // Lower case finds both; a capital means itself.
      let isLower = stream.searched == stream.searched.lowercased()
      filter.matching.append(isLower ? "(?i)" + stream.searched : stream.searched)
      return search(filter, forward: forward, snapshot)
    }
    if overview.searched.isEmpty {
      say("nothing searched for yet; / searches")
      return []
    }
    let found = nextLine(forward: forward, snapshot) { row in
      row.template.lowercased().contains(overview.searched)
        || row.name?.lowercased().contains(overview.searched) == true
    }
    select(found, orSay: "no template has \(overview.searched)")
    return []
  }

  // MARK: Ids

  /// The next event that holds the same id: the one that was followed before, if this event has it.
  mutating func jumpToIdentifier(forward: Bool, _ snapshot: Snapshot) -> [ScreenAction] {
    guard let event = stream.selectedRow else { return [] }
    let identifiers = EventIdentifiers.find(in: event.lines)
    guard let id = identifiers.first(where: { $0.value == stream.identifier }) ?? identifiers.first
    else {
      say("this event holds no id; / searches for any text")
      return []
    }
    stream.identifier = id.value
    var filter = streamFilter
    filter.identifier = id.value
    say("\(id.text); o O go on, i shows its events only")
    return search(filter, forward: forward, snapshot)
  }

  /// Shows the events of one id across all services, in order: of each id that the event holds in
  /// turn, then everything again.
  mutating func showOnlyIdentifier(_ snapshot: Snapshot) {
    let event: EventRow? =
      if case .pattern = view { pattern?.selectedExample } else { stream.selectedRow }
    guard let event else { return say("no event selected") }
    let identifiers = EventIdentifiers.find(in: event.lines)
    let place = identifiers.firstIndex { $0.value == filter.identifier }
    let next = identifiers.dropFirst(place.map { $0 + 1 } ?? 0).first
    guard let next, place != nil || filter.identifier == nil else {
      let wasOn = filter.identifier != nil
      filter.identifier = nil
      return say(
        wasOn ? "events of any id again" : "this event holds no id; / searches for any text")
    }
    filterIsOff = false
    filter.identifier = next.value
    stream.identifier = next.value
    say("only \(next.text), in order; i again: its next id, then all")
    if view != .stream {
      stream.scope = .all
      stream.select(event.offset)
      push(.stream)
    }
  }

  /// From the selected event on, or from the end where the stream is followed.
  private func search(
    _ filter: EventFilter, forward: Bool, _ snapshot: Snapshot
  ) -> [ScreenAction] {
    let offset = stream.selectedRow?.offset ?? snapshot.cursorOffset
    return [.search(SearchQuery(offset: offset, forward: forward, filter: filter))]
  }

  /// The next line of the list that fits, after the last the first again.
  private func nextLine(
    forward: Bool, _ snapshot: Snapshot, where fits: (PatternRow) -> Bool
  ) -> Int? {
    let count = overview.order.count
    guard count > 0 else { return nil }
    for step in 1...count {
      let line = (overview.selectedIndex + (forward ? step : count - step % count)) % count
      if let index = overview.patternIndex(line: line, in: snapshot), fits(snapshot.patterns[index])
      {
        return line
      }
    }
    return nil
  }

  private mutating func select(_ line: Int?, orSay trouble: String) {
    guard let line else { return say(trouble) }
    overview.pane = .patterns
    overview.select(line: line, now: now)
  }

  // MARK: Jumps

  mutating func jump(to severity: Severity, forward: Bool, _ snapshot: Snapshot) -> [ScreenAction] {
    if view == .stream {
      var filter = streamFilter
      filter.minimumSeverity = max(filter.minimumSeverity, severity)
      return search(filter, forward: forward, snapshot)
    }
    let line = nextLine(forward: forward, snapshot) { $0.severity >= severity }
    select(line, orSay: "no pattern is \(severity.name) or worse")
    return []
  }

  mutating func jumpToAnomaly(forward: Bool, _ snapshot: Snapshot) {
    let pressing = self.pressing(snapshot)
    if pressing.isEmpty {
      return say(
        snapshot.anomalies.isEmpty
          ? "no anomaly so far" : "every anomaly is acknowledged or muted; 4 lists them")
    }
    switch view {
    case .anomalies: anomalies.move(by: forward ? 1 : -1)
    case .stream:
      // Newest first in the snapshot; forward in the stream is towards the newer.
      let places = pressing.map { $0.lastOffset ?? $0.offset }.sorted()
      let here = stream.selectedRow?.offset ?? snapshot.cursorOffset
      guard
        let place = forward ? places.first(where: { $0 > here }) : places.last(where: { $0 < here })
      else { return say("no anomaly \(forward ? "after" : "before") this event") }
      stream.select(place)
    case .overview, .pattern, .compare, .sources, .counts, .marks, .help:
      let place = nextAnomaly(forward: forward, among: pressing)
      let anomaly = pressing[place]
      jumpedTo = anomaly.number
      anomalies.select(anomaly: anomaly.number)
      if case .pattern = view {
        if case .pattern(let id) = anomaly.subject { openPattern(id) } else { push(.anomalies) }
        return
      }
      switch anomaly.subject {
      case .pattern(let id): _ = overview.select(id, now: now)
      case .service(let id): overview.select(service: id)
      case .source, .traffic: break
      }
      say(
        "\(place + 1) of \(pressing.count): "
          + AnomalySentence.line(anomaly, names: names(snapshot)))
    }
  }

  /// `]` goes from the newest to older ones, `[` back; both come round.
  private func nextAnomaly(forward: Bool, among pressing: [Anomaly]) -> Int {
    let count = pressing.count
    let last = pressing.firstIndex { $0.number == jumpedTo && isShown($0.subject) }
    let selected: Int? =
      if case .pattern = view { pressing.firstIndex { isShown($0.subject) } } else { nil }
    guard let place = last ?? selected else { return forward ? 0 : count - 1 }
    return (place + (forward ? 1 : count - 1)) % count
  }

  private func isShown(_ subject: Anomaly.Subject) -> Bool {
    switch (view, subject) {
    case (.pattern(let id), .pattern(let other)): id == other
    case (.overview, .pattern(let id)): overview.pane == .patterns && overview.selected == id
    case (.overview, .service(let id)):
      overview.pane == .services && overview.selectedService == id
    default: true
    }
  }

  // MARK: Typed commands

  private mutating func run(_ text: String, _ snapshot: Snapshot) -> [ScreenAction] {
    let command: TypedCommand
    do {
      command = try TypedCommand.parse(text)
    } catch {
      complain(error.sentence)
      return []
    }
    switch command {
    case .goTo(let place): return goTo(place, snapshot)
    case .filter(let words):
      if words.isEmpty { filter = EventFilter() }
      for word in words { apply(word, isNot: false, snapshot) }
    case .hide(let words):
      if words.isEmpty { hide(snapshot) }
      for word in words { apply(word, isNot: true, snapshot) }
    case .only(let words):
      if words.isEmpty { showOnly(snapshot) }
      for word in words { apply(word, isNot: false, snapshot) }
    case .showAll:
      filter = EventFilter()
      overview.text = ""
      say("everything is shown")
    case .level(let level): filter.minimumSeverity = level
    case .speed(let speed): return setSpeed(speed, snapshot)
    case .zone(let name):
      if name.lowercased() == "utc" {
        timeStyle = .utc
      } else if name.lowercased() == "local" {
        zone = options.localZone
        timeStyle = .local
      } else {
        return [.setZone(name)]
      }
    case .setASCII(let isASCII): theme = Theme(isASCII: isASCII)
    case .sort(let sort): self.sort(by: sort)
    case .zoom(let isIn): return [isIn ? .zoomIn : .zoomOut]
    case .by(let names):
      counts.group(by: names)
      push(.counts)
    case .help: push(.help)
    case .quit: return [.quit]
    }
    overview.reorder()
    return []
  }

  private mutating func apply(_ word: TypedCommand.Word, isNot: Bool, _ snapshot: Snapshot) {
    filterIsOff = false
    switch word {
    case .not(let inner): apply(inner, isNot: !isNot, snapshot)
    case .pattern(let number):
      guard let id = snapshot.patterns.first(where: { $0.number == number })?.id else {
        return complain("there is no pattern #\(number)")
      }
      if isNot { filter.hiddenPatterns.insert(id) } else { filter.onlyPatterns.insert(id) }
    case .service(let name):
      guard let id = snapshot.services.first(where: { $0.name == name })?.id else {
        return complain("there is no service \(name)")
      }
      if isNot { filter.hiddenServices.insert(id) } else { filter.onlyServices.insert(id) }
    case .level(let level): filter.minimumSeverity = level
    case .text(let text):
      if isNot { filter.notMatching.append(text) } else { filter.matching.append(text) }
    }
  }
}
