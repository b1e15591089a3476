import Testing

@testable import Patterns

/// A text and how many lines each of its events has.
struct JoinCase: CustomTestStringConvertible {
  var name: String
  var lineCounts: [Int]
  var text: String
  var isSingleLine = false

  init(_ name: String, _ lineCounts: [Int], isSingleLine: Bool = false, _ text: String) {
    self.name = name
    self.lineCounts = lineCounts
    self.text = text
    self.isSingleLine = isSingleLine
  }

  var testDescription: String { name }

  func check() {
    let counts = joined(text, isSingleLine: isSingleLine).map(\.count)
    #expect(counts == lineCounts, "\(name)")
  }
}

struct JoiningTraceTests {
  static let traces: [JoinCase] = [
    JoinCase(
      "java, below an error", [9, 1],
      """
      2026-11-22 09:31:02.123 ERROR [main] c.e.Orders - cannot place order
      java.lang.IllegalStateException: no stock
      \tat com.example.Orders.place(Orders.java:77)
      \tat com.example.Web.handle(Web.java:12)
      Suppressed: java.io.IOException: close
      \t\tat com.example.Db.close(Db.java:5)
      Caused by: java.sql.SQLException: connection refused
      \tat com.example.Db.open(Db.java:9)
      \t... 12 more
      2026-11-22 09:31:03.000 INFO  [main] c.e.Orders - next
      """),
    JoinCase(
      "java, logged below error", [2, 1],
      """
      2026-11-22 09:31:02 INFO reconnecting
      io.netty.channel.AbstractChannel$AnnotatedConnectException: Connection refused: db/10.0.0.1:5432
      2026-11-22 09:31:03 INFO connected
      """),
    JoinCase(
      "java, uncaught and without any time", [3, 3],
      """
      Exception in thread "main" java.lang.NullPointerException
          at com.example.Main.run(Main.java:3)
          at com.example.Main.main(Main.java:9)
      java.lang.RuntimeException: again
      \tat com.example.Main.run(Main.java:3)
      \t... 3 more
      """),
    JoinCase(
      "java, in two lines as java.util.logging writes", [2, 2],
      """
      Nov 22, 2026 9:31:02 AM com.example.Main run
      INFO: started
      Nov 22, 2026 9:31:03 AM com.example.Main run
      SEVERE: stopped
      """),
    JoinCase(
      "python, chained, below an error", [14, 1],
      """
      2026-11-22 09:31:02,123 ERROR catalog: unhandled
      Traceback (most recent call last):
        File "/app/a.py", line 10, in get
          return self.cache[key]
                 ~~~~~~~~~~^^^^^
      KeyError: 'staff'

      During handling of the above exception, another exception occurred:

      Traceback (most recent call last):
        File "/app/a.py", line 12, in get
          raise Missing(key)
      app.errors.Missing: 2026-11-22 09:31:02
      [SQL: SELECT 1]
      2026-11-22 09:31:03,123 INFO catalog: next
      """),
    JoinCase(
      "python, uncaught between lines of the log", [1, 4, 1],
      """
      2026-11-22 09:31:02,123 INFO worker: ready
      Traceback (most recent call last):
        File "/app/w.py", line 1, in <module>
          import nothing
      ModuleNotFoundError: No module named 'nothing'
      2026-11-22 09:31:03,123 INFO worker: ready
      """),
    JoinCase(
      "python, a syntax error", [5],
      """
      Traceback (most recent call last):
        File "/app/w.py", line 1
          if x
              ^
      SyntaxError: expected ':'
      """),
    JoinCase(
      "python, then plain text", [4, 1],
      """
      Traceback (most recent call last):
        File "/app/w.py", line 1, in <module>
          raise ValueError('a', 'b')
      ValueError: ('a', 'b')
      goodbye
      """),
    JoinCase(
      "go, a panic with two goroutines", [1, 11, 1],
      """
      2026/11/22 09:31:02 listening on :8080
      panic: runtime error: invalid memory address or nil pointer dereference
      [signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x49a]

      goroutine 1 [running]:
      main.(*server).run(0x0)
      \t/src/main.go:12 +0x1d
      main.main()
      \t/src/main.go:5 +0x2e
      created by net/http.(*Server).Serve in goroutine 1
      \t/usr/local/go/src/net/http/server.go:3285 +0x4b4
      exit status 2
      2026/11/22 09:31:04 listening on :8080
      """),
    JoinCase(
      "go, a panic that a server survived", [4, 1],
      """
      2026/11/22 09:31:02 http: panic serving 10.0.0.1:50: boom
      goroutine 19 [running]:
      net/http.(*conn).serve.func1(0xc0000a)
      \t/usr/local/go/src/net/http/server.go:1801 +0x147
      2026/11/22 09:31:03 ok
      """),
    JoinCase(
      "go, zap's console encoder", [5, 1],
      """
      2026-11-22T09:31:02.123Z\tERROR\tmain.go:9\tfailed
      main.run
      \t/src/main.go:9
      main.main
      \t/src/main.go:4
      2026-11-22T09:31:03.123Z\tINFO\tmain.go:10\tok
      """),
    JoinCase(
      "node, uncaught", [9, 1],
      """
      /app/server.js:10
          throw new Error('boom');
          ^

      Error: boom
          at Object.<anonymous> (/app/server.js:10:9)
          at node:internal/main:1:1

      Node.js v20.1.0
      listening
      """),
    JoinCase(
      "node, with properties", [6, 1],
      """
      2026-11-22T09:31:02.123Z ERROR connect failed
      Error: connect ECONNREFUSED 127.0.0.1:6379
          at TCPConnectWrap.afterConnect (node:net:1555:16) {
        errno: -111,
        code: 'ECONNREFUSED'
      }
      2026-11-22T09:31:03.123Z INFO retry
      """),
    JoinCase(
      "ruby", [3, 1, 4, 1],
      """
      /app/routes.rb:6:in `/': divided by 0 (ZeroDivisionError)
      \tfrom /app/routes.rb:6:in `block in <main>'
      \tfrom /app/routes.rb:1:in `<main>'
      hello
      [2026-11-22 09:31:02.123] FATAL OrderProcessor -- failed
      RuntimeError: cannot
        lib/a.rb:45:in `run'
      Caused by: ConnectionError: refused
      [2026-11-22 09:31:03.123] INFO OrderProcessor -- ok
      """),
    JoinCase(
      "dotnet", [7, 1],
      """
      System.InvalidOperationException: outer ---> System.Exception: inner
         at A.B.C() in c:/x.cs:line 33
        --- End of inner exception stack trace ---
         at A.B.D()
      --- End of stack trace from previous location where exception was thrown ---
         at A.B.E(String x)
         at A.B.F()
      ready
      """),
    JoinCase(
      "php", [5, 1],
      """
      [22-Nov-2026 09:31:02 UTC] PHP Fatal error:  Uncaught Exception: x in /app/a.php:3
      Stack trace:
      #0 /app/b.php(12): foo()
      #1 {main}
        thrown in /app/a.php on line 3
      [22-Nov-2026 09:31:03 UTC] PHP Notice:  y
      """),
    JoinCase(
      "rust", [7, 1],
      """
      thread 'main' panicked at src/main.rs:4:5:
      index out of bounds: the len is 3 but the index is 99
      stack backtrace:
         0: rust_begin_unwind
                   at /rustc/1/library/std/src/panicking.rs:597:5
         1: core::panicking::panic_fmt
      note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.
      done
      """),
    JoinCase(
      "rust, a chain of causes", [5, 1],
      """
      2026-11-22T09:31:02Z ERROR app: request failed

      Caused by:
          0: cannot open
          1: No such file or directory (os error 2)
      2026-11-22T09:31:03Z  INFO app: next
      """),
    JoinCase(
      "elixir", [3, 1],
      """
      ** (RuntimeError) oops
          (app 0.1.0) lib/x.ex:10: App.run/1
          (stdlib 5.0) proc_lib.erl:241
      done
      """),
  ]

  @Test(arguments: traces)
  func `a stack trace is one event with the line that it belongs to`(_ c: JoinCase) { c.check() }
}
