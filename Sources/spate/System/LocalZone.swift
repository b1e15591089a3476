internal import Events
internal import Glibc
internal import Screens

/// The zone of the person in front of the screen, by TZ and the system's settings.
enum LocalZone {
  static func current() -> ScreenZone {
    tzset()
    var now = time(nil)
    var parts = unsafe tm()
    unsafe localtime_r(&now, &parts)
    let name = unsafe parts.tm_zone.map { unsafe String(cString: $0) } ?? "local"
    return ScreenZone(name: name, offset: offset)
  }

  /// `UTC`, `+02:00`, or a zone file's name such as `Europe/Berlin`.
  static func named(_ name: String) -> ScreenZone? {
    if let microseconds = ZoneArgument.microseconds(name) {
      return ScreenZone(name: name) { _ in Int(microseconds / 1_000_000) }
    }
    guard !name.contains(".."), !name.hasPrefix("/"),
      unsafe access("/usr/share/zoneinfo/" + name, R_OK) == 0
    else { return nil }
    // The C library knows one local zone; this program shows one at a time.
    unsafe setenv("TZ", name, 1)
    tzset()
    return ScreenZone(name: name, offset: offset)
  }

  private static let offset: @Sendable (Instant) -> Int = { moment in
    var seconds = time_t(moment.microseconds / 1_000_000)
    var parts = unsafe tm()
    unsafe localtime_r(&seconds, &parts)
    return unsafe parts.tm_gmtoff
  }
}
