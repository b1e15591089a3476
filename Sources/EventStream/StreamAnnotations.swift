/// What people noted beside a stream: text that the stream keeps and does not read.
/// - Returns: Nothing where nobody noted anything, or it cannot be read.
package func streamAnnotations(_ path: String, fileSystem: any FileSystem) -> [UInt8] {
  let file = try? fileSystem.open("\(path)/\(Layout.annotations)", .read)
  return (try? file?.readAll(limit: 4 << 20)) ?? nil ?? []
}

/// Replaces the annotations of a stream, whole or not at all; another process may be recording.
package func setStreamAnnotations(
  _ text: [UInt8], _ path: String, fileSystem: any FileSystem
) throws(StreamError) {
  do {
    try fileSystem.replace(Layout.annotations, inFolder: path, with: text)
  } catch {
    if error.reason == .notPermitted { throw .readOnly(path: path) }
    throw StreamError(error, path: path, operation: .write)
  }
}
