import Foundation
import Testing

/// Compares a text with the file of that name in `Expected`; `SPATE_UPDATE=1` rewrites the file.
func expect(_ text: String, toEqual name: String) throws {
  let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Expected")
  let file = folder.appending(path: name)
  if ProcessInfo.processInfo.environment["SPATE_UPDATE"] == "1" {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    return
  }
  let expected = try String(contentsOf: file, encoding: .utf8)
  #expect(text == expected, "\(name)")
}
