internal import CSystem
package import Events

/// Finds where lines end. A line's range holds its terminator, and a carriage return before it.
package struct LineFramer: Sendable {
  package init() {}

  /// Adds to `ends` the position behind each newline of `bytes[from..<to]`.
  ///
  /// What follows the last of them is a line that has not ended yet: scan on from `to` when more
  /// has come. `to` must fit `UInt32`.
  package func frame(
    _ bytes: UnsafePointer<UInt8>, from: Int, to: Int, ends: inout LineEnds
  ) {
    precondition(from <= to && to <= Int(UInt32.max), "range of lines")
    var at = from
    while at < to {
      // A quarter of what could come at worst is plenty for lines of four bytes and more.
      ends.reserve(ends.count + 128 + (to - at) / 128)
      var scanned = at
      // SAFETY: the caller vouches for the bytes; `ends` has room for what it is told to take.
      let found = unsafe spate_line_ends(
        bytes, at, to, ends.storage + ends.count, ends.capacity - ends.count, &scanned)
      ends.count += Int(found)
      at = Int(scanned)
    }
  }
}
