// swift-tools-version: 6.2
import PackageDescription

/// Every target: the whole of Swift 6 mode, strict memory safety, no warning left standing.
let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// Targets stand in the order in which a line meets them: values, then one stage each, then what
// joins the stages, then what shows them. None may import a target that it does not list.
let package = Package(
  name: "spate",
  products: [.executable(name: "spate", targets: ["spate"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
  ],
  targets: [
    // C libraries and the few system calls that Swift's Glibc module lacks.
    .target(name: "CSystem"),
    .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CPCRE2", providers: [.apt(["libpcre2-dev"])]),
    .systemLibrary(name: "CNcurses", providers: [.apt(["libncursesw5-dev"])]),
    // The files of Patterns/, compiled in.
    .target(
      name: "CPatternFiles", path: "Patterns", sources: ["embed.c"], publicHeadersPath: "include"),

    // Values: imports nothing.
    .target(name: "Events", swiftSettings: strict),

    // One stage each; none knows another.
    .target(
      name: "Ingest", dependencies: ["Events", "CSystem", "CZlib", "CZstd"], swiftSettings: strict),
    .target(
      name: "Patterns", dependencies: ["Events", "CPatternFiles", "CPCRE2"], swiftSettings: strict),
    .target(
      name: "EventStream", dependencies: ["Events", "CSystem", "CZstd"], swiftSettings: strict),
    .target(name: "Detection", dependencies: ["Events"], swiftSettings: strict),

    // Threads, queues, the snapshot.
    .target(
      name: "Pipeline", dependencies: ["Events", "Ingest", "Patterns", "EventStream", "Detection"],
      swiftSettings: strict),

    // What a person sees.
    .target(name: "Terminal", dependencies: ["CNcurses"], swiftSettings: strict),
    .target(
      name: "Screens", dependencies: ["Events", "Detection", "Pipeline", "Terminal"],
      swiftSettings: strict),

    // The only one that prints, exits, reads the clock and the environment.
    .executableTarget(
      name: "spate",
      dependencies: [
        "Events", "Ingest", "Patterns", "EventStream", "Detection", "Pipeline", "Terminal",
        "Screens", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "spate-bench",
      dependencies: ["Events", "Ingest", "Patterns", "EventStream", "Detection", "Pipeline"],
      swiftSettings: strict),

    // What tests share: seeded numbers.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(name: "EventsTests", dependencies: ["Events"]),
    .testTarget(name: "IngestTests", dependencies: ["TestSupport", "Ingest", "Events"]),
    .testTarget(name: "PatternsTests", dependencies: ["TestSupport", "Patterns", "Events"]),
    .testTarget(
      name: "EventStreamTests", dependencies: ["TestSupport", "EventStream", "Events", "CSystem"]),
    .testTarget(name: "DetectionTests", dependencies: ["TestSupport", "Detection", "Events"]),
    .testTarget(
      name: "PipelineTests",
      dependencies: [
        "Pipeline", "Events", "Ingest", "Patterns", "EventStream", "Detection", "TestSupport",
      ]),
    .testTarget(name: "TerminalTests", dependencies: ["TestSupport", "Terminal"]),
    .testTarget(
      name: "ScreensTests",
      dependencies: ["TestSupport", "Screens", "Terminal", "Pipeline", "Detection", "Events"],
      exclude: ["Expected"]),
    .testTarget(name: "EndToEndTests", dependencies: ["spate", "TestSupport"]),
    .testTarget(name: "TidyTests"),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu2x
)
