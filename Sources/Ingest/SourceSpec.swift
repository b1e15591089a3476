/// A source as the user names it.
package enum SourceSpec: Hashable, Sendable {
  case standardInput
  /// A file, a folder (its regular text files), or a glob.
  case path(String)
  /// A shell command whose standard output and error are read.
  case command(String)
}
