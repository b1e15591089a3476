import Testing

/// What the documents say has to stay true.
struct DocumentTests {
  static let readme = Repository.File(path: "README.md")
  static let map = Repository.File(path: "Sources/README.md")

  @Test(.enabled(if: Repository.exists(map.path)))
  func `the map names every target and no other folder`() {
    let targets =
      Repository.File(path: "Package.swift").text
      .matches(of: /arget\(\s*name: "(\w[\w-]*)"/).map { String($0.output.1) }
      + Repository.File(path: "Package.swift").text
      .matches(of: /systemLibrary\(name: "(\w+)"/).map { String($0.output.1) }
    #expect(targets.count > 10)
    for target in targets where !target.hasSuffix("Tests") {
      #expect(Self.map.text.contains(target), "\(target)")
    }
  }

  @Test(.enabled(if: Repository.exists(readme.path)))
  func `the README is one screen or two, and has the two commands`() {
    #expect(Self.readme.lines.count <= 150)
    let text = Self.readme.text
    #expect(
      text.contains(
        "swift build -c release --static-swift-stdlib && .build/release/spate Fixtures/"))
    #expect(text.contains("apt-get install -y"))
    #expect(text.contains("&& swift test"))
  }

  @Test(.enabled(if: Repository.exists(readme.path)))
  func `the documents point at files that are there`() {
    for file in [Self.readme, Self.map, Repository.File(path: "Fixtures/README.md")] {
      for match in file.text.matches(of: /\]\(([\w.\/-]+)\)/) {
        let folder = file.path.split(separator: "/").dropLast().map { $0 + "/" }.joined()
        #expect(Repository.exists(folder + match.output.1), "\(file) points at \(match.output.1)")
      }
    }
  }

  @Test func `every fixture has its line in their README`() {
    let text = Repository.File(path: "Fixtures/README.md").text
    for file in Repository.files(below: "Fixtures") where file.path.hasSuffix(".log") {
      let name = file.path.split(separator: "/").last.map(String.init) ?? ""
      let isTrace = name.hasPrefix("trace-") && text.contains("`trace-*.log`")
      #expect(isTrace || text.contains("`\(name)`"), "\(file)")
    }
  }
}
