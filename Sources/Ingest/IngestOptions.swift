/// How sources are read.
package struct IngestOptions: Hashable, Sendable {
  /// Whether files are followed as they grow and are rotated, or read to their present end.
  package var follow: Bool
  /// How many of a file's last lines a first start begins with; `nil` for all of it.
  package var tailLineCount: Int?
  /// Whether a first start reads the rotated copies that a log already has, oldest first.
  package var withRotated: Bool

  package init(follow: Bool = true, tailLineCount: Int? = nil, withRotated: Bool = false) {
    self.follow = follow
    self.tailLineCount = tailLineCount
    self.withRotated = withRotated
  }
}
