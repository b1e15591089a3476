internal import Events

/// A program that shares its source with others: one container, or one of its two streams.
struct Voice {
  /// Of what its lines begin with.
  var hash: UInt64
  /// As it stood at the voice's newest line.
  var joiner = Joiner()
  /// The number of the event that is open; -1 where none is.
  var event = -1
  /// Counted over the source.
  var newestLine = 0
  /// When the runtime took the newest line; `distantPast` where it does not say.
  var newestTime = Instant.distantPast
  /// When the newest line was received.
  var cameAt = Instant.distantPast
}

/// The voices of one source. One of them is current: the one whose line came last.
struct VoiceTable {
  /// Voices that are told apart, at most; of more, the one that is silent for longest is dropped, and
  /// its event is complete.
  static let voiceLimit = 64
  /// Lines of others after which an event gets no more lines.
  static let lineReach = 200
  /// Bytes of a source that wait for one event to be complete, at most, where voices take turns.
  static let byteReach = 128 * 1024
  /// Silence after which a voice's event is complete, by the runtime's clock.
  static let silenceMicroseconds: Int64 = 300_000

  /// Whether any line of the source came from a container.
  var isInUse = false
  var voices: [Voice] = []
  var current = 0
  var lineCount = 0
  var held = HeldEvents()

  /// The place of a voice that is known.
  func index(_ hash: UInt64) -> Int? { voices.firstIndex { $0.hash == hash } }

  /// The voice that is silent for longest.
  var mostSilent: Int {
    var found = 0
    for index in voices.indices where voices[index].newestLine < voices[found].newestLine {
      found = index
    }
    return found
  }

  /// The voice whose event is the oldest of the open ones; `nil` where none is open.
  var oldestOpen: Int? {
    var found: Int?
    var oldest = Int.max
    for index in voices.indices where voices[index].event >= 0 && voices[index].event < oldest {
      oldest = voices[index].event
      found = index
    }
    return found
  }

  /// No more lines come to what the voice has open.
  mutating func close(_ index: Int) {
    let number = voices[index].event
    if number >= 0 { held.complete(number) }
    voices[index].event = -1
    voices[index].joiner.close()
  }
}
