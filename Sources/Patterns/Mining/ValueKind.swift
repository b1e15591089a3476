/// What a token of a message is: a word of the text, or a value of some type.
///
/// The raw values index bits of `KindSet`, which remembers every kind that a slot has held.
enum ValueKind: UInt8, CaseIterable {
  case word, number, hex, ip, address, uuid, path, url, mac, email, host, duration, size, time,
    version, text, identifier, boolean, empty, percent, query
  /// Sizes with a space before their unit, by unit: where it never varies it is text.
  case bytes, kilobytes, megabytes, gigabytes, terabytes

  /// The kind of a number behind which a unit stands that begins with `byte`.
  static func size(unit byte: UInt8) -> ValueKind {
    switch byte {
    case UInt8(ascii: "K"), UInt8(ascii: "k"): .kilobytes
    case UInt8(ascii: "M"): .megabytes
    case UInt8(ascii: "G"): .gigabytes
    case UInt8(ascii: "B"): .bytes
    default: .terabytes
    }
  }

  /// The name a reader sees between angle brackets.
  var name: String {
    switch self {
    case .word, .text: "*"
    case .number: "num"
    case .hex: "hex"
    case .ip: "ip"
    case .address: "ip:port"
    case .uuid: "uuid"
    case .path: "path"
    case .url: "url"
    case .mac: "mac"
    case .email: "email"
    case .host: "host"
    case .duration: "dur"
    case .size, .bytes, .kilobytes, .megabytes, .gigabytes, .terabytes: "size"
    case .time: "time"
    case .version: "version"
    case .identifier: "id"
    case .boolean: "bool"
    case .empty, .query: ""
    case .percent: "pct"
    }
  }
}

/// Every kind of value that one slot of a pattern has held.
struct KindSet: OptionSet, Hashable {
  let rawValue: UInt32

  init(rawValue: UInt32) { self.rawValue = rawValue }

  init(_ kind: ValueKind) { rawValue = 1 << UInt32(kind.rawValue) }

  static let empty = KindSet(.empty)
  /// Kinds that a template does not show.
  static let unseen: KindSet = [KindSet(.empty), KindSet(.query)]
  static let numbers: KindSet = [
    KindSet(.number), KindSet(.duration), KindSet(.percent), sizes,
  ]
  static let spacedSizes: KindSet = [
    KindSet(.bytes), KindSet(.kilobytes), KindSet(.megabytes), KindSet(.gigabytes),
    KindSet(.terabytes),
  ]
  static let sizes: KindSet = [KindSet(.size), spacedSizes]
  static let identifiers: KindSet = [
    KindSet(.identifier), KindSet(.hex), KindSet(.number), KindSet(.uuid), KindSet(.version),
  ]
  static let hosts: KindSet = [KindSet(.host), KindSet(.ip), KindSet(.address)]

  /// Whether every value was a number with the same unit behind a space.
  var isOneSpacedSize: Bool {
    let values = subtracting(.empty)
    return values.rawValue.nonzeroBitCount == 1 && values.isSubset(of: .spacedSizes)
  }

  /// The narrowest name that is true of all of them: `num`, `host`, `id`, or `*`.
  var name: String {
    let values = subtracting(.unseen)
    if values.isEmpty { return isEmpty ? "*" : "" }
    if values.rawValue.nonzeroBitCount == 1 {
      return ValueKind(rawValue: UInt8(values.rawValue.trailingZeroBitCount))?.name ?? "*"
    }
    if values.isSubset(of: .sizes) { return "size" }
    if values.isSubset(of: .numbers) { return "num" }
    if values.isSubset(of: [KindSet(.ip), KindSet(.address)]) { return "ip:port" }
    if values.isSubset(of: .hosts) { return "host" }
    if values.isSubset(of: .identifiers) { return "id" }
    // An id may look like a quantity by chance: `1234567d`.
    let certain = values.subtracting(.numbers)
    if !certain.isEmpty, certain.isSubset(of: .identifiers) { return "id" }
    return "*"
  }
}
