internal import Events

/// Steps of a service that came where the second step of a pair stayed away: `answer error` for
/// `answer ok`. What comes in its place keeps a flow whole.
///
/// While a pair is being learned, two sights are enough. Later it takes three, a minute apart: what
/// only comes since the second step stays away is no answer, but what has broken the flow.
struct Substitutes: Sendable {
  private static let limit = 4
  private static let leastAlone: UInt16 = 2
  private static let leastAloneOfLearned: UInt16 = 3
  private static let sightTicks: Int32 = 12
  /// Second steps without it that must have been seen since, and the part of its sights that may be
  /// beside one.
  private static let leastApart: UInt16 = 8
  private static let largestBeside = 10

  struct Step: Sendable {
    var step: Int32
    /// Sights without the second step, and with it.
    var alone: UInt16 = 0
    var beside: UInt16 = 0
    /// Second steps since the first sight, whether it was beside them or not.
    var looked: UInt16 = 0
    var tick: Int32
    var isAccepted = false
  }

  private(set) var steps: [Step] = []

  var acceptedCount: Int { steps.reduce(0) { $0 + ($1.isAccepted ? 1 : 0) } }

  /// A first step was followed by the second one, and by this.
  mutating func noteBeside(_ step: Int32) {
    guard let at = steps.firstIndex(where: { $0.step == step }) else { return }
    steps[at].beside = min(steps[at].beside + 1, .max - 1)
    if Int(steps[at].beside) * Self.largestBeside > Int(steps[at].alone) {
      steps[at].isAccepted = false
    }
  }

  /// A second step was looked at.
  mutating func noteLook() {
    for at in steps.indices { steps[at].looked = min(steps[at].looked + 1, .max - 1) }
  }

  /// A first step was followed by this, and not by the second one.
  /// - Returns: Whether it has just become one that stands for it.
  mutating func noteAlone(_ step: Int32, _ tick: Int32, isLearned: Bool) -> Bool {
    guard let at = steps.firstIndex(where: { $0.step == step }) else {
      if steps.count < Self.limit { steps.append(Step(step: step, alone: 1, tick: tick)) }
      return false
    }
    if isLearned, tick &- steps[at].tick < Self.sightTicks { return false }
    steps[at].alone = min(steps[at].alone + 1, .max - 1)
    steps[at].tick = tick
    let least = isLearned ? Self.leastAloneOfLearned : Self.leastAlone
    guard !steps[at].isAccepted, steps[at].alone >= least,
      steps[at].looked >= Self.leastApart,
      Int(steps[at].beside) * Self.largestBeside <= Int(steps[at].alone)
    else { return false }
    steps[at].isAccepted = true
    return true
  }

  func isAccepted(_ step: Int32) -> Bool {
    steps.contains { $0.step == step && $0.isAccepted }
  }

  /// A step is no more, or another.
  mutating func rename(_ step: Int32, to target: Int32) {
    guard let at = steps.firstIndex(where: { $0.step == step }) else { return }
    if target < 0 || steps.contains(where: { $0.step == target }) {
      steps.remove(at: at)
    } else {
      steps[at].step = target
    }
  }
}

extension Substitutes: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(column: steps.map(\.step))
    encoder.encode(column: steps.map(\.alone))
    encoder.encode(column: steps.map(\.beside))
    encoder.encode(column: steps.map(\.looked))
    encoder.encode(column: steps.map(\.tick))
    encoder.encode(column: steps.map { $0.isAccepted ? 1 as UInt8 : 0 })
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    let numbers = try decoder.decodeColumn(of: Int32.self)
    let alone = try decoder.decodeColumn(of: UInt16.self, count: numbers.count)
    let beside = try decoder.decodeColumn(of: UInt16.self, count: numbers.count)
    let looked = try decoder.decodeColumn(of: UInt16.self, count: numbers.count)
    let ticks = try decoder.decodeColumn(of: Int32.self, count: numbers.count)
    let accepted = try decoder.decodeColumn(of: UInt8.self, count: numbers.count)
    guard numbers.count <= Self.limit, !alone.contains(.max), !beside.contains(.max),
      !looked.contains(.max)
    else { throw .invalid("substitutes") }
    steps = numbers.indices.map {
      Step(
        step: numbers[$0], alone: alone[$0], beside: beside[$0], looked: looked[$0],
        tick: ticks[$0],
        isAccepted: accepted[$0] != 0)
    }
  }
}
