internal import EventStream
internal import Ingest

extension UserMessage {
  /// Why a source cannot be read, and what to do.
  init(of error: SourceError) {
    switch error {
    case .missing(let path):
      self.init("\(path): no such file", status: .failed)
    case .unreadable(let path, let code):
      self.init("\(path): cannot be read: \(SystemError.text(code))")
    case .noMatch(let pattern):
      self.init("\(pattern): no file matches")
    case .noTextFiles(let folder):
      self.init("\(folder): a folder without text files; name its files, or a glob such as '\(folder)/*/*.log'")
    case .unsupported(let path):
      self.init("\(path): neither a file, a folder nor a pipe")
    case .commandNotStarted(let command, let code):
      self.init("--exec '\(command)': cannot be started: \(SystemError.text(code))")
    case .outOfResources(let code):
      self.init("the system gives no more of what reading needs: \(SystemError.text(code))")
    }
  }
}
