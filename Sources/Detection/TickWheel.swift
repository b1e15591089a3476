/// Numbers that wait for a tick: a list for each of the next 64, all linked through one array.
///
/// A number waits for one tick at a time. What waits for a later one comes up before, and is put
/// back by whoever takes it.
struct TickWheel: Sendable {
  private static let span: Int32 = 64
  private static let none: Int32 = -1

  private var heads = [Int32](repeating: TickWheel.none, count: Int(TickWheel.span))
  /// By number: the next in its list.
  private var links: [Int32] = []

  mutating func addRows(_ count: Int) {
    links.append(contentsOf: repeatElement(Self.none, count: count))
  }

  /// Forgets all that wait.
  mutating func clear() {
    for slot in heads.indices { heads[slot] = Self.none }
  }

  /// - Parameters:
  ///   - tick: When the number is to come up; at `now` where that has passed.
  ///   - now: The first tick that was not taken yet.
  mutating func add(_ number: Int32, at tick: Int32, now: Int32) {
    let slot = Self.slot(min(max(tick, now), now &+ Self.span &- 1))
    links[Int(number)] = heads[slot]
    heads[slot] = number
  }

  /// Takes out the numbers that wait for a tick.
  mutating func take(_ tick: Int32, into taken: inout [Int32]) {
    taken.removeAll(keepingCapacity: true)
    let slot = Self.slot(tick)
    var number = heads[slot]
    heads[slot] = Self.none
    while number >= 0 {
      taken.append(number)
      number = links[Int(number)]
    }
  }

  @inline(__always)
  private static func slot(_ tick: Int32) -> Int { Int(tick & (span &- 1)) }
}
