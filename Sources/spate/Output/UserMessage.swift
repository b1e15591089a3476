/// What went wrong, in words: what, where, what to do. Lines after the first are indented.
struct UserMessage: Error {
  let text: String
  let status: ExitStatus

  init(_ text: String, status: ExitStatus = .failed) {
    self.text = text
    self.status = status
  }
}
