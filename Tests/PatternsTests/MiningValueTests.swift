import Testing

@testable import Patterns

@Suite struct MiningValueTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var message: String
    var template: String
    var testDescription: String { message }

    init(_ message: String, _ template: String) {
      self.message = message
      self.template = template
    }
  }

  static let cases: [Case] = [
    Case("took 12 of -3.5 at 1e-5", "took <num> of <num> at <num>"),
    Case("took 15ms and 1m30s", "took <dur> and <dur>"),
    Case("used 10.5MB (40%) of 2GiB", "used <size> (<pct>) of <size>"),
    Case("used 93.0 KB of 12 MB, plan B 7 B", "used <num> KB of <num> MB, plan B <num> B"),
    Case("limit=100/min of 5/s", "limit=<num> of <num>"),
    Case("[<c0119f0a>] do_page_fault+0x12b/0x3e0", "[<<hex>>] do_page_fault+<hex>"),
    Case("peer ::1 or ::ffff:10.0.0.1 up", "peer <ip> or <ip> up"),
    Case("wait state enable......0", "wait state enable.....<num>"),
    Case("from 10.0.0.1 to 10.0.0.1:8080", "from <ip> to <ip:port>"),
    Case("at /10.250.19.102:54106", "at <ip:port>"),
    Case("peer fe80::1:2 up", "peer <ip> up"),
    Case("mac 00:1b:44:11:3a:b7 seen", "mac <mac> seen"),
    Case("id 5f47aedd-2b7f-4bb3-8dfd-13a90b77ca8e done", "id <uuid> done"),
    Case("trace a6b24a8f5a46d23dee26910adffae77f", "trace <hex>"),
    Case("at 0x7fff5a1c", "at <hex>"),
    Case("order ord_57f3ce84f2 block blk_-1608999687919862906", "order <id> block <id>"),
    Case("login from dsl-1-2-3.example.net", "login from <host>"),
    Case("host proxy.example.co.uk answered", "host <host> answered"),
    Case("class java.io.IOException thrown", "class java.io.IOException thrown"),
    Case("read /var/log/app.log", "read <path>"),
    Case("open C:\\Windows\\system32", "open <path>"),
    Case("get https://example.org/a?b=c, please", "get <url>, please"),
    Case("mail to ann@example.org sent", "mail to <email> sent"),
    Case("version v1.2.3 of 4.5.6", "version <version> of <version>"),
    Case("at 2026-11-22T09:31:02.123Z now", "at <time> now"),
    Case("at 2026-11-22 09:31:02,123 now", "at <time> now"),
    Case("on Sat Jun 11 03:28:22 2005 it", "on <time> it"),
    Case("[22/Nov/2026:09:31:02 +0000] hit", "[<time>] hit"),
    Case("started 09:31:02.5 ago", "started <time> ago"),
    Case("pam for sshd over ssh2 ok", "pam for sshd over ssh2 ok"),
    Case("uid=0 ruser= rhost=10.0.0.1", "uid=<num> ruser= rhost=<ip>"),
    Case("ok=true err=null", "ok=<bool> err=<bool>"),
    Case("name=\"two words\" set", "name=\"<*>\" set"),
    Case("lock=WorkSource{10113} held", "lock=<*> held"),
    Case("fans ( 3552 3534 3375 )", "fans ( <num> <num> <num> )"),
    Case("ids [4, 5, 6]", "ids [<num>, <num>, <num>]"),
    Case("\"GET /api/v1/orders/17?x=y HTTP/1.1\" 502", "\"GET /api/v1/orders/<num>\" 502"),
    Case("\"GET /css/site.cfaecadf.css HTTP/1.1\" 200", "\"GET /css/<id>\" 200"),
    Case("\"GET /css/site.min.css HTTP/1.1\" 200", "\"GET /css/site.min.css\" 200"),
    Case("proxied GET /api/v1/orders/17 slowly", "proxied GET <path> slowly"),
    Case("jk2_init() Found child 6725", "jk2_init() Found child <num>"),
    Case("grüße an 5 müller", "grüße an <num> müller"),
    Case("", ""),
    Case("   ", "   "),
    Case("*** --- ***", "*** --- ***"),
  ]

  @Test(arguments: cases)
  func `a value is known by its shape`(_ c: Case) {
    #expect(TemplateMiner().templates(of: [c.message]) == [c.template])
  }

  @Test(arguments: cases)
  func `the expression of a pattern matches every shape of a value`(_ c: Case) throws {
    let miner = TemplateMiner()
    let batch = makeBatch([c.message])
    miner.mine(batch)
    let expression = miner.expression(batch.patterns[0])
    #expect(try LineMatcher(expression).matches(batch.message(0)), "\(expression)")
  }
}
