package import Events

/// What a stream takes of the disk, told from its files' names and sizes alone.
package struct StreamUsage: Hashable, Sendable {
  package var path: String
  /// Of the segments.
  package var byteCount: UInt64
  /// When something was last appended; `nil` where the file system does not keep that.
  package var lastWrite: Instant?
  package var isBeingWritten: Bool
}

/// - Throws: Where there is no stream, or it cannot be looked at.
package func streamUsage(_ path: String, fileSystem: any FileSystem) throws(StreamError)
  -> StreamUsage
{
  let folder = StreamFolder(path: path, fileSystem: fileSystem)
  guard case .stream = try folder.contents() else { throw .notFound(path: path) }
  var usage = StreamUsage(path: path, byteCount: 0, isBeingWritten: folder.writerProcess() != nil)
  for start in try folder.segmentStarts() {
    let segmentPath = "\(folder.segmentsPath)/\(Layout.segmentName(start))"
    // One that has gone meanwhile takes nothing.
    guard let status = try? fileSystem.open(segmentPath, .read).status() else { continue }
    usage.byteCount += status.byteCount
    // The newest segment is the one that was appended to; older ones are rewritten when merged.
    usage.lastWrite = status.modificationTime
  }
  return usage
}
