internal import Events

/// Where the bytes of one source come from.
protocol ByteSource: AnyObject {
  var kind: SourceKind { get }
  var readByteCount: UInt64 { get }
  var knownByteCount: UInt64? { get }
  var progress: SourceProgress { get }
  var modificationTime: Instant? { get }

  func read(into buffer: UnsafeMutablePointer<UInt8>, capacity: Int) -> ReadOutcome
  /// What a checkpoint in `generation` must remember to find it again.
  func identity(generation: UInt32) -> [UInt8]
  /// What to poll for; `nil` for what is swept.
  var pollDescriptor: Int32? { get }
  /// The open file to watch for changes, with a number that changes when the file does.
  var watchedFile: Descriptor? { get }
  /// Looks whether there may be something to read. Called at every sweep.
  func mayHaveMore() -> Bool
  /// Something of it is about to be decided; sweep soon.
  var isUnsettled: Bool { get }
  /// Asks what runs to end; `close` follows.
  func prepareToClose()
  func close()
}

extension ByteSource {
  var modificationTime: Instant? { nil }
  var watchedFile: Descriptor? { nil }
  var pollDescriptor: Int32? { nil }
  var isUnsettled: Bool { false }
  func identity(generation: UInt32) -> [UInt8] { [] }
  func mayHaveMore() -> Bool { false }
  func prepareToClose() {}
}
