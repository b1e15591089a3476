import Events
import Testing

@testable import Patterns

/// The samples of the shipped format files: each must give all that it says.
struct FormatsSampleTests {
  static let samples = FormatLibrary.shippedSamples()

  @Test func `the shipped formats compile`() {
    #expect(library.problems == [])
  }

  @Test func `every shipped format has a sample`() {
    let sampled = Set(Self.samples.map(\.format))
    #expect(library.program.formats.filter { !sampled.contains($0) } == [])
  }

  @Test(arguments: samples)
  func `a sample gives all that it says`(_ sample: FormatSample) throws {
    let place: Comment = "\(sample.file), line \(sample.line)"
    let read = recognizeAll(sample.text + [0x0a], withFields: true)
    let event = try #require(read.events.first, place)
    #expect(read.events.count == 1, place)
    #expect(event.format == sample.format, place)
    for (name, value) in sample.expected {
      switch name {
      case "time":
        #expect(event.timeOrigin == .parsed, place)
        #expect(event.time == instant(value), place)
      case "level": #expect(event.severity.name == value, place)
      case "service": #expect(event.service == value, place)
      case "message": #expect(event.message == value, place)
      default:
        let found = read.fields[0].first { $0.name == name }
        #expect(found.map(text) == value, "\(name), \(place)")
      }
    }
  }

  private func instant(_ text: String) -> Instant? {
    let buffer = LineInBuffer(text)
    var time = Timestamp(instant: .distantPast)
    return scanTimestamp(buffer.line, buffer.start, buffer.end, utc, &time) == buffer.end
      ? time.instant : nil
  }

  private func text(_ field: EventField) -> String {
    switch field.value {
    case .text(let text), .number(let text), .json(let text): text
    case .flag(let flag): String(flag)
    }
  }
}
