import Events
import Pipeline
import Testing

@testable import Screens

@Suite struct IncidentReportTests {
  private func report(stream: String?, forgetting forgotten: Set<UInt64> = []) -> String {
    let driver = Driver()
    let report = IncidentReport(
      driver.snapshot.incidents[0], driver.snapshot.anomalies,
      names: driver.model.names(driver.snapshot), stream: stream)
    var events: [UInt64: EventRow] = [:]
    for offset in report.offsets where !forgotten.contains(offset) {
      events[offset] = Fixture.event(offset)
    }
    let near = driver.snapshot.incidents[0].start
    return report.markdown(
      events: events,
      marks: [
        Annotations.Mark(offset: 610_010, time: near, note: "the *first* one"),
        Annotations.Mark(offset: 9, time: near.advanced(byMicroseconds: -600_000_000)),
      ])
  }

  @Test func `a report says what changed, quotes it, and how to see it again`() throws {
    try expect(report(stream: "shop", forgetting: [604_000]), toEqual: "incident-report.md")
  }

  @Test func `what a shell would take apart is quoted, and memory is no stream`() {
    #expect(report(stream: "/tmp/it's here").contains("--stream '/tmp/it'\\''s here' --from"))
    let text = report(stream: nil)
    #expect(text.contains("kept in memory only") && !text.contains("spate replay"))
  }
}
