package import Events

extension Anomaly: StateCodable {
  package func encode(into encoder: inout StateEncoder) {
    encoder.encode(number)
    encoder.encode(incident)
    encoder.encode(kind.rawValue)
    encoder.encode(subject)
    encoder.encode(service)
    encoder.encode(time)
    encoder.encode(end)
    encoder.encode(offset)
    encoder.encode(lastOffset)
    encoder.encode(score)
    encoder.encode(severity)
    encoder.encode(evidence)
  }

  package init(decoding decoder: inout StateDecoder) throws(StateError) {
    number = try decoder.decode()
    incident = try decoder.decode()
    guard let kind = Kind(rawValue: try decoder.decode()) else { throw .invalid("kind") }
    self.kind = kind
    subject = try decoder.decode()
    service = try decoder.decode()
    time = try decoder.decode()
    end = try decoder.decode()
    offset = try decoder.decode()
    lastOffset = try decoder.decode()
    score = try decoder.decode()
    severity = try decoder.decode()
    evidence = try decoder.decode()
  }
}

extension Anomaly.Subject: StateCodable {
  package func encode(into encoder: inout StateEncoder) {
    switch self {
    case .pattern(let id):
      encoder.encode(UInt8(0))
      encoder.encode(id)
    case .service(let id):
      encoder.encode(UInt8(1))
      encoder.encode(id)
    case .source(let id):
      encoder.encode(UInt8(2))
      encoder.encode(id)
    case .traffic: encoder.encode(UInt8(3))
    }
  }

  package init(decoding decoder: inout StateDecoder) throws(StateError) {
    switch try decoder.decode(UInt8.self) {
    case 0: self = .pattern(try decoder.decode())
    case 1: self = .service(try decoder.decode())
    case 2: self = .source(try decoder.decode())
    case 3: self = .traffic
    default: throw .invalid("subject")
    }
  }
}

extension Anomaly.Evidence: StateCodable {
  package func encode(into encoder: inout StateEncoder) {
    switch self {
    case .new(let observed, let novelty):
      encoder.encode(UInt8(0))
      encoder.encode(observed)
      encoder.encode(novelty)
    case .burst(let observed, let window, let expected, let largest, let baseline, let probability):
      encoder.encode(UInt8(1))
      encoder.encode(observed)
      encoder.encode(window)
      encoder.encode(expected)
      encoder.encode(largest)
      encoder.encode(baseline)
      encoder.encode(probability)
    case .drop(let observed, let window, let expected, let probability):
      encoder.encode(UInt8(2))
      encoder.encode(observed)
      encoder.encode(window)
      encoder.encode(expected)
      encoder.encode(probability)
    case .silence(let silent, let usual, let longest):
      encoder.encode(UInt8(3))
      encoder.encode(silent)
      encoder.encode(usual)
      encoder.encode(longest)
    case .level(let observed, let all, let window, let share, let probability):
      encoder.encode(UInt8(4))
      encoder.encode(observed)
      encoder.encode(all)
      encoder.encode(window)
      encoder.encode(share)
      encoder.encode(probability)
    case .clock(let offset):
      encoder.encode(UInt8(5))
      encoder.encode(offset)
    case .turnedBack(let microseconds):
      encoder.encode(UInt8(9))
      encoder.encode(microseconds)
    case .value(let observed, let window, let share, let value, let usual, let past, let chance):
      encoder.encode(UInt8(6))
      encoder.encode(observed)
      encoder.encode(window)
      encoder.encode(share)
      encoder.encode(value)
      encoder.encode(usual)
      encoder.encode(past)
      encoder.encode(chance)
    case .broken(
      let next, let service, let missing, let all, let window, let within, let usual,
      let substitutes, let chance):
      encoder.encode(UInt8(8))
      encoder.encode(next)
      encoder.encode(service)
      encoder.encode(missing)
      encoder.encode(all)
      encoder.encode(window)
      encoder.encode(within)
      encoder.encode(usual)
      encoder.encode(substitutes)
      encoder.encode(chance)
    case .unseen(let slot, let observed, let all, let window, let past, let known, let chance):
      encoder.encode(UInt8(7))
      encoder.encode(slot)
      encoder.encode(observed)
      encoder.encode(all)
      encoder.encode(window)
      encoder.encode(past)
      encoder.encode(known)
      encoder.encode(chance)
    }
  }

  package init(decoding decoder: inout StateDecoder) throws(StateError) {
    switch try decoder.decode(UInt8.self) {
    case 0:
      self = .new(observedCount: try decoder.decode(), novelty: try decoder.decode())
    case 1:
      self = .burst(
        observedCount: try decoder.decode(), windowMicroseconds: try decoder.decode(),
        expectedCount: try decoder.decode(), largestBefore: try decoder.decode(),
        baselineMicroseconds: try decoder.decode(), probability: try decoder.decode())
    case 2:
      self = .drop(
        observedCount: try decoder.decode(), windowMicroseconds: try decoder.decode(),
        expectedCount: try decoder.decode(), probability: try decoder.decode())
    case 3:
      self = .silence(
        silentMicroseconds: try decoder.decode(), usualMicroseconds: try decoder.decode(),
        longestMicroseconds: try decoder.decode())
    case 4:
      self = .level(
        observedCount: try decoder.decode(), ofCount: try decoder.decode(),
        windowMicroseconds: try decoder.decode(), expectedShare: try decoder.decode(),
        probability: try decoder.decode())
    case 5: self = .clock(offsetMicroseconds: try decoder.decode())
    case 9: self = .turnedBack(microseconds: try decoder.decode())
    case 6:
      self = .value(
        observedCount: try decoder.decode(), windowMicroseconds: try decoder.decode(),
        share: try decoder.decode(), value: try decoder.decode(), usual: try decoder.decode(),
        pastCount: try decoder.decode(), probability: try decoder.decode())
    case 7:
      self = .unseen(
        slot: try decoder.decode(), observedCount: try decoder.decode(),
        ofCount: try decoder.decode(), windowMicroseconds: try decoder.decode(),
        pastCount: try decoder.decode(), knownCount: try decoder.decode(),
        probability: try decoder.decode())
    case 8:
      self = .broken(
        next: try decoder.decode(), nextService: try decoder.decode(),
        missingCount: try decoder.decode(), ofCount: try decoder.decode(),
        windowMicroseconds: try decoder.decode(), withinMicroseconds: try decoder.decode(),
        usualShare: try decoder.decode(), substituteCount: try decoder.decode(),
        probability: try decoder.decode())
    default: throw .invalid("evidence")
    }
  }
}

extension Episode: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(anomaly)
    encoder.encode(isTold)
    encoder.encode(isHeld)
    encoder.encode(flow)
    encoder.encode(series)
    encoder.encode(service)
    encoder.encode(droppedServices)
    encoder.encode(expectedPerTick)
    encoder.encode(dispersion)
    encoder.encode(windowTicks)
    encoder.encode(logCalm)
    encoder.encode(lastSeen)
    encoder.encode(calmTicks)
    encoder.encode(openedTick)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    anomaly = try decoder.decode()
    isTold = try decoder.decode()
    isHeld = try decoder.decode()
    flow = try decoder.decode()
    series = try decoder.decode()
    service = try decoder.decode()
    droppedServices = try decoder.decode()
    expectedPerTick = try decoder.decode()
    dispersion = try decoder.decode()
    windowTicks = try decoder.decode()
    logCalm = try decoder.decode()
    lastSeen = try decoder.decode()
    calmTicks = try decoder.decode()
    openedTick = try decoder.decode()
  }
}
