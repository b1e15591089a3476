internal import EventStream
internal import Events
internal import Pipeline

/// Where streams are, by name.
enum StreamPlaces {
  /// A name under the default folder, or a path.
  static func path(of name: String) throws -> String {
    if name.contains("/") { return name }
    guard let folder = UserFiles.streamFolder else {
      throw UserMessage(
        "--stream \(name): neither XDG_STATE_HOME nor HOME is set; give a path", status: .usage)
    }
    return folder + "/" + name
  }

  /// The stream that was begun last.
  static func newest() -> String? {
    guard let folder = UserFiles.streamFolder else { return nil }
    return listStreams(folder).max { $0.created < $1.created }?.path
  }

  static func reader(at path: String) throws -> StreamReader {
    do throws(StreamError) {
      return try StreamReader(path: path)
    } catch {
      throw UserMessage(of: error, path: path)
    }
  }

  /// A name for a stream that nobody named: by its start and its first source.
  static func unnamed(at time: Instant, source: String) -> String {
    let c = time.civil()
    let stem = source.split(separator: "/").last.map(String.init) ?? source
    let safe = stem.map { $0.isLetter || $0.isNumber || ".-_".contains($0) ? $0 : "-" }
    return "\(c.year.padded(4))\(c.month.padded(2))\(c.day.padded(2))-"
      + "\(c.hour.padded(2))\(c.minute.padded(2))\(c.second.padded(2))-\(String(safe.prefix(40)))"
  }
}
