internal import Detection
package import Events
package import Pipeline
package import Terminal

extension ScreenModel {
  /// Answers a key; what the model cannot do itself is returned, in order.
  package mutating func handle(_ key: Key, snapshot: Snapshot, now: Instant) -> [ScreenAction] {
    self.now = now
    // The snapshot may have moved on since the last update.
    arrange(snapshot)
    defer { arrange(snapshot) }
    switch key {
    case .terminate: return [.quit]
    case .resize: return []
    case .interrupt where prompt == nil: return interrupt(snapshot)
    default: break
    }
    if let typed = prompt { return answer(typed, key, snapshot) }
    let wasAsked = asksToQuit
    asksToQuit = false
    message = nil
    guard let command = KeyMap.shared.command(for: key, on: view.kind) else {
      if case .character(let character) = key {
        say("\(character) does nothing here; ? lists the keys of this screen")
      }
      return []
    }
    if command == .back, views.count == 1 {
      return backFromFirst(isEscape: key == .escape, wasAsked: wasAsked, snapshot)
    }
    return perform(command, snapshot)
  }

  /// The first Ctrl-C stops the input, which in a pipe it has ended anyway; the second quits.
  private mutating func interrupt(_ snapshot: Snapshot) -> [ScreenAction] {
    if endedInput { return [.quit] }
    endedInput = true
    say("reading stops here; Ctrl-C again or Q quits")
    return [.endInput]
  }

  private mutating func backFromFirst(
    isEscape: Bool, wasAsked: Bool, _ snapshot: Snapshot
  ) -> [ScreenAction] {
    if !overview.text.isEmpty || overview.scope != nil {
      overview.text = ""
      overview.scope = nil
      overview.reorder()
      return []
    }
    if isEscape {
      overview.searched = ""
      return []
    }
    if wasAsked { return [.quit] }
    asksToQuit = true
    let isRecording = snapshot.storage.path != nil && !snapshot.hasEnded && !endedInput
    say(isRecording ? "q again to quit; recording stops" : "q again to quit")
    return []
  }

  mutating func perform(_ command: Command, _ snapshot: Snapshot) -> [ScreenAction] {
    switch command {
    case .down: move(by: 1, snapshot)
    case .up: move(by: -1, snapshot)
    case .halfPageDown: move(by: max(pageHeight(snapshot) / 2, 1), snapshot)
    case .halfPageUp: move(by: -max(pageHeight(snapshot) / 2, 1), snapshot)
    case .pageDown: move(by: max(pageHeight(snapshot) - 1, 1), snapshot)
    case .pageUp: move(by: -max(pageHeight(snapshot) - 1, 1), snapshot)
    case .first: return moveToEdge(last: false, snapshot)
    case .last: return moveToEdge(last: true, snapshot)
    case .left: stream.shift = max(stream.shift - 20, 0)
    case .right: stream.shift = min(stream.shift + 20, 10_000)
    case .otherPane: overview.pane = overview.pane == .patterns ? .services : .patterns
    case .open: open(snapshot)
    case .back: goBack()
    case .quit: return [.quit]
    case .help:
      views.append(.help)
      helpTop = 0
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    case .overview: views = [.overview]
    case .pattern: openSelectedPattern(snapshot)
    case .stream: openStream()
    case .anomalies: push(.anomalies)
    case .compare: openCompare(snapshot)
    case .sources: push(.sources)
    case .counts: push(.counts)
    case .nextGrouping: nextGrouping()
    case .shorterWindows, .longerWindows: resizeWindows(isLonger: command == .longerWindows)
    case .marks: push(.marks)
    case .prompt: ask(.command)
    case .search: ask(.search)
    case .filter: ask(.filter)
    case .goTo: ask(.goTo)
    case .searchNext, .searchPrevious: return searchAgain(forward: command == .searchNext, snapshot)
    case .filterSwitch, .only, .hide, .level: changeFilter(command, snapshot)
    case .onlyIdentifier: showOnlyIdentifier(snapshot)
    case .nextOfIdentifier: return jumpToIdentifier(forward: true, snapshot)
    case .previousOfIdentifier: return jumpToIdentifier(forward: false, snapshot)
    case .nextError: return jump(to: .error, forward: true, snapshot)
    case .previousError: return jump(to: .error, forward: false, snapshot)
    case .nextWarning: return jump(to: .warn, forward: true, snapshot)
    case .previousWarning: return jump(to: .warn, forward: false, snapshot)
    case .nextAnomaly: jumpToAnomaly(forward: true, snapshot)
    case .previousAnomaly: jumpToAnomaly(forward: false, snapshot)
    case .nextPattern: otherPattern(by: 1, snapshot)
    case .previousPattern: otherPattern(by: -1, snapshot)
    case .pauseOrPlay, .follow, .stepBack, .stepOn, .scrubBack, .scrubOn, .scrubFarBack,
      .scrubFarOn, .slower, .faster, .zoomIn, .zoomOut, .clockHere, .loop:
      return moveClock(command, snapshot)
    case .compareFrom, .compareTo: setCompareEdge(isEnd: command == .compareTo, snapshot)
    case .otherWindow, .swapWindows, .nextChoice, .windowBack, .windowOn, .windowShorter,
      .windowLonger:
      changeWindows(command, snapshot)
    case .time: nextTimeStyle(snapshot)
    case .sort: nextSort()
    case .details: toggleDetails(snapshot)
    case .mark: return toggleMark(snapshot)
    case .markWithNote: askForNote(snapshot)
    case .nextMark, .previousMark: jumpToMark(forward: command == .nextMark, snapshot)
    case .acknowledge: return acknowledge(snapshot)
    case .report: return report(snapshot)
    case .split, .pin: return change(isSplit: command == .split, snapshot)
    case .copy, .copyRule: return copy(isRule: command == .copyRule, snapshot)
    }
    return []
  }

  // MARK: Moving about

  private func frame(_ snapshot: Snapshot) -> FrameLayout {
    FrameLayout(columns: columns, rows: rows, hasBanner: banner(snapshot) != nil)
  }

  private func pageHeight(_ snapshot: Snapshot) -> Int {
    let frame = frame(snapshot)
    switch view {
    case .overview:
      let layout = overviewLayout(snapshot, frame)
      return overview.pane == .patterns ? layout.patternRows : layout.serviceRows
    case .pattern: return exampleRows(snapshot, frame)
    case .stream: return streamHeight(frame)
    case .anomalies: return anomalyRows(frame)
    case .compare: return CompareLayout(frame: frame).tableRows
    case .sources: return sourceRows(frame)
    case .counts: return countRows(frame)
    case .marks: return markRows(frame)
    case .help: return helpRows
    }
  }

  private mutating func move(by distance: Int, _ snapshot: Snapshot) {
    switch view {
    case .overview: overview.move(by: distance, in: snapshot, now: now)
    case .pattern: pattern?.move(by: distance)
    case .stream:
      let height = streamHeight(frame(snapshot))
      if !stream.move(by: distance, height: height), distance > 0, stream.reachesEnd {
        say(
          snapshot.mode == .live
            ? "the end so far; F follows" : "the clock stands here; . steps on, F follows live")
      }
    case .anomalies: anomalies.move(by: distance)
    case .compare: compare.line += distance
    case .sources: sourceLine += distance
    case .counts: counts.line += distance
    case .marks: markLine += distance
    case .help: helpTop += distance
    }
  }

  private mutating func moveToEdge(last: Bool, _ snapshot: Snapshot) -> [ScreenAction] {
    switch view {
    case .overview: overview.moveToEdge(last: last, in: snapshot, now: now)
    case .pattern: pattern?.move(to: last ? .max / 2 : 0)
    case .stream:
      if !last {
        stream.select(snapshot.startOffset)
      } else if stream.isFollowing, snapshot.mode != .live {
        return [.followLive]
      } else {
        stream.follow()
      }
    case .anomalies: anomalies.move(to: last ? .max / 2 : 0)
    case .compare: compare.line = last ? .max / 2 : 0
    case .sources: sourceLine = last ? .max / 2 : 0
    case .counts: counts.line = last ? .max / 2 : 0
    case .marks: markLine = last ? .max / 2 : 0
    case .help: helpTop = last ? .max / 2 : 0
    }
    return []
  }

  mutating func push(_ next: View) {
    if view == next { return }
    // A view is there once: going to it again goes back to it.
    if let place = views.firstIndex(of: next) {
      views.removeSubrange((place + 1)...)
    } else {
      views.append(next)
    }
  }

  mutating func goBack() {
    if views.count > 1 { views.removeLast() }
    // A pattern further down in the stack has lost its state to the one that was above it.
    if case .pattern(let id) = view, pattern?.id != id { pattern = PatternState(id: id) }
  }

  private mutating func open(_ snapshot: Snapshot) {
    switch view {
    case .overview:
      if overview.pane == .services {
        overview.scope = overview.selectedService
        overview.pane = .patterns
        overview.reorder()
      } else {
        openSelectedPattern(snapshot)
      }
    case .pattern:
      guard let event = pattern?.selectedExample else {
        say("no event to open yet")
        return
      }
      stream.scope = .all
      stream.select(event.offset)
      push(.stream)
    case .stream:
      guard let event = stream.selectedRow else { return }
      if event.lines.count < 2 { return say("this event has one line; h l move sideways") }
      if stream.unfolded.remove(event.offset) == nil { stream.unfolded.insert(event.offset) }
    case .anomalies:
      guard case .anomaly(let number, _, _) = anomalies.selectedRow else {
        return anomalies.toggle()
      }
      guard let anomaly = self.anomaly(number, snapshot) else { return }
      switch anomaly.subject {
      case .pattern(let id): openPattern(id)
      case .service(let id):
        overview.scope = id
        overview.reorder()
        views = [.overview]
      case .source, .traffic:
        stream.scope = .all
        stream.select(anomaly.lastOffset ?? anomaly.offset)
        push(.stream)
      }
    case .compare:
      guard let row = compare.selectedRow else { return say("no pattern selected") }
      openPattern(row.pattern)
    case .marks:
      guard let mark = selectedMark else { return say("no mark to open") }
      guard (snapshot.startOffset..<snapshot.cursorOffset).contains(mark.offset) else {
        return say(
          mark.offset < snapshot.startOffset
            ? "this event is no longer kept" : "this event lies after the clock; F follows live")
      }
      stream.scope = .all
      stream.select(mark.offset)
      push(.stream)
    case .counts: openCounted(snapshot)
    case .sources, .help: break
    }
  }

  mutating func openPattern(_ id: PatternID) {
    if pattern?.id != id { pattern = PatternState(id: id) }
    if case .pattern = view { views.removeLast() }
    push(.pattern(id))
  }

  private mutating func openSelectedPattern(_ snapshot: Snapshot) {
    guard let id = selectedPattern(snapshot) else { return say("no pattern selected") }
    openPattern(id)
  }

  private mutating func openStream() {
    switch view {
    case .pattern(let id):
      stream.scope = .pattern(id)
      if let event = pattern?.selectedExample {
        stream.select(event.offset)
      } else {
        stream.follow()
      }
    case .overview: stream.scope = overview.scope.map { .service($0) } ?? .all
    case .anomalies, .stream, .compare, .sources, .counts, .marks, .help: stream.scope = .all
    }
    push(.stream)
  }

  /// The pattern that the keys mean on this screen.
  func selectedPattern(_ snapshot: Snapshot) -> PatternID? {
    switch view {
    case .overview: return overview.selected
    case .pattern(let id): return id
    case .stream: return stream.selectedRow.flatMap { $0.pattern == .none ? nil : $0.pattern }
    case .anomalies:
      guard case .pattern(let id) = selectedAnomaly(snapshot)?.subject else { return nil }
      return id
    case .compare: return compare.selectedRow?.pattern
    case .sources, .counts, .marks, .help: return nil
    }
  }

  private mutating func otherPattern(by distance: Int, _ snapshot: Snapshot) {
    // From the pattern that is open, wherever it was opened from.
    if case .pattern(let id) = view { _ = overview.select(id, now: now) }
    overview.pane = .patterns
    overview.move(by: distance, in: snapshot, now: now)
    if let id = overview.selected { openPattern(id) }
  }

  private mutating func ask(_ kind: Prompt.Kind) {
    prompt = Prompt(kind, previous: typedBefore[kind.sign] ?? "")
  }
}
