internal import Events
internal import Patterns

/// Makes the bytes by which an event's group is known, and reads them again.
struct GroupKey {
  /// Longer values are cut; those that then are equal count together.
  static let valueByteLimit = 200

  private let dimensions: [CountDimension]
  /// By dimension: its number among the fields that are looked up.
  private let fieldNumbers: [Int]
  /// Reused for every event.
  private(set) var bytes: [UInt8] = []

  /// - Parameter fieldNames: Gets the fields that are asked for.
  init(_ dimensions: [CountDimension], fieldNames: inout [String]) {
    self.dimensions = dimensions
    fieldNumbers = dimensions.map { dimension in
      guard case .field(let name) = dimension else { return -1 }
      if let known = fieldNames.firstIndex(of: name) { return known }
      fieldNames.append(name)
      return fieldNames.count - 1
    }
  }

  mutating func make(_ record: EventRecord, _ names: EventNames, _ fields: FieldLookup) {
    bytes.removeAll(keepingCapacity: true)
    for index in dimensions.indices {
      switch dimensions[index] {
      case .service: append(names.services.bytes(record.service.rawValue))
      case .source: append(names.sources.bytes(record.source.rawValue))
      case .format: append(names.formats.bytes(UInt32(record.format.rawValue)))
      case .level: bytes.append(record.severity.rawValue)
      case .pattern:
        for shift: UInt32 in [0, 8, 16, 24] {
          bytes.append(UInt8(truncatingIfNeeded: record.pattern.rawValue >> shift))
        }
      case .field:
        if let value = unsafe fields.value(fieldNumbers[index]) {
          unsafe append(value)
        } else {
          bytes.append(Self.absent)
        }
      }
    }
  }

  private static let absent = UInt8.max

  private mutating func append(_ value: some Collection<UInt8>) {
    let count = min(value.count, Self.valueByteLimit)
    bytes.append(UInt8(count))
    bytes.append(contentsOf: value.prefix(count))
  }

  /// What the bytes of a key say, one label for each dimension.
  func labels(_ key: ArraySlice<UInt8>, resolve: (PatternID) -> PatternID) -> [GroupLabel] {
    var position = key.startIndex
    return dimensions.map { dimension in
      switch dimension {
      case .level:
        defer { position += 1 }
        return .level(Severity(rawValue: key[position]) ?? .unknown)
      case .pattern:
        var id: UInt32 = 0
        for shift in 0..<4 { id |= UInt32(key[position + shift]) << UInt32(shift * 8) }
        position += 4
        return id == PatternID.none.rawValue ? .absent : .pattern(resolve(PatternID(rawValue: id)))
      case .service, .source, .format, .field:
        let count = key[position]
        position += 1
        guard count != Self.absent else { return .absent }
        defer { position += Int(count) }
        return .text(Array(key[position..<position + Int(count)]))
      }
    }
  }
}

/// What a group is called in one dimension, before names are made of it.
enum GroupLabel: Hashable {
  case absent
  case text([UInt8])
  case level(Severity)
  case pattern(PatternID)
}
