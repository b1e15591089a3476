extension Pattern {
  /// The key before a variable: `user` in `user=<*>`, `user: <*>` or `"user":"<*>"`.
  func name(ofSlot index: Int) -> String? {
    if slots[index].flags.contains(.field) {
      return String(decoding: fieldName(ofSlot: index), as: UTF8.self)
    }
    guard index > 0, slots[index].flags.rawValue & Self.named.rawValue != 0 else { return nil }
    let before = slots[index - 1]
    guard !before.isVariable, before.count <= 40 else { return nil }
    return String(decoding: text[before.range], as: UTF8.self)
  }

  private static let named: TokenFlags = [.keyed, .labelled]

  /// Whether fields take part: the expression then reads the whole event, else its message.
  var readsFields: Bool { slots.last?.flags.contains(.field) == true }

  /// A PCRE2 expression with a named group for each variable.
  var expression: String {
    var groups = GroupNames()
    return assemble { index, slot in
      "(?<\(groups.next(name(ofSlot: index) ?? slot.kinds.groupName))>\(value(index)))"
    }
  }

  /// The same in grok: the library's names where they are true of every value.
  var grok: String {
    var groups = GroupNames()
    return assemble { index, slot in
      let group = groups.next(name(ofSlot: index) ?? slot.kinds.groupName)
      if let library = slot.grokName { return "%{\(library):\(group)}" }
      return "(?<\(group)>\(value(index)))"
    }
  }

  /// Matches the values of one slot.
  private func value(_ index: Int) -> String {
    let slot = slots[index]
    guard slot.kinds.contains(KindSet(.query)) else { return slot.valueExpression }
    // What stands behind a path; the rest of it, too, where it has more parts than are told apart.
    let partCount = slots[..<index].reversed().prefix { $0.flags.contains(.segment) }.count
    return partCount < segmentLimit ? #"(?:[?#;\s][^"]*)?"# : #"[^"]*"#
  }

  private func assemble(_ variable: (Int, Slot) -> String) -> String {
    guard readsFields else { return "^\\s*" + message(variable) + "\\s*$" }
    var result = "^"
    for (index, slot) in slots.enumerated() where slot.flags.contains(.field) {
      let key = Self.escape(name(ofSlot: index).map { ArraySlice($0.utf8) } ?? [])
      let value = slot.isVariable ? variable(index, slot) : Self.escape(text[slot.range])
      // In any order: a body may hold its keys as it likes.
      result += "(?=.*?\\b\(key)\"?\\s*[:=]\\s*\"?\(value)\"?(?:[\\s,}\\]]|$))"
    }
    if messageByteCount == 0 { return result }
    return result + ".*?(?:^|[\"=\\s])" + message(variable) + "\\s*(?:[\"\\s]|\\\\n|$)"
  }

  private func message(_ variable: (Int, Slot) -> String) -> String {
    var result = ""
    var position = 0
    for (index, slot) in slots.enumerated() {
      // Fields stand outside the message.
      if slot.flags.contains(.field) { break }
      if slot.extent == .continued {
        position = slot.range.upperBound
        continue
      }
      result += escape(text[position..<Int(slot.start)])
      result += slot.isVariable ? variable(index, slot) : escape(text[slot.range])
      position = slot.range.upperBound
    }
    return result + escape(text[position..<max(position, messageByteCount)])
  }

  /// A part of the message; within JSON a quote or backslash may have another before it.
  private func escape(_ bytes: ArraySlice<UInt8>) -> String {
    guard readsFields else { return Self.escape(bytes) }
    return bytes.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false)
      .map(Self.escape).joined(separator: #"\\?""#)
  }

  /// The text as a literal of PCRE2; any run of spaces stands for any other.
  private static func escape(_ bytes: ArraySlice<UInt8>) -> String {
    var result: [UInt8] = []
    var afterSpace = false
    for byte in bytes {
      if byte == 0x20 || byte == 0x09 {
        if !afterSpace { result.append(contentsOf: "\\s+".utf8) }
        afterSpace = true
        continue
      }
      afterSpace = false
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), 0x80...:
        result.append(byte)
      case 0x21...0x7E:
        result.append(UInt8(ascii: "\\"))
        result.append(byte)
      default:
        let digits = Array("0123456789ABCDEF".utf8)
        result.append(contentsOf: "\\x".utf8)
        result.append(digits[Int(byte >> 4)])
        result.append(digits[Int(byte & 15)])
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}

/// Group names as PCRE2 allows them, each used once.
private struct GroupNames {
  private var used: [String: Int] = [:]

  mutating func next(_ wanted: String) -> String {
    var name = String(
      wanted.unicodeScalars.prefix(24).map { scalar -> Character in
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_": Character(scalar)
        default: "_"
        }
      })
    if name.isEmpty || name.first!.isNumber { name = "v" + name }
    let count = used[name, default: 0] + 1
    used[name] = count
    return count == 1 ? name : name + "_\(count)"
  }
}

extension KindSet {
  fileprivate var groupName: String {
    switch name {
    case "*", "": "value"
    case "ip:port": "address"
    default: name
    }
  }

  /// Kinds whose values may hold delimiters and spaces.
  fileprivate static let wide: KindSet = [KindSet(.text), KindSet(.time), KindSet(.query)]
  /// Kinds whose values may hold delimiters, but no spaces but one: that of ` HTTP/1.1`.
  fileprivate static let targets: KindSet = [KindSet(.url), KindSet(.path)]
}

extension Pattern.Slot {
  /// Matches every value that the slot has held and, as far as can be said, others of its kind.
  fileprivate var valueExpression: String {
    var one: String
    if !kinds.isDisjoint(with: .wide) {
      one = ".+?"
    } else if kinds.subtracting(.empty).isSubset(of: .targets), !kinds.isSubset(of: .empty) {
      one = #"\S*?[/\\*]\S*?(?:\sHTTP/[\d.]+)?"#
    } else if !kinds.isDisjoint(with: .targets) {
      one = #"\S+?(?:\sHTTP/[\d.]+)?"#
    } else if kinds.subtracting(.empty) == KindSet(.number) {
      one = #"[-+~]?[\d.]+(?:[eE][-+]?\d+|/[a-z]+)?"#
    } else if kinds.subtracting(.empty) == KindSet(.ip) {
      one = #"/?[\da-fA-F.:/]+"#
    } else {
      one = #"[^\s,;()\[\]{}<>"'=|!?`#]+?"#
    }
    if !kinds.isDisjoint(with: .spacedSizes) { one += #"(?:\s[kKMGTP]?i?B)?"# }
    if listMaximum > 1 || extent != .one { one = ".+?" }
    if flags.contains(.segment) { return #"[^/?#;\s"]+"# }
    return kinds.contains(.empty) ? "(?:\(one))?" : one
  }

  fileprivate var grokName: String? {
    guard listMaximum == 1, extent == .one, kinds.rawValue.nonzeroBitCount == 1 else { return nil }
    if kinds == KindSet(.uuid) { return "UUID" }
    if kinds == KindSet(.text) || kinds == KindSet(.time) { return "DATA" }
    if kinds == KindSet(.url) || kinds == KindSet(.email) { return "NOTSPACE" }
    return nil
  }
}
