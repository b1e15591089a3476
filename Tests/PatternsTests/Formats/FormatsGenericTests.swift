import Events
import Testing

@testable import Patterns

/// Lines as programs write them that no file declares: the generic reader must find time and level.
struct FormatsGenericTests {
  struct Line: Sendable, CustomTestStringConvertible {
    var text: String
    /// "" where the line names none.
    var time: String
    var severity: Severity
    /// Part of the message, which must be shorter than the line; "" where that is open.
    var message: String

    init(_ time: String, _ severity: Severity, _ message: String, _ text: String) {
      self.text = text
      self.time = time
      self.severity = severity
      self.message = message
    }

    var testDescription: String { text }
  }

  @Test(arguments: lines)
  func `time, level and message are found in a line that nobody declared`(_ line: Line) throws {
    let events = recognizeAll(Array(line.text.utf8)).events
    let event = try #require(events.first)
    #expect((event.timeOrigin == .parsed ? written(event.time) : "").hasPrefix(line.time))
    #expect(event.severity == line.severity)
    #expect(event.message.contains(line.message))
    #expect(line.message.isEmpty || event.message.utf8.count < line.text.utf8.count)
  }

  static let lines: [Line] = [
    .init(
      "2026-11-22T09:31:02.123", .warn, "call failed",
      "2026-11-22T09:31:02.123 full_node node_server        : WARNING  [Errno 111] call failed"),
    .init(
      "2026-11-22T09:31:02.123", .info, "3 plots",
      "2026-11-22T09:31:02.123 harvester shop.harvester.main: INFO     3 plots were found"),
    .init(
      "2026-11-22T09:31:02.123", .error, "stopped", "E[2026-11-22|09:31:02.123] stopped for good"),
    .init("2026-11-22T09:31:02.123", .warn, "bad", "W20261122-09:31:02.123(0) server.js:204 bad"),
    .init("2026-11-25T09:31:02", .warn, "cannot listen", "[ABCDE] 09:31:02 WARNING: cannot listen"),
    .init("2026-11-22T09:31:02", .error, "boom", "2026/11/22 09:31:02 E! boom"),
    .init(
      "2026-11-22T09:31:02", .error, "boom",
      #"[manager] time="2026-11-22T09:31:02Z" level=error msg="boom" a=b"#),
    .init(
      "2026-11-22T09:31:02", .unknown, "UDP Failed", "[2026-11-22 09:31:02] UDP Failed to set it"),
    .init("", .error, "", "error[E0308]: mismatched types"),
    .init(
      "2026-11-22T09:31:02", .notice, "a client", "2026-11-22T09:31:02Z <local0.notice> a client"),
    .init("2026-11-22T09:31:02", .error, "boom", "2026-11-22 09:31:02:123 SEVER boom [Http]"),
    .init("2026-11-22T09:31:02", .error, "Disk,7", "Error,11/22/2026 9:31:02 AM,Disk,7,None,bad"),
    .init("2026-11-22T09:31:02", .unknown, "pool scrub", "2026-11-22.09:31:02 pool scrub tank"),
    .init("2026-11-22T09:31:02", .unknown, "Starting", "Sun Nov 22 09:31:02 2026: Starting up"),
    .init(
      "2026-11-22T09:31:02", .warn, "low",
      "11/22/2026 09:31:02 - WARNING - shop.trainer -   low on memory"),
    .init("2026-11-22T09:31:02", .info, "up", "2026-11-22T09:31:02+0000 [shop.cart.Log#info] up"),
    .init("2026-11-22T09:31:02", .error, "boom", "22/Nov/2026:09:31:02 +0000 [Error#shop] boom"),
    .init("2026-11-22T09:31:02", .error, "no reply", "Gateway:error 2026-11-22 09:31:02: no reply"),
    .init(
      "2026-11-22T09:31:02.123", .info, "zone loaded",
      "22-Nov-2026 09:31:02.123 general: info: zone loaded"),
    .init("2026-11-22T09:31:02", .warn, "stock", "2026-11-22;09:31:02;WARN;cart;stock is low"),
    .init(
      "2026-11-22T09:31:02", .error, "[ERROR]",
      #"Nov 22 09:31:02 web-1 core[8]: 2026-11-22T09:31:02Z [ERROR] [/a.go:5]: {"errors":[]}"#),
    .init(
      "2026-11-22T09:31:02", .error, "order failed",
      #"{"time":"2026-11-22T09:31:02Z","level":"Error","resultDescription":"order failed"}"#),
    .init(
      "2026-11-22T09:31:02", .notice, "chain was extended",
      "[node-1:shop.ledger.Chain:Notice:28] [2026-11-22 09:31:02.34 UTC] chain was extended"),
    .init(
      "2026-11-22T09:31:02.4", .error, "worker is gone",
      "2026-11-22 09:31:02.400 request_id=F5x1 user=12 [error] worker is gone"),
    .init(
      "2026-11-22T09:31:02", .unknown, "(C) 2001-2026 Shop",
      "2026-11-22 09:31:02 Shop Server 4.7 (C) 2001-2026 Shop"),
    .init(
      "2026-11-22T09:31:02", .unknown, "connect failed [110][timed out].",
      "(2026-11-22  9:31:02): [be[shop]] [connect_done] (0x0020): connect failed [110][timed out]."),
    .init("2026-11-22T09:31:02", .error, "FAILED", "2026-11-22 09:31:02 FAILED to start the cart"),
    .init("", .unknown, "", "BUILD FAILED in 12s"),
    .init("", .error, "", "shop/cart.cs(12,5): error CS1002: ; expected"),
    .init("", .error, "zlib.h: No such", "src/b.c:3:10: fatal error: zlib.h: No such file"),
    .init(
      "2026-11-22T09:31:02.123", .error, "declined by bank",
      "2026-11-22 09:31:02.123 GMT, level=ERROR, thread=main, msg=declined by bank, order=13"),
    .init(
      "2026-11-22T09:31:02.123", .warn, "stock is low",
      "time=2026-11-22 09:31:02.123, level=WARN, msg=stock is low, order=13"),
    .init(
      "2026-11-22T09:31:02.123", .warn, "type=LOGIN_ERROR",
      "2026-11-22 09:31:02.123 GMT WARN type=LOGIN_ERROR, realm=shop, error=user_not_found"),
    .init(
      "2026-11-22T09:31:02", .error, "cannot open",
      #"Nov 22 09:31:02 msg="cannot open" level="0" prio="Error" tid="0""#),
    .init(
      "2026-11-22T09:31:02.123", .error, "Unauthorized",
      "2026-11-22T09:31:02.123Z\terror\tUnauthorized\t{\"id\": \"7\", \"error\": \"token required\"}"
    ),
    .init(
      "2026-11-22T09:31:02", .fatal, "cannot reach it",
      #"2026-11-22T09:31:02Z fatal: cannot reach it {"changed": false}"#),
    .init("2026-11-22T09:31:02", .debug, "cache", "2026-11-22T09:31:02+0000 DDEBUG cache is fresh"),
    .init(
      "2026-11-22T09:31:02", .error, "le panier",
      "nov. 22, 2026 9:31:02 AM com.example.Main run GRAVE: le panier est vide"),
    .init(
      "2026-11-25T09:31:02.123", .info, "up", "09:31:02.123 [main] INFO  com.example.Main - up"),
    .init("2026-11-25T09:31:02", .warn, "up", "[09:31:02] WARN: up"),
    .init(
      "2026-11-25T10:44:35.281", .info, "polled",
      "10:44:35.281 INFO  [pool-2-thread-3] c.a.billing.Poller - polled 468 records"),
    .init("", .unknown, "", "09:31:02 up 3 days, 2 users"),
    .init(
      "2026-11-22T09:31:02", .info, "up",
      "Sun Nov 22 2026 09:31:02 GMT+0000 (Coordinated Universal Time) INFO up"),
    .init("2026-11-22T09:31:02", .info, "up", "20261122093102 INFO up"),
    .init("2026-11-25T09:31:02.727595", .info, "up", "@400000006b06aae02b5e3b1c INFO up"),
    .init(
      "2026-11-22T09:31:02", .notice, "traffic",
      #"date=2026-11-22 time=09:31:02 devname="fw-1" type="traffic" level="notice" msg="traffic""#),
    .init(
      "2026-11-22T09:31:02", .error, "no reply",
      #"Nov 22 09:31:02 web-1 app[812]: level=error msg="no reply" peer=10.0.0.7"#),
    .init(
      "2026-11-22T09:31:02", .error, "no reply",
      "Nov 22 09:31:02 web-1 app[812]: 2026-11-22 09:31:02 ERROR no reply"),
    .init(
      "2026-11-22T09:31:02.123", .warn, "Login attempt",
      "2026-11-22 09:31:02.123 WARNING (MainThread) [homeassistant.components.http.ban] Login attempt or request with invalid authentication"
    ),
    .init(
      "2026-11-22T09:31:02.123", .error, "Username or password is incorrect",
      "[2026-11-22 09:31:02.123][vaultwarden::api::identity][ERROR] Username or password is incorrect. Try again. IP: 10.0.0.7"
    ),
    .init(
      "2026-11-22T09:31:02", .info, "Failed authentication attempt",
      "2026/11/22 09:31:02 ...outers/user/auth.go:147:SignInPost() [I] Failed authentication attempt for ann from 10.0.0.7:1234"
    ),
    .init(
      "2026-11-22T09:31:02", .notice, "Registration from",
      "[2026-11-22 09:31:02] NOTICE[1234] chan_sip.c: Registration from '\"100\"' failed for '10.0.0.7:5060' - Wrong password"
    ),
    .init(
      "2026-11-22T09:31:02", .unknown, "<= ann@example.org",
      "2026-11-22 09:31:02 1aBcDe-000000-00 <= ann@example.org H=mail.example.org [10.0.0.7]"),
    .init(
      "2026-11-22T09:31:02.123", .info, "User policy",
      "[2026-11-22 09:31:02.123 +00:00] [INF] [12] Emby.Server.Implementations: User policy updated"
    ),
    .init(
      "2026-11-22T09:31:02.1", .info, "Auth-Success ip",
      "2026-11-22 09:31:02.1|Info|Auth|Auth-Success ip 10.0.0.7 username 'ann'"),
    .init(
      "2026-11-22T09:31:02.123", .info, "loading 12 modules",
      "2026-11-22 09:31:02,123 812 INFO shopdb odoo.modules.loading: loading 12 modules..."),
    .init(
      "2026-11-22T09:31:02", .info, "id=\"2001\"",
      "2026:11:22-09:31:02 gw-1 ulogd[123]: id=\"2001\" severity=\"info\" sys=\"SecureNet\""),
    .init(
      "2026-11-22T09:31:02", .unknown, "SEA19-C1",
      "2026-11-22\t09:31:02\tSEA19-C1\t1045\t10.0.0.7\tGET\td111.cloudfront.net\t/index.html\t200"),
    .init(
      "2026-11-22T09:31:02.123", .info, "loading function",
      "2026-11-22T09:31:02.123Z\t6bc28136-xmpl-4365-b021-0ce6b2e64ab0\tINFO\tloading function"),
    .init(
      "2026-11-22T09:31:02.123", .info, "loading function",
      "[INFO]\t2026-11-22T09:31:02.123Z\t6bc28136-xmpl-4365-b021-0ce6b2e64ab0\tloading function"),
    .init(
      "2026-11-22T09:31:02", .unknown, "Database Cleanup Begin",
      "24,11/22/26,09:31:02,Database Cleanup Begin,,,,,0,6,,,,,,,,,0"),
    .init(
      "2026-11-22T09:31:02.123456", .info, "Push finished",
      "2026-11-22T09:31:02.123456Z\tinfo\tads\tPush finished: 12.345ms"),
    .init(
      "2026-11-22T09:31:02.123456", .info, "stock is low",
      "2026-11-22T09:31:02.123456Z  INFO shop::cart: stock is low"),
    .init(
      "2026-11-22T09:31:02.123", .info, "Node started",
      "[2026-11-22T09:31:02,123][INFO][main][IgniteKernal] Node started"),
    .init(
      "2026-11-22T09:31:02.123", .info, "Apache ActiveMQ",
      "2026-11-22 09:31:02,123 | INFO  | Apache ActiveMQ 5.18 is starting | org.apache.activemq.broker.BrokerService | main"
    ),
    .init(
      "2026-11-22T09:31:02", .info, "Wrapper started",
      "INFO   | jvm 1    | 2026/11/22 09:31:02 | Wrapper started"),
    .init(
      "2026-11-22T09:31:02.123", .info, "Compiling command",
      "2026-11-22T09:31:02,123 INFO  [main]: ql.Driver (Driver.java:compile(12)) - Compiling command"
    ),
    .init(
      "2026-11-22T09:31:02.123", .info, "Launching worker",
      "2026-11-22 09:31:02.123 o.a.s.d.w main [INFO] Launching worker for shop"),
    .init(
      "2026-11-22T09:31:02.123", .info, "Rebalance",
      "[ns_server:info,2026-11-22T09:31:02.123Z,ns_1@127.0.0.1:<0.1.0>:mod:fun:12]Rebalance done"),
    .init(
      "2026-11-22T09:31:02.123", .warn, "msg: alarm",
      "2026-11-22T09:31:02.123+00:00 [warning] msg: alarm_activated, mfa: emqx_alarm"),
    .init("2026-11-22T09:31:02", .info, "", "=INFO REPORT==== 22-Nov-2026::09:31:02 ==="),
    .init(
      "2026-11-22T09:31:02.123", .info, "Started.",
      "2026-11-22 09:31:02.123+0000 INFO  [o.n.s.CommunityNeoServer] Started."),
    .init(
      "2026-11-22T09:31:02", .info, "is ready for business",
      "2026-11-22T09:31:02Z [812] INFO [cf3f4] {general} ArangoDB is ready for business"),
    .init(
      "2026-11-22T09:31:02.123", .info, "\"start\"",
      "[2026/11/22 09:31:02.123 +00:00] [INFO] [server.go:12] [\"start\"] [k=v]"),
    .init(
      "2026-11-22T09:31:02.123", .info, "starting up",
      "INFO  2026-11-22 09:31:02,123 [shard 0] init - starting up"),
    .init(
      "2026-11-22T09:31:02", .info, "system memory",
      "Nov 22 2026 09:31:02 GMT: INFO (info): (ticker.c:160) system memory: free 12"),
    .init(
      "2026-11-22T09:31:02.123", .info, "Server started",
      "[2026-11-22 09:31:02,123]   INFO - jetbrains.buildServer.STARTUP - Server started"),
    .init(
      "2026-11-22T09:31:02.123", .info, "Jenkins is fully",
      "2026-11-22 09:31:02.123+0000 [id=12]\tINFO\tjenkins.InitReactorRunner$1#onAttained: Jenkins is fully up and running"
    ),
    .init(
      "2026-11-22T09:31:02", .notice, "",
      "####<Nov 22, 2026 9:31:02 AM UTC> <Notice> <Server> <host> <AdminServer> <main> <<WLS Kernel>> <> <> <1795599062> <BEA-002613> <Channel is now listening>"
    ),
    .init(
      "2026-11-22T09:31:02.123", .info, "Started ServerConnector",
      "2026-11-22 09:31:02.123:INFO:oejs.Server:main: Started ServerConnector"),
    .init(
      "2026-11-22T09:31:02.123", .info, "actor started",
      "[INFO] [11/22/2026 09:31:02.123] [main] [akka://shop] actor started"),
    .init("2026-11-22T09:31:02", .info, "ready", "2026-11-22T09:31:02+0000 info shop.cart : ready"),
    .init(
      "2026-11-22T09:31:02", .unknown, "listening on 8080", "2026-11-22T09:31:02: listening on 8080"
    ),
    .init(
      "2026-11-22T09:31:02.123", .debug, "Running command",
      "2026-11-22 09:31:02,123 - util.py[DEBUG]: Running command ['blkid']"),
    .init(
      "2026-11-22T09:31:02", .unknown, "status installed",
      "2026-11-22 09:31:02 status installed libc6:amd64 2.36"),
    .init(
      "2026-11-22T08:31:02", .unknown, "upgraded curl",
      "[2026-11-22T09:31:02+0100] [ALPM] upgraded curl (8.4 -> 8.5)"),
    .init("", .warn, "warning, could not", "[    12.345] (WW) warning, could not open display"),
    .init(
      "2026-11-22T09:31:02", .error, "Unable to open",
      "E [22/Nov/2026:09:31:02 +0000] Unable to open listen socket"),
    .init(
      "2026-11-22T09:31:02", .info, "Ready to process",
      "Sun Nov 22 09:31:02 2026 : Info: Ready to process requests"),
    .init(
      "2026-11-22T09:31:02.123", .info, "client 10.0.0.7",
      "22-Nov-2026 09:31:02.123 queries: info: client 10.0.0.7#1234: query: example.org IN A"),
    .init(
      "2026-11-22T09:31:02", .unknown, "clamd daemon",
      "Sun Nov 22 09:31:02 2026 -> clamd daemon started"),
    .init(
      "2026-11-22T09:31:02", .unknown, "loaded message",
      "2026-11-22 09:31:02 #812(main) <abc>; task; rspamd_message_parse: loaded message"),
    .init(
      "2026-11-22T09:31:02", .info, "Started",
      "2026/11/22 09:31:02 ossec-syscheckd: INFO: Started (pid: 812)."),
    .init(
      "2026-11-22T09:31:02", .debug, "Waiting",
      "2026/11/22 09:31:02 wazuh-agentd[812] notify.c:12 at run_notify(): DEBUG: Waiting for server"
    ),
    .init(
      "2026-11-22T09:31:02", .notice, "all 4 packet",
      "22/11/2026 -- 09:31:02 - <Notice> - all 4 packet processing threads initialized"),
    .init(
      "2026-11-22T09:31:02.123", .info, "spawned",
      "2026-11-22 09:31:02,123 INFO spawned: 'web' with pid 812"),
    .init(
      "2026-11-22T09:31:02", .unknown, "Log opened", "2026-11-22 09:31:02+0000 [-] Log opened."),
    .init(
      "2026-11-22T09:31:02", .info, "200 GET",
      "[I 261122 09:31:02 web:1234] 200 GET / (10.0.0.7) 1.23ms"),
    .init(
      "2026-11-22T09:31:02.123", .info, "Serving notebooks",
      "[I 2026-11-22 09:31:02.123 ServerApp] Serving notebooks from local directory: /srv"),
    .init(
      "2026-11-22T09:31:02", .info, "Spider opened",
      "2026-11-22 09:31:02 [scrapy.core.engine] INFO: Spider opened"),
    .init(
      "2026-11-22T09:31:02.123", .info, "Start worker",
      "2026-11-22 09:31:02,123 - distributed.worker - INFO - Start worker at tcp://10.0.0.7:1234"),
    .init(
      "2026-11-22T09:31:02.123456", .info, "This binary",
      "2026-11-22 09:31:02.123456: I tensorflow/core/platform/cpu.cc:12] This binary is optimized"),
    .init("2026-11-25T07:31:02.123", .info, "map loaded", "[INFO] [1795591862.123]: map loaded"),
    .init(
      "2026-11-25T07:31:02.123", .warn, "map stale",
      "[ WARN] [1795591862.123456789, 0.1]: map stale"),
    .init(
      "2026-11-22T09:31:02.123", .info, "Running engine",
      "[2026.11.22-09.31.02:123][  0]LogInit: Display: Running engine"),
    .init(
      "2026-11-22T09:31:02.123", .info, "Connection",
      "2026-11-22T09:31:02.123Z info hostd[812] [Originator@6876 sub=Vimsvc] Connection opened"),
    .init(
      "2026-11-22T09:31:02.123", .unknown, "osd.0",
      "2026-11-22T09:31:02.123+0000 7f1234567890 -1 osd.0 12 heartbeat_check: no reply"),
    .init(
      "2026-11-22T09:31:02.123456", .info, "0-mgmt",
      "[2026-11-22 09:31:02.123456] I [MSGID: 100030] [glusterfsd.c:2318:main] 0-mgmt: Started running"
    ),
    .init(
      "2026-11-22T09:31:02.123", .error, "Nodes web",
      "[2026-11-22T09:31:02.123] error: Nodes web-1 not responding"),
    .init(
      "2026-11-22T09:31:02", .unknown, "PBS_Server",
      "11/22/2026 09:31:02;0008;PBS_Server;Job;1.host;Job Queued"),
    .init(
      "2026-11-22T09:31:02", .info, "starting up", "11/22/2026 09:31:02|worker|web-1|I|starting up"),
    .init(
      "2026-11-22T09:31:02", .notice, "ready for",
      "261122  9:31:02 [Note] mysqld: ready for connections."),
    .init(
      "2026-11-22T09:31:02.123456", .unknown, "heartbeat",
      "11/22-09:31:02.123456  [**] [1:1000:1] heartbeat [**] {TCP} 10.0.0.7:1 -> 10.0.0.8:2"),
    .init(
      "2026-11-22T09:31:02", .unknown, "", "{client=10.0.0.7} at 22/Nov/2026:09:31:02 +0000 done"),
    .init(
      "2026-11-22T09:31:02", .unknown, "GET https",
      "[22/Nov/2026:09:31:02 +0000] - 404 404 - GET https shop.example \"/x\" [Client 10.0.0.7] [Length 555]"
    ),
    .init(
      "2026-11-22T09:31:02", .unknown, "GET /path",
      "[pid: 812|app: 0|req: 1/1] 10.0.0.7 () {44 vars in 812 bytes} [Sun Nov 22 09:31:02 2026] GET /path => generated 12 bytes in 1 msecs (HTTP/1.1 200)"
    ),
    .init(
      "2026-11-22T09:31:02.123", .error, "disk failed",
      "ERROR [2026-11-22 09:31:02,123] com.example.Main: disk failed"),
    .init(
      "2026-11-22T09:31:02.123", .info, "up and running",
      "[2026-11-22 09:31:02.123] [info] [ServiceMain] up and running"),
    .init("2026-11-22T09:31:02.123", .warn, "low disk", "[warn] 2026-11-22T09:31:02.123Z low disk"),
    .init(
      "2026-11-22T09:31:02", .info, "plugin enabled", "2026-11-22 09:31:02 [INFO] plugin enabled"),
    .init(
      "2026-11-22T09:31:02.123", .info, "cart ready",
      "[main] INFO 2026-11-22T09:31:02.123Z com.example.Cart - cart ready"),
    .init(
      "2026-11-22T09:31:02.123", .info, "cart ready",
      "22 Nov 2026 09:31:02,123 [main] INFO com.example.Cart  - cart ready"),
    .init(
      "2026-11-22T09:31:02.123", .error, "cannot bind",
      "2026-11-22T09:31:02.123Z error\tcannot bind to port 80"),
    .init(
      "2026-11-22T09:31:02.123", .warn, "slow handler",
      "2026-11-22T09:31:02.123Z [shop] warn: slow handler took 12 ms"),
    .init("2026-11-22T09:31:02", .error, "oops", "<2026-11-22T09:31:02Z> <ERROR> <shop> oops"),
    .init("2026-11-22T09:31:02", .info, "worker up", "2026-11-22 09:31:02 worker-1 INFO worker up"),
    .init("2026-11-22T09:31:02", .warn, "retrying", "2026-11-22 09:31:02 WARN: retrying"),
    .init(
      "2026-11-22T09:31:02", .error, "invalid token",
      "2026-11-22 09:31:02 (812) [ERROR] - invalid token"),
    .init("2026-11-22T09:31:02", .error, "crashed", "2026-11-22 09:31:02 shop.cart ERROR crashed"),
    .init(
      "2026-11-22T09:31:02", .info, "user logged in", "Nov 22, 2026 9:31:02 AM INFO user logged in"),
    .init(
      "2026-11-22T09:31:02.123", .info, "GET /x", "2026-11-22T09:31:02.123Z  info  GET /x 200 12ms"),
    .init("2026-11-22T09:31:02", .debug, "poll", "2026-11-22 09:31:02 <debug> shop: poll"),
    .init("2026-11-22T09:31:02", .error, "bad", "20261122 093102 [ERROR] bad"),
    .init("2026-11-22T09:31:02.123", .error, "bad", "20261122T093102.123Z ERROR bad"),
    .init("2026-11-22T09:31:02", .info, "ok", "2026-11-22 09:31:02 UTC INFO ok"),
    .init("2026-11-22T09:31:02", .unknown, "hello world", "2026-11-22 09:31:02 - hello world"),
    .init("2026-11-22T09:31:02", .unknown, "hello world", "2026-11-22T09:31:02Z hello world"),
    .init("2026-11-22T09:31:02", .info, "hello", "11/22/2026 9:31:02 AM INFO hello"),
    .init(
      "2026-11-22T09:31:02", .info, "hello", "\"2026-11-22 09:31:02\",\"INFO\",\"shop\",\"hello\""),
    .init("2026-11-22T09:31:02", .error, "hello", "2026-11-22 09:31:02,ERROR,shop,hello"),
    .init("2026-11-22T09:31:02", .info, "hello", "2026-11-22 09:31:02;INFO;shop;hello"),
    .init(
      "2026-11-22T07:31:02", .warn, "hello", "2026-11-22 09:31:02+02:00 warning shop[812]: hello"),
  ]
}
