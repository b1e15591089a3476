import Events
import Pipeline
import Testing

@testable import Screens

@Suite struct IncidentReportTests {
  private func report(
    _ origin: IncidentReport.Origin, forgetting forgotten: Set<UInt64> = []
  ) -> String {
    let driver = Driver()
    let report = IncidentReport(
      driver.snapshot.incidents[0], driver.snapshot.anomalies,
      names: driver.model.names(driver.snapshot), origin: origin)
    var quotes: [UInt64: IncidentReport.Quote] = [:]
    for offset in report.offsets where !forgotten.contains(offset) {
      quotes[offset] = IncidentReport.Quote(Fixture.event(offset))
    }
    let near = driver.snapshot.incidents[0].start
    return report.markdown(
      quotes: quotes,
      marks: [
        Annotations.Mark(offset: 610_010, time: near, note: "the *first* one"),
        Annotations.Mark(offset: 9, time: near.advanced(byMicroseconds: -600_000_000)),
      ])
  }

  @Test func `a report says what changed, quotes it, and how to see it again`() throws {
    try expect(report(.stream("shop"), forgetting: [604_000]), toEqual: "incident-report.md")
  }

  @Test func `what a shell would take apart is quoted, and memory is no stream`() {
    #expect(report(.stream("/tmp/it's here")).contains("--stream '/tmp/it'\\''s here' --from"))
    let text = report(.memory)
    #expect(text.contains("kept in memory only") && !text.contains("spate replay"))
    let files = report(.files(["a.log", "b c.log"]))
    #expect(files.contains("\nspate anomalies --incidents a.log 'b c.log'\n"))
  }
}
