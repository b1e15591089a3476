/// What the synthetic services say.
extension SyntheticLog {
  static let services = [
    "gateway", "orders", "catalog", "cart", "payment", "search", "stock", "mail",
  ]
  static let verbs = ["GET", "POST", "PUT", "DELETE"]
  static let statuses = ["200", "200", "304", "201", "404", "502", "401"]
  static let paths = [
    "/api/orders/#n", "/api/products/#n", "/api/cart/#u", "/healthz", "/static/app.#h.js",
    "/api/search?q=lamp&page=#n", "/api/users/#n/profile", "/login",
  ]
  static let agents = [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", "curl/8.5.0", "okhttp/4.12.0",
    "kube-probe/1.29",
  ]

  /// Level and text.
  static let messages = [
    ("info", "request completed in #d"), ("info", "order #n placed by user#n"),
    ("info", "cache hit for key session:#u"), ("info", "cache miss for key page:#n"),
    ("debug", "span #h finished after #d"), ("info", "reserved #n units of item #n"),
    ("info", "published event OrderCreated id=#u offset=#n"),
    ("info", "user#n logged in from #i"), ("info", "payment #u authorised by #i"),
    ("warn", "slow query took #d rows=#n"), ("info", "consumed #n messages from topic orders"),
    ("warn", "retrying call to stock after #d, attempt #n"), ("info", "worker #n started"),
    ("error", "connection refused to #i"), ("warn", "queue length is #n, limit is #n"),
    ("error", "timed out waiting for #i after #d"), ("info", "token refreshed for user#n"),
    ("error", "cannot reserve stock for item #n: none left"), ("info", "mail #h queued"),
    ("warn", "rate limit reached for client #i"), ("info", "flushed #n entries in #d"),
    ("error", "write failed: No space left on device"), ("info", "leader is now node-#n"),
  ]

  /// Program and text.
  static let daemons = [
    ("sshd", "Accepted publickey for anna from #i ssh2"),
    ("CRON", "(root) CMD (run-parts /etc/cron.hourly)"),
    ("sshd", "Failed password for invalid user admin from #i ssh2"),
    ("systemd", "Started Session #n of user anna."),
    ("kernel", "eth0: link up, 1000 Mbps, full duplex"),
    ("dockerd", "container #h exited with status #n"),
    ("kernel", "Out of memory: Killed process #n (java) total-vm:#nkB"),
  ]
}

extension String {
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(width - count, 0))
  }
}

/// A moment, as the formats write it.
struct Clock {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  private let year: Int
  private let month: Int
  private let day: Int
  private let time: String
  private let fraction: String

  /// - Parameter microseconds: Since 1970, UTC.
  init(_ microseconds: Int64) {
    let seconds = Int(microseconds / 1_000_000)
    // Days to a date, counting years from March (Hinnant, "chrono-compatible date algorithms").
    let days = seconds / 86_400 + 719_468
    let era = days / 146_097
    let dayOfEra = days % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shifted + 2) / 5 + 1
    month = shifted < 10 ? shifted + 3 : shifted - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let second = seconds % 86_400
    time = "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))"
    fraction = String("\(microseconds % 1_000_000 + 1_000_000)".dropFirst())
  }

  var iso: String { "\(year)-\(two(month))-\(two(day))T\(time).\(fraction.prefix(3))" }
  var plain: String { "\(year)-\(two(month))-\(two(day)) \(time),\(fraction.prefix(3))" }
  var syslog: String { "\(Self.months[month - 1]) \(day < 10 ? " " : "")\(day) \(time)" }
  var glog: String { "\(two(month))\(two(day)) \(time).\(fraction)" }
  var httpDate: String { "\(two(day))/\(Self.months[month - 1])/\(year):\(time) +0000" }
}

private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
