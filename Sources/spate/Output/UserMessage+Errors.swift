internal import ArgumentParser
internal import EventStream
internal import Ingest

extension UserMessage {
  /// Why a source cannot be read, and what to do.
  init(of error: SourceError) {
    switch error {
    case .missing(let path):
      let command = CommandNames.closest(to: path)
      self.init("\(path): no such file" + (command.map { "; did you mean 'spate \($0)'?" } ?? ""))
    case .unreadable(let path, let code):
      self.init("\(path): cannot be read: \(SystemError.text(code))")
    case .noMatch(let pattern):
      self.init("\(pattern): no file matches")
    case .noTextFiles(let folder):
      self.init(
        "\(folder): a folder without text files; name its files, or a glob such as '\(folder)/*/*.log'"
      )
    case .unsupported(let path):
      self.init("\(path): neither a file, a folder nor a pipe")
    case .commandNotStarted(let command, let code):
      self.init("--exec '\(command)': cannot be started: \(SystemError.text(code))")
    case .outOfResources(let code):
      self.init("the system gives no more of what reading needs: \(SystemError.text(code))")
    }
  }

  /// Why a stream cannot be used, and what to do.
  init(of error: StreamError, path: String) {
    switch error {
    case .notFound(let path):
      self.init("\(path): no such stream; 'spate stream ls' lists them")
    case .locked(let path, let processID):
      let writer = processID.map { "process \($0)" } ?? "another process"
      self.init(
        """
        \(path): \(writer) is recording into it
              Read it with 'spate replay --stream \(path)', or record into another with --stream.
        """)
    case .foreign(let path):
      self.init("\(path): not a stream, and left alone; choose another place with --stream")
    case .readOnly(let path):
      self.init("\(path): cannot be written; choose another place with --stream, or --no-record")
    case .unreadable(let path, let code):
      self.init("\(path): cannot be read: \(SystemError.text(code))")
    case .newerVersion(let path, let version):
      self.init("\(path): written by a later version of spate (format \(version)); update spate")
    case .noSpace(let path):
      self.init("\(path): the disk is full")
    case .tooLarge(let byteCount):
      self.init("\(path): a batch of \(byteCount) bytes is too large for a stream")
    case .failed(let path, let operation, let code):
      self.init("\(path): \(operation) failed: \(SystemError.text(code))")
    }
  }
}

/// The commands' names, for those who mistype one.
enum CommandNames {
  /// The command whose name is at most two letters away from `word`.
  static func closest(to word: String) -> String? {
    let names = Spate.configuration.subcommands.compactMap { $0.configuration.commandName }
    return names.map { (name: $0, distance: distance($0, word)) }
      .filter { $0.distance <= min(2, $0.name.count / 2) }.min { $0.distance < $1.distance }?.name
  }

  /// Insertions, deletions and replacements between two words (Levenshtein, 1966).
  private static func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a.utf8)
    let b = Array(b.utf8)
    var row = Array(0...b.count)
    for i in a.indices {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let replaced = diagonal + (a[i] == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
      }
    }
    return row[b.count]
  }
}
