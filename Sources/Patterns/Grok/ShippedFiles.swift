internal import CPatternFiles

/// The files of `Patterns/`, as they are compiled into the program.
enum ShippedFiles {
  /// Those whose path begins with `folder`, such as `grok/`, in the order of their paths.
  static func under(_ folder: String) -> [(path: String, bytes: [UInt8])] {
    (0..<spate_pattern_file_count()).compactMap { index in
      // SAFETY: the table is constant; each entry's bytes live as long as the program.
      guard let file = unsafe spate_pattern_file_at(index) else { return nil }
      let path = unsafe String(cString: file.pointee.path)
      guard path.hasPrefix(folder) else { return nil }
      let bytes = unsafe UnsafeBufferPointer(start: file.pointee.bytes, count: file.pointee.count)
      return unsafe (path, Array(bytes))
    }
  }
}

extension GrokLibrary {
  /// The definitions of `Patterns/grok`.
  package static let shipped: GrokLibrary = {
    var library = GrokLibrary()
    for file in ShippedFiles.under("grok/") {
      // A test sees to it that nothing in them fails to load.
      _ = library.load(file.bytes, path: file.path)
    }
    return library
  }()
}
