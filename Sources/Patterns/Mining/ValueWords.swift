/// What a word tells about the word behind it, or about itself, when several messages differ in it.
///
/// Written for logs in English; other languages fall back on the number of distinct words.
enum ValueWords {
  /// A word in capitals: a constant of the program rather than a value.
  static func isConstant(_ word: ArraySlice<UInt8>) -> Bool {
    var capitals = 0
    for byte in word {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): capitals += 1
      case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."): break
      default: return false
      }
    }
    return capitals >= 2
  }

  /// Keys whose values are few and mean something each: merging them would hide what happens.
  static func isStateKey(_ word: ArraySlice<UInt8>) -> Bool {
    word.count <= 16 && stateKeys.contains(String(decoding: word, as: UTF8.self).lowercased())
  }

  /// Nouns that are followed by the name of one of them.
  static func isOwner(_ word: ArraySlice<UInt8>) -> Bool {
    word.count <= 16 && owners.contains(String(decoding: word, as: UTF8.self).lowercased())
  }

  static func isPreposition(_ word: ArraySlice<UInt8>) -> Bool {
    word.count <= 8 && prepositions.contains(String(decoding: word, as: UTF8.self).lowercased())
  }

  /// Keys whose value is a command or query: words up to where the program's own go on.
  static func isCommandKey(_ word: ArraySlice<UInt8>) -> Bool {
    word.count <= 16 && commandKeys.contains(String(decoding: word, as: UTF8.self).lowercased())
  }

  private static let commandKeys: Set<String> = [
    "cmd", "command", "cmdline", "commandline", "args", "argv", "exec", "query", "sql", "statement",
  ]

  private static let stateKeys: Set<String> = [
    "state", "status", "level", "severity", "type", "mode", "method", "event", "phase", "result",
    "action", "outcome", "reason", "code", "kind", "op", "operation", "error", "verb", "stage",
  ]

  private static let owners: Set<String> = ["user", "username", "account", "host", "hostname"]

  private static let prepositions: Set<String> = [
    "for", "from", "by", "of", "on", "at", "in", "with", "as", "via", "to", "named", "called",
  ]
}
