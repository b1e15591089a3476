/// A shell pattern over one name: `*`, `?`, `[a-z]`, `[!a-z]`, and `\` before a plain character.
///
/// Matches bytes but for `?` and sets, which take a whole UTF-8 character. A leading dot is matched
/// by a leading dot only.
struct NamePattern: Hashable {
  private enum Part: Hashable {
    case literal(Unicode.Scalar)
    case anyOne, anyRun
    case set([ClosedRange<Unicode.Scalar>], isNegated: Bool)
  }
  private let parts: [Part]

  init(_ text: String) {
    var parts: [Part] = []
    let scalars = Array(text.unicodeScalars)
    var at = 0
    while at < scalars.count {
      let scalar = scalars[at]
      at += 1
      switch scalar {
      case "*": if parts.last != .anyRun { parts.append(.anyRun) }
      case "?": parts.append(.anyOne)
      case "[":
        if let (set, after) = Self.set(scalars, at) {
          parts.append(set)
          at = after
        } else {
          parts.append(.literal(scalar))
        }
      case "\\" where at < scalars.count:
        parts.append(.literal(scalars[at]))
        at += 1
      default: parts.append(.literal(scalar))
      }
    }
    self.parts = parts
  }

  static func isPattern(_ text: String) -> Bool {
    text.unicodeScalars.contains { $0 == "*" || $0 == "?" || $0 == "[" }
  }

  /// A set that begins behind `[`; `nil` if it is never closed and so stands for itself.
  private static func set(_ scalars: [Unicode.Scalar], _ start: Int) -> (Part, Int)? {
    var at = start
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    let isNegated = at < scalars.count && (scalars[at] == "!" || scalars[at] == "^")
    if isNegated { at += 1 }
    let first = at
    while at < scalars.count {
      if scalars[at] == "]" && at > first { return (.set(ranges, isNegated: isNegated), at + 1) }
      if at + 2 < scalars.count, scalars[at + 1] == "-", scalars[at + 2] != "]" {
        if scalars[at] <= scalars[at + 2] { ranges.append(scalars[at]...scalars[at + 2]) }
        at += 3
      } else {
        ranges.append(scalars[at]...scalars[at])
        at += 1
      }
    }
    return nil
  }

  func matches(_ name: String) -> Bool {
    let scalars = Array(name.unicodeScalars)
    if scalars.first == ".", parts.first != .literal(".") { return false }
    var part = 0
    var at = 0
    // Where to go on if what follows the last run fails: the run takes one character more.
    var retry: (part: Int, at: Int)?
    while at < scalars.count {
      if part < parts.count, parts[part] == .anyRun {
        retry = (part + 1, at)
        part += 1
      } else if part < parts.count, Self.matches(parts[part], scalars[at]) {
        part += 1
        at += 1
      } else if let last = retry {
        retry = (last.part, last.at + 1)
        part = last.part
        at = last.at + 1
      } else {
        return false
      }
    }
    while part < parts.count, parts[part] == .anyRun { part += 1 }
    return part == parts.count
  }

  private static func matches(_ part: Part, _ scalar: Unicode.Scalar) -> Bool {
    switch part {
    case .literal(let wanted): wanted == scalar
    case .anyOne: true
    case .anyRun: false
    case .set(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
    }
  }
}

/// The paths that match a pattern with wildcards in any of its components, sorted.
func expandGlob(_ pattern: String) -> [String] {
  let isAbsolute = pattern.hasPrefix("/")
  var found = [isAbsolute ? "/" : ""]
  let components = pattern.split(separator: "/")
  for (index, component) in components.enumerated() {
    let isLast = index == components.count - 1
    let ending = isLast ? "" : "/"
    if NamePattern.isPattern(String(component)) {
      let matcher = NamePattern(String(component))
      found = found.flatMap { folder in
        namesInFolder(folder).filter(matcher.matches).map { folder + $0 + ending }
      }
    } else {
      found = found.map { $0 + component + ending }
    }
  }
  return found.filter { (try? FileStatus.of($0)) != nil }.sorted()
}

/// The folders whose entries decide what a pattern matches.
func foldersBehindGlob(_ pattern: String) -> [String] {
  var folders: [String] = []
  var prefix = pattern.hasPrefix("/") ? "/" : ""
  for component in pattern.split(separator: "/") {
    if NamePattern.isPattern(String(component)) {
      folders.append(prefix)
      break
    }
    prefix += component + "/"
  }
  return folders + Set(expandGlob(pattern).map { splitPath($0).folder }).sorted()
}
