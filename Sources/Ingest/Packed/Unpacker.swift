internal import CZlib
internal import CZstd

/// What a packed file does wrong.
enum UnpackError: Error, Hashable {
  /// Not in the format that its name says, or damaged.
  case damaged
  /// Ends before its own end mark.
  case cutShort
  case unreadable(SystemError)
}

/// Unpacks a stream of gzip members or zstd frames, one behind the other.
final class Unpacker {
  /// What a step did: how much it took in and gave out, and whether all so far is complete.
  struct Step {
    var takenCount: Int
    var givenCount: Int
    var isComplete: Bool
  }

  @safe private enum Engine {
    case gzip(UnsafeMutablePointer<z_stream>)
    case zstd(OpaquePointer)
  }
  private let engine: Engine
  private var mustReset = false

  init(_ compression: Compression) throws(UnpackError) {
    switch compression {
    case .gzip:
      let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
      unsafe stream.initialize(to: z_stream())
      guard unsafe spate_inflate_init_gzip(stream) == Z_OK else {
        unsafe stream.deallocate()
        throw .damaged
      }
      engine = unsafe .gzip(stream)
    case .zstd:
      guard let context = unsafe ZSTD_createDCtx() else { throw .damaged }
      engine = unsafe .zstd(context)
    case .other: throw .damaged
    }
  }

  deinit {
    switch engine {
    case .gzip(let stream):
      unsafe inflateEnd(stream)
      unsafe stream.deallocate()
    case .zstd(let context): unsafe ZSTD_freeDCtx(context)
    }
  }

  /// Unpacks from `input` to `output` until one of them is used up or a member ends.
  func step(
    input: UnsafeMutableBufferPointer<UInt8>, output: UnsafeMutableBufferPointer<UInt8>
  ) throws(UnpackError) -> Step {
    switch engine {
    case .gzip(let stream): unsafe try stepGzip(stream, input, output)
    case .zstd(let context): unsafe try stepZstd(context, input, output)
    }
  }

  private func stepGzip(
    _ stream: UnsafeMutablePointer<z_stream>, _ input: UnsafeMutableBufferPointer<UInt8>,
    _ output: UnsafeMutableBufferPointer<UInt8>
  ) throws(UnpackError) -> Step {
    if mustReset {
      unsafe inflateReset(stream)
      mustReset = false
    }
    // SAFETY: zlib keeps to the counts, and both buffers outlive the call.
    unsafe stream.pointee.next_in = input.baseAddress
    unsafe stream.pointee.avail_in = UInt32(clamping: input.count)
    unsafe stream.pointee.next_out = output.baseAddress
    unsafe stream.pointee.avail_out = UInt32(clamping: output.count)
    let code = unsafe inflate(stream, Z_NO_FLUSH)
    guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else { throw .damaged }
    mustReset = code == Z_STREAM_END
    return unsafe Step(
      takenCount: input.count - Int(stream.pointee.avail_in),
      givenCount: output.count - Int(stream.pointee.avail_out), isComplete: mustReset)
  }

  private func stepZstd(
    _ context: OpaquePointer, _ input: UnsafeMutableBufferPointer<UInt8>,
    _ output: UnsafeMutableBufferPointer<UInt8>
  ) throws(UnpackError) -> Step {
    var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    // SAFETY: zstd keeps to the sizes, and both buffers outlive the call.
    let code = unsafe ZSTD_decompressStream(context, &target, &source)
    if ZSTD_isError(code) != 0 { throw .damaged }
    return unsafe Step(takenCount: source.pos, givenCount: target.pos, isComplete: code == 0)
  }
}
