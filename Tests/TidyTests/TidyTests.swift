import Testing

/// What a reader may rely on wherever he looks; each test names the rule that it keeps.
struct TidyTests {
  @Test func `the top level holds what it should and no more`() {
    let allowed: Set = [
      "Package.swift", "Package.resolved", "README.md", "Sources", "Tests", "Patterns", "Fixtures",
    ]
    let others = Repository.topLevel.filter { !$0.hasPrefix(".") && !allowed.contains($0) }
    #expect(others == [])
  }

  @Test func `nothing is left open, and no path of a machine is named`() {
    // In pieces, so that this file passes its own test.
    let words = [
      "TO" + "DO", "FIX" + "ME", "/wo" + "rk/", "/fa" + "rm", "/tmp/ba" + "sh_",
    ]
    let folders = ["Sources", "Tests", "Patterns", "Fixtures", ".ci"]
    let files =
      folders.flatMap { Repository.files(below: $0) }
      + ["Package.swift", "README.md"].map { Repository.File(path: $0) }
    #expect(files.count > 100)
    for file in files {
      let text = file.text
      for word in words where text.contains(word) {
        Issue.record("\(file) says \(word)")
      }
    }
  }

  @Test func `no file is longer than a reader can hold`() {
    let files =
      Repository.files(below: "Sources") + Repository.files(below: "Tests", ending: ".swift")
    let long = files.filter { $0.lines.count > 600 }.map { "\($0): \($0.lines.count) lines" }
    #expect(long == [])
  }

  @Test func `ncurses is imported by two files at most, PCRE2 by one folder`() {
    #expect(importers(of: "CNcurses").count <= 2)
    #expect(Set(importers(of: "CPCRE2").map(folder)) == ["Sources/Patterns/PCRE2"])
  }

  @Test func `the C library is imported in folders named System only`() {
    #expect(
      importers(of: "Glibc").filter { folder($0).split(separator: "/").last != "System" } == [])
  }

  @Test func `Foundation is imported by the program alone`() {
    for module in ["Foundation", "FoundationEssentials", "Dispatch"] {
      #expect(importers(of: module).filter { !$0.hasPrefix("Sources/spate/") } == [])
    }
  }

  @Test func `Events imports nothing`() {
    let imports = Repository.swiftFiles.filter { $0.path.hasPrefix("Sources/Events/") }
      .flatMap(\.imports)
    #expect(imports == [])
  }

  @Test func `only the program prints`() {
    for file in Repository.swiftFiles where !file.path.hasPrefix("Sources/spate") {
      let prints = file.lines.filter { $0.drop { $0 == " " }.hasPrefix("print(") }
      #expect(prints == [], "\(file)")
    }
  }

  @Test(arguments: ["events", "formats", "grok"])
  func `every file of Patterns is compiled in`(_ name: String) {
    let header = Repository.File(path: "Patterns/\(name)/embedded.h").text
    let files = Repository.files(below: "Patterns/\(name)").map(\.path).filter {
      !$0.hasSuffix(".h") && !$0.hasSuffix(".md")
    }
    #expect(!files.isEmpty)
    for file in files {
      let path = String(file.dropFirst("Patterns/".count))
      #expect(header.contains("#embed \"\(path.dropFirst(name.count + 1))\""), "\(file)")
      #expect(header.contains("{\"\(path)\","), "\(file)")
    }
  }

  private func importers(of module: String) -> [String] {
    Repository.swiftFiles.filter { $0.imports.contains(module) }.map(\.path)
  }

  private func folder(_ path: String) -> String {
    path.split(separator: "/").dropLast().joined(separator: "/")
  }
}
