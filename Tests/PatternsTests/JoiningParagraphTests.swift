import Events
import Testing

@testable import Patterns

/// Events whose lines say little each: paragraphs, headers alone, lines that speak for themselves.
struct JoiningParagraphTests {
  struct Source: Sendable, CustomTestStringConvertible {
    var name: String
    /// What the events' times end with, their levels, and their messages' first lines.
    var events: [(time: String, severity: Severity, message: String)]
    var text: String

    var testDescription: String { name }
  }

  @Test(arguments: sources)
  func `the lines that tell of one thing are one event`(_ source: Source) {
    let events = recognizeAll(Array(source.text.utf8)).events
    #expect(events.map { firstLine($0.message) } == source.events.map(\.message))
    #expect(events.map(\.severity) == source.events.map(\.severity))
    for (event, expected) in zip(events, source.events) {
      #expect(written(event.time).contains(expected.time), "\(expected.message)")
    }
  }

  static let sources: [Source] = [
    Source(
      name: "paragraphs that begin and end with a labelled time",
      events: [
        ("09:31:02", .unknown, "Commandline: apt-get install zstd"),
        ("10:02:41", .unknown, "Commandline: /usr/bin/unattended-upgrade"),
      ],
      text: """
        Start-Date: 2026-11-22  09:31:02
        Commandline: apt-get install zstd
        Install: zstd:amd64 (1.5.4+dfsg2-5)
        End-Date: 2026-11-22  09:31:09

        Start-Date: 2026-11-22  10:02:41
        Commandline: /usr/bin/unattended-upgrade
        Error: Sub-process /usr/bin/dpkg returned an error code (1)
        End-Date: 2026-11-22  10:02:55

        """),
    Source(
      name: "times alone on their lines part events",
      events: [("09:31:02", .unknown, "Starting instance"), ("09:31:09", .unknown, "Stopped")],
      text: """
        Sun Nov 22 09:31:02 2026
        Starting instance
        LIMIT = 0
        Sun Nov 22 09:31:09 2026
        Stopped

        """),
    Source(
      name: "a header alone, and the line that is the message",
      events: [("08:31:02", .warn, "ADM6073W  The table space is full.")],
      text: """
        2026-11-22-09.31.02.123456+060 I12345A436           LEVEL: Warning
        PID     : 4711                 TID  : 140737
        MESSAGE : ADM6073W  The table space is full.

        """),
    Source(
      name: "alerts of Snort",
      events: [
        ("09:31:02.123456", .unknown, "[**] [1:2001219:20] possible scan [**]"),
        ("09:31:03.123456", .unknown, "[**] [1:408:5] echo reply [**]"),
      ],
      text: """
        [**] [1:2001219:20] possible scan [**]
        [Classification: Information Leak] [Priority: 2]
        11/22-09:31:02.123456 192.0.2.7:51234 -> 192.0.2.8:22
        TCP TTL:64 TOS:0x0 ID:1234 IpLen:20 DgmLen:60 DF

        [**] [1:408:5] echo reply [**]
        [Classification: Misc activity] [Priority: 3]
        11/22-09:31:03.123456 192.0.2.8 -> 192.0.2.7

        """),
    Source(
      name: "alerts of OSSEC",
      events: [
        ("09:31:02", .unknown, "** Alert 1795599062.12345: - syslog,sshd,"),
        ("09:31:03", .unknown, "** Alert 1795599063.12346: - ossec,"),
      ],
      text: """
        ** Alert 1795599062.12345: - syslog,sshd,
        2026 Nov 22 09:31:02 web-1->/var/log/auth.log
        Rule: 5716 (level 5) -> 'authentication failed.'
        Nov 22 09:31:01 web-1 sshd[812]: Failed password for root

        ** Alert 1795599063.12346: - ossec,
        2026 Nov 22 09:31:03 web-1->ossec-monitord
        Rule: 502 (level 3) -> 'server started.'

        """),
    Source(
      name: "a trace below the second line of a pair",
      events: [("09:31:02", .error, "servlet threw exception"), ("09:31:03", .info, "started")],
      text: """
        Nov 22, 2026 9:31:02 AM org.apache.catalina.core.StandardWrapperValve invoke
        SEVERE: servlet threw exception
        java.lang.NullPointerException
        \tat com.example.Shop.get(Shop.java:12)
        Nov 22, 2026 9:31:03 AM org.apache.catalina.startup.Catalina start
        INFO: started

        """),
    Source(
      name: "a line with a level of its own below a failure",
      events: [
        ("09:31:02.123", .error, "Invoke failed"), ("09:31:02.123", .error, "ValueError: boom"),
      ],
      text: """
        2026-11-22T09:31:02.123Z ERROR Invoke failed
        [ERROR] ValueError: boom

        """),
    Source(
      name: "an error below a line without a level is no second half of it",
      events: [("09:31:02", .unknown, "the scan was done"), ("09:31:02", .error, "no such file")],
      text: """
        Sun Nov 22 09:31:02 2026 -> the scan was done
        ERROR: no such file

        """),
    Source(
      name: "a header in brackets within other text",
      events: [("09:31:02", .error, "boom"), ("09:31:02", .warn, "low")],
      text: """
        2026-11-22 09:31:02 ERROR boom
        below it
        and more
        [WARN] low

        """),
    Source(
      name: "a shell's history",
      events: [("09:31:02", .unknown, "make test"), ("09:31:11", .unknown, "git push")],
      text: """
        #1795599062
        make test
        #1795599071
        git push

        """),
    Source(
      name: "MySQL's slow log",
      events: [("09:31:02.123456", .unknown, "SELECT 1;"), ("09:31:03", .unknown, "SELECT 2")],
      text: """
        # Time: 2026-11-22T09:31:02.123456Z
        # User@Host: app[app] @ localhost []  Id: 12
        # Query_time: 2.0  Lock_time: 0.0
        SET timestamp=1795339862;
        SELECT 1;
        # User@Host: app[app] @ localhost []  Id: 12
        # Query_time: 2.0  Lock_time: 0.0
        use shop;
        SET timestamp=1795339863;
        SELECT 2
        WHERE 1;

        """),
    Source(
      name: "lines of a drawn box",
      events: [("2026", .warn, "low"), ("2026", .info, "next")],
      text: """
        ┌ Warning: low
        │   stock = 3
        └ @ Main REPL[1]:1
        [ Info: next

        """),
    Source(
      name: "siblings with one indentation",
      events: [
        ("2026", .unknown, "  express:router dispatching"),
        ("2026", .unknown, "  express:router query"), ("09:31:02", .unknown, "next"),
      ],
      text: """
          express:router dispatching
          express:router query
            more of it
        2026-11-22T09:31:02Z next

        """),
    Source(
      name: "an exception of Objective-C",
      events: [
        ("09:31:02", .unknown, "*** Terminating app due to uncaught exception"),
        ("09:31:03", .unknown, "next"),
      ],
      text: """
        2026-11-22 09:31:02.123 Shop[812:4711] *** Terminating app due to uncaught exception
        *** First throw call stack:
        (
        \t0   CoreFoundation   0x00007fff2043a2c4 __exceptionPreprocess + 242
        )
        2026-11-22 09:31:03.123 Shop[812:4711] next

        """),
  ]

  private func firstLine(_ message: String) -> String {
    String(message.prefix { $0 != "\n" })
  }
}
