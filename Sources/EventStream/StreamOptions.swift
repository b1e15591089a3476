package import Events

/// How a stream is written.
package struct StreamOptions: Sendable {
  /// A segment is closed and the next begun when it has this many bytes...
  package var segmentByteLimit: UInt64 = 64 << 20
  /// ...or spans this much ingest time.
  package var segmentAgeLimit: Duration = .seconds(3600)
  /// How often whoever appends should call `sync`, where a loss cannot be made good: pipes,
  /// commands.
  package var syncInterval: Duration = .milliseconds(200)
  /// The same where it can, because a file is read again from the last durable checkpoint.
  package var fileSyncInterval: Duration = .seconds(1)
  /// From this severity on, an event is worth a `sync` at once.
  package var syncSeverity: Severity = .fatal
  /// Bytes appended since the last sync after which `append` syncs by itself. They are kept in
  /// memory, for the case that the sync fails.
  package var unsyncedByteLimit = 8 << 20

  package init() {}
}
