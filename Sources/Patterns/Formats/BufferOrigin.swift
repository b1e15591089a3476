package import Events

/// Where the bytes of a buffer stand in their source.
package struct BufferOrigin: Sendable {
  /// The life of the source's file that the bytes from `index` on belong to.
  package var generation: UInt32
  /// Byte position, in that life, of the buffer's byte at `index`.
  package var sourceOffset: UInt64
  /// Bytes before it were handed over before, with their own origin.
  package var index: Int

  package init(generation: UInt32, sourceOffset: UInt64, index: Int) {
    self.generation = generation
    self.sourceOffset = sourceOffset
    self.index = index
  }
}

/// What a recogniser must know about its source.
package struct RecognizerOptions: Sendable {
  package var library: FormatLibrary
  package var source: SourceID
  /// Stands for the service where a line names none: a file's stem, a command's name.
  package var serviceName: String
  /// How far the zone of texts without one lies ahead of UTC.
  package var assumedZoneMicroseconds: Int64
  /// A time without a year is the latest such that lies at most a day behind this.
  package var reference: Instant
  /// Whether lines may belong to the event before them. Off: every physical line is an event.
  package var joinsLines: Bool

  package init(
    library: FormatLibrary, source: SourceID, serviceName: String,
    assumedZoneMicroseconds: Int64 = 0, reference: Instant, joinsLines: Bool = true
  ) {
    self.library = library
    self.source = source
    self.serviceName = serviceName
    self.assumedZoneMicroseconds = assumedZoneMicroseconds
    self.reference = reference
    self.joinsLines = joinsLines
  }
}
