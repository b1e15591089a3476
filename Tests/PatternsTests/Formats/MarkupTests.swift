import Events
import Testing

@testable import Patterns

/// Events that are XML elements, on one line or on several.
struct MarkupTests {
  struct Element: Sendable, CustomTestStringConvertible {
    var name: String
    var time: String
    var severity: Severity
    var message: String
    var text: String

    var testDescription: String { name }
  }

  @Test(arguments: elements)
  func `an element says when, how bad and what`(_ element: Element) throws {
    let events = recognizeAll(Array((element.text + "\n" + element.text + "\n").utf8)).events
    #expect(events.count == 2)
    for event in events {
      #expect(written(event.time).hasPrefix(element.time))
      #expect(event.timeOrigin == .parsed)
      #expect(event.severity == element.severity)
      #expect(event.message == element.message)
    }
  }

  static let elements: [Element] = [
    Element(
      name: "log4j", time: "2026-11-22T09:31:02.123", severity: .error, message: "order 12 failed",
      text: """
        <log4j:event logger="com.example.Shop" timestamp="1795339862123" level="ERROR" thread="main">
        <log4j:message><![CDATA[order 12 failed]]></log4j:message>
        <log4j:locationInfo class="com.example.Shop" line="12"/>
        </log4j:event>
        """),
    Element(
      name: "java.util.logging", time: "2026-11-22T09:31:02.123", severity: .warn,
      message: "stock is low",
      text: """
        <record>
          <date>2026-11-22T09:31:02.123Z</date>
          <millis>1795339862123</millis>
          <level>WARNING</level>
          <message>stock is low</message>
        </record>
        """),
    Element(
      name: "Windows", time: "2026-11-22T09:31:02.123456", severity: .error,
      message: #"<Data Name="disk">7</Data>"#,
      text: """
        <Event xmlns="http://example.org/event"><System><Provider Name="Disk"/><EventID>7</EventID>\
        <Level>2</Level><TimeCreated SystemTime="2026-11-22T09:31:02.1234567Z"/></System>\
        <EventData><Data Name="disk">7</Data></EventData></Event>
        """),
    Element(
      name: "attributes alone", time: "2026-11-22T09:31:02", severity: .warn,
      message: "stock is low",
      text: #"<entry time="2026-11-22T09:31:02Z" level='warning' message="stock is low" />"#),
    Element(
      name: "configuration manager", time: "2026-11-22T08:31:02.123", severity: .error,
      message: "cannot send",
      text: """
        <![LOG[cannot send]LOG]!><time="09:31:02.123-060" date="11-22-2026" component="Exec" \
        context="" type="3" thread="812" file="a.cpp:12">
        """),
  ]

  @Test(arguments: [
    "<html><body>not found</body></html>", "<entry time=\"2026-11-22T09:31:02Z\"", "<a><b></a>",
    "<entry level=\"info\" time=>", "<", "<a", "<![LOG[x]LOG]!><time=\"9\"", "<!-- -->",
    "<a b='2026-11-22T09:31:02Z", "</a>", "<a></a", "<a>x<![CDATA[y",
  ])
  func `what is no whole element stays as it is`(_ text: String) {
    let buffer = LineInBuffer(text, behind: UInt8(ascii: ">"))
    var found = Recognition()
    #expect(!readMarkup(buffer.line, buffer.start, buffer.end, utc, &found))
  }

  @Test func `attributes, texts and named data are fields`() {
    let text = #"<e id="7" xmlns="u"><at>x</at><Data Name="disk">C:</Data><id>8</id><n/></e>"#
    let buffer = LineInBuffer(text)
    let fields = markupFields(buffer.line, buffer.start, buffer.end)
    #expect(fields.map(\.name) == ["id", "at", "disk"])
    #expect(fields.map(\.value) == [.text("7"), .text("x"), .text("C:")])
  }
}
