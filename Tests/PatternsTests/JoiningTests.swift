import Events
import Testing

@testable import Patterns

struct JoiningTests {
  static let records: [JoinCase] = [
    JoinCase(
      "tab-continued lines of a database", [4, 1],
      """
      2026-11-22 09:31:02.123 UTC [1] LOG:  automatic vacuum of table "shop.orders"
      \tpages: 0 removed, 14 remain
      \t2026 tuples: 0 removed

      2026-11-22 09:31:03.123 UTC [1] LOG:  checkpoint starting
      """),
    JoinCase(
      "a list below a colon", [4, 3],
      """
      [2026-11-22 09:31:02,123] INFO - Queuing files:
        /a/b.py

        /a/c.py
      [2026-11-22 09:31:02,123] INFO - Exporting env vars:
      A=1
      B=2
      """),
    JoinCase(
      "pretty-printed JSON between objects on one line", [1, 6, 1, 4],
      """
      {"a":1}
      {
        "time": "2026-11-22T09:31:02Z",
        "b": [1,
          -2, true ],
        "c": "}"
      }
      {"a":2}
      [
        {"x":1},
        {"x":2}
      ]
      """),
    JoinCase(
      "JSON torn in the middle of a value swallows nothing", [1, 1, 2, 1],
      """
      {"a":1,"b":"torn he
      {"a":2}
      {
        "a": 1,
      {"a":3}
      """),
    JoinCase(
      "XML below a line, and on its own", [3, 1, 4, 1],
      """
      <Event><Time>2026-11-22T09:31:02</Time>
      text
      </Event>
      <Event/>
      2026-11-22 09:31:02 INFO got
      <soap:Envelope>
      <soap:Body a="1"/>
      </soap:Envelope>
      2026-11-22 09:31:02 INFO next
      """),
    JoinCase(
      "records of the journal's export", [3, 3],
      """
      __CURSOR=s=1
      MESSAGE=a

      __CURSOR=s=2
      MESSAGE=b
      _PID=7
      """),
    JoinCase(
      "the slow log", [4, 3, 3],
      """
      # Time: 2026-11-22T09:31:02.123456Z
      # User@Host: root[root] @ localhost []
      # Query_time: 2.0
      SELECT 1;
      # User@Host: root[root] @ localhost []
      # Query_time: 3.0
      SELECT 2;
      # Time: 2026-11-22T09:31:03.123456Z
      # User@Host: root[root] @ localhost []
      SELECT 3;
      """),
    JoinCase(
      "state changes without a time stand alone", [1, 1, 1, 1], isSingleLine: true,
      """
      127.0.0.1:5 [22/Nov/2026:09:31:02.123] in be/c1 0/0/0/1/1 200 1 - - ---- "GET / HTTP/1.1"
      Server be/c1 is DOWN, reason: Layer4 connection problem.
      backend be has no server available!
      127.0.0.1:5 [22/Nov/2026:09:31:03.123] in be/c1 0/0/0/1/1 200 1 - - ---- "GET / HTTP/1.1"
      """),
    JoinCase(
      "a banner behind a blank line is no paragraph of the line above", [2, 6, 2],
      """
      2026-11-22 09:31:02.123+00:00 [info] <0.1.0> licensed

        ##  ##      Broker 3.1
        ##########  Copyright

        Logs: /var/log/x
              <stdout>
        Starting...2026-11-22 09:31:02.123+00:00 [info] <0.1.0>
      2026-11-22 09:31:03.123+00:00 [info] <0.1.0> listening
       completed with 0 plugins.
      """),
    JoinCase(
      "plain text without any time", [1, 1, 2, 1],
      """
      one
      two
      three
        more of three
      four
      """),
    JoinCase(
      "lines that all begin with a blank", [1, 2, 1],
      """
       2026-11-22 09:31:02 INFO a
       2026-11-22 09:31:03 INFO b
         more of b
       2026-11-22 09:31:04 INFO c
      """),
    JoinCase(
      "an indented line with its own time", [1, 1],
      """
      starting
        2026-11-22 09:31:02 INFO a
      """),
    JoinCase(
      "a message of several lines, and a death between them", [3, 1, 1],
      """
      2026-11-22 09:31:02 INFO Random content
      foo
      bar
      2026-11-22 09:31:03 INFO next
      Killed
      """),
    JoinCase(
      "brackets that the first line leaves open", [3, 1],
      """
      2026-11-22T09:31:02.123+0000: 1203.478: [Full GC (System.gc())
      [PSYoungGen: 10240K->0K(15360K)]
      51200K->20480K(66560K), 0.38 secs]
      2026-11-22T09:31:03.123+0000: 1204.478: [GC 1K->0K(2K), 0.1 secs]
      """),
    JoinCase(
      "a table and its title", [5, 1],
      """
      report
      +----+----+
      | a  | b  |
      | 1  | 2  |
      +----+----+
      done
      """),
  ]

  @Test(arguments: records)
  func `lines are joined when they look like it`(_ c: JoinCase) { c.check() }

  @Test func `lines that keep coming between timed ones become events of their own`() {
    let text = (0..<200).map { "2026-11-22 09:31:02 INFO a\nprinted \($0)\n" }.joined()
    let events = joined(text)
    #expect(events.suffix(100).allSatisfy { $0.count == 1 })
    let run = "2026-11-22 09:31:02 ERROR a\n" + (0..<500).map { "printed \($0)\n" }.joined()
    #expect(joined(run).map(\.count).max() == Joiner.bareLineLimit + 1)
  }

  @Test func `a full event goes on as a part`() {
    let buffer = LineInBuffer("\tmore")
    var joiner = Joiner()
    var placements: [Placement] = []
    for _ in 0..<(2 * Joiner.lineLimit + 5) {
      placements.append(
        joiner.placeUnread(buffer.line, buffer.start, buffer.end)
          ?? joiner.placeRead(
            buffer.line, buffer.start, buffer.end, LineFacts(), openStart: 0, openEnd: 0))
    }
    #expect(placements[0] == .begins)
    let full = placements.indices.filter { placements[$0] == .overflows }
    #expect(full == [Joiner.lineLimit, 2 * Joiner.lineLimit])
    #expect(!placements.dropFirst().contains(.begins))
  }

  @Test func `a closed event is not continued`() {
    let buffer = LineInBuffer("\tat a.B(C.java:1)")
    var joiner = Joiner()
    let facts = LineFacts(hasTime: true)
    func place() -> Placement {
      joiner.placeUnread(buffer.line, buffer.start, buffer.end)
        ?? joiner.placeRead(
          buffer.line, buffer.start, buffer.end, LineFacts(), openStart: 0, openEnd: 0)
    }
    _ = joiner.placeRead(
      buffer.line, buffer.start, buffer.end, facts, openStart: 0, openEnd: 0)
    #expect(place() == .continues)
    joiner.close()
    #expect(place() == .begins)
  }
}
