import Foundation

/// The files of the project, as they lie in the folder that this was built from.
enum Repository {
  struct File: Sendable, CustomStringConvertible {
    /// Below the project's folder.
    var path: String
    var description: String { path }

    var text: String {
      String(decoding: (try? Data(contentsOf: root.appending(path: path))) ?? Data(), as: UTF8.self)
    }

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// Modules that the file imports, whatever stands before `import`.
    var imports: [String] {
      lines.compactMap { line in
        let words = line.split(separator: " ")
        guard let place = words.firstIndex(of: "import"), place <= 2, place + 1 < words.count,
          !line.hasPrefix(" ")
        else { return nil }
        return String(words[place + 1])
      }
    }
  }

  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let topLevel: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: root.path())) ?? []).sorted()

  /// Every file below `folder`, hidden ones left out.
  static func files(below folder: String, ending: String = "") -> [File] {
    let paths = FileManager.default.enumerator(atPath: root.appending(path: folder).path())
    return (paths?.allObjects as? [String] ?? [])
      .filter { $0.hasSuffix(ending) && !$0.contains("/.") && !$0.hasPrefix(".") }
      .map { File(path: "\(folder)/\($0)") }
      .filter {
        (try? root.appending(path: $0.path).resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory
          == false
      }
      .sorted { $0.path < $1.path }
  }

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appending(path: path).path())
  }

  static let swiftFiles = files(below: "Sources", ending: ".swift")
}
