internal import Events

/// Sources that several programs share: one open event a voice.
///
/// `open`, `joiner` and `hasOpenEvent` are the current voice's; those of the others lie in `voices`.
extension EventRecognizer {
  // MARK: - Listening

  /// Goes over to the voice of the line at hand, and closes what has waited for too long.
  @inline(never)
  mutating func listen(
    _ batch: EventBatch, _ end: Int, _ isContained: Bool, _ names: inout EventNames
  ) {
    // Each line for itself: nothing is joined, nothing waits.
    guard options.joinsLines else { return }
    if !voices.isInUse {
      close(batch, &names)
      joiner.close()
      voices.isInUse = true
      voices.voices = [Voice(hash: container.voice)]
    }
    voices.lineCount += 1
    let isTurn = isContained && voices.voices[voices.current].hash != container.voice
    if isTurn {
      store()
      load(place(of: container.voice))
    }
    let time = isContained ? container.time?.instant : nil
    if hasOpenEvent {
      let voice = voices.voices[voices.current]
      if voices.lineCount - voice.newestLine > VoiceTable.lineReach {
        close(batch, &names)
        joiner.close()
      } else if let time, !open.isPartialLine, isSilent(voice, at: time) {
        // A trace is written in one go.
        joiner.close()
      }
    }
    voices.voices[voices.current].newestLine = voices.lineCount
    voices.voices[voices.current].cameAt = now
    if let time { voices.voices[voices.current].newestTime = time }
    limitHolding(batch, end, time, isTurn: isTurn, &names)
  }

  private func isSilent(_ voice: Voice, at time: Instant) -> Bool {
    voice.newestTime > .distantPast
      && time.microseconds(since: voice.newestTime) >= VoiceTable.silenceMicroseconds
  }

  /// Closes the oldest open events until no more is held than the limits allow. An event that nobody
  /// else waits for may be as large as any.
  private mutating func limitHolding(
    _ batch: EventBatch, _ end: Int, _ time: Instant?, isTurn: Bool, _ names: inout EventNames
  ) {
    while voices.held.count > (isTurn ? 0 : 1), let oldest = voices.oldestOpen {
      let voice = voices.voices[oldest]
      let isFull = end - voices.held.start > VoiceTable.byteReach
      let isFar = voices.lineCount - voice.newestLine > VoiceTable.lineReach
      let isLate =
        oldest != voices.current && !voices.held[voice.event].isPartialLine
        && time.map { isSilent(voice, at: $0) } == true
      guard isFull || isFar || isLate else { return }
      store()
      voices.close(oldest)
      load(voices.current)
      handOn(batch, &names)
    }
  }

  /// The place for a voice; a new one may take that of the voice that is silent for longest.
  private mutating func place(of hash: UInt64) -> Int {
    if let known = voices.index(hash) { return known }
    if voices.voices.count < VoiceTable.voiceLimit {
      voices.voices.append(Voice(hash: hash))
      return voices.voices.count - 1
    }
    let place = voices.mostSilent
    voices.close(place)
    voices.voices[place] = Voice(hash: hash)
    return place
  }

  /// Puts the current voice away.
  private mutating func store() {
    voices.voices[voices.current].joiner = joiner
    if hasOpenEvent { voices.held[voices.voices[voices.current].event] = open }
  }

  /// Makes a voice that was put away the current one.
  private mutating func load(_ index: Int) {
    voices.current = index
    joiner = voices.voices[index].joiner
    hasOpenEvent = voices.voices[index].event >= 0
    if hasOpenEvent { open = voices.held[voices.voices[index].event] }
  }

  // MARK: - Holding

  /// The event that `open` begins is held until it is complete.
  mutating func hold(_ start: Int, _ end: Int) {
    voices.voices[voices.current].event = voices.held.begin(open, start, end)
  }

  mutating func holdMore(_ start: Int, _ end: Int) {
    voices.held.extend(voices.voices[voices.current].event, start, end)
  }

  /// The current voice's event is complete.
  mutating func completeCurrent(_ batch: EventBatch, _ names: inout EventNames) {
    let number = voices.voices[voices.current].event
    voices.voices[voices.current].event = -1
    voices.held[number] = open
    voices.held.complete(number)
    handOn(batch, &names)
  }

  /// Appends the events of the front that are complete, without leaving a hole, to the batch.
  private mutating func handOn(_ batch: EventBatch, _ names: inout EventNames) {
    while true {
      let count = voices.held.readyCount()
      if count == 0 { return }
      let current = open
      if count == 1 {
        open = voices.held.takeFirst()
        finish(batch, &names)
      } else {
        for event in voices.held.takeGroup(count, in: batch) {
          open = event
          finish(batch, &names)
        }
      }
      open = current
    }
  }

  // MARK: - Closing

  /// Closes the open events of all voices.
  mutating func closeAll(_ batch: EventBatch, _ names: inout EventNames) {
    if voices.isInUse { closeOthers(batch, &names) }
    close(batch, &names)
    joiner.close()
  }

  /// Closes those of all voices but the current one.
  mutating func closeOthers(_ batch: EventBatch, _ names: inout EventNames) {
    for index in voices.voices.indices where index != voices.current { voices.close(index) }
    handOn(batch, &names)
  }

  /// Closes those of the voices whose newest line came before `limit`.
  mutating func closeSilent(
    since limit: Instant, _ batch: EventBatch, _ names: inout EventNames
  ) {
    guard voices.isInUse else { return }
    store()
    for index in voices.voices.indices where voices.voices[index].cameAt <= limit {
      voices.close(index)
    }
    load(voices.current)
    handOn(batch, &names)
  }
}
