package import Events

/// How the screens show moments.
package enum TimeStyle: Hashable, Sendable, CaseIterable {
  case utc, local
  /// How long before the clock.
  case relative
}

/// Moments and spans as text, in one zone.
package struct TimeText: Sendable {
  package var style: TimeStyle
  package var zone: ScreenZone
  /// What relative times count from.
  package var clock: Instant?

  package init(style: TimeStyle = .utc, zone: ScreenZone = .utc, clock: Instant? = nil) {
    self.style = style
    self.zone = zone
    self.clock = clock
  }

  /// `03:47:19.204`, or `-12.304s` before the clock; always twelve columns or fewer.
  package func precise(_ instant: Instant) -> String {
    if style == .relative, let clock { return Self.relative(instant, to: clock) }
    let parts = CivilTime(local(instant))
    return Self.clock(parts) + "." + Self.pad(parts.microsecond / 1000, 3)
  }

  /// `03:47:19`
  package func seconds(_ instant: Instant) -> String { Self.clock(CivilTime(local(instant))) }

  /// `03:47`
  package func minutes(_ instant: Instant) -> String { String(seconds(instant).prefix(5)) }

  /// `03:47:19` with the day where that is not the day of the clock: `07-31 03:47:19`.
  package func dated(_ instant: Instant) -> String {
    let parts = CivilTime(local(instant))
    guard let clock else { return Self.clock(parts) }
    let today = CivilTime(local(clock))
    if parts.day == today.day, parts.month == today.month, parts.year == today.year {
      return Self.clock(parts)
    }
    let day = "\(Self.pad(parts.month, 2))-\(Self.pad(parts.day, 2)) \(Self.clock(parts))"
    return parts.year == today.year ? day : "\(parts.year)-\(day)"
  }

  /// RFC 3339 with milliseconds, in the zone: `2026-08-01T03:47:19.204Z`.
  package func full(_ instant: Instant) -> String {
    let parts = CivilTime(local(instant))
    let day = "\(Self.pad(parts.year, 4))-\(Self.pad(parts.month, 2))-\(Self.pad(parts.day, 2))"
    let offset = offsetSeconds(instant)
    return "\(day)T\(Self.clock(parts)).\(Self.pad(parts.microsecond / 1000, 3))"
      + (offset == 0 ? "Z" : Self.offset(offset))
  }

  /// `UTC`, or `+02:00`.
  package func zoneLabel(at instant: Instant) -> String {
    style == .local && zone.name != "UTC" ? Self.offset(offsetSeconds(instant)) : "UTC"
  }

  /// Seconds east of Greenwich of what is shown.
  package func offsetSeconds(_ instant: Instant) -> Int {
    style == .local ? zone.offset(instant) : 0
  }

  /// A span in its two largest units: `6h12m`, `6m12s`, `41s`, `2.5s`, `350ms`.
  package static func span(_ microseconds: Int64) -> String {
    let sign = microseconds < 0 ? "-" : ""
    let total = microseconds.magnitude
    if total < 1_000_000 {
      return total < 1000 && total > 0 ? "\(sign)\(total)us" : "\(sign)\(total / 1000)ms"
    }
    let seconds = total / 1_000_000
    if seconds < 10, total % 1_000_000 >= 100_000 {
      return sign + NumberText.fixed(Double(total / 100_000) / 10, digits: 1) + "s"
    }
    if seconds < 60 { return "\(sign)\(seconds)s" }
    func two(_ large: UInt64, _ unit: String, _ small: UInt64, _ smallUnit: String) -> String {
      small == 0 ? "\(sign)\(large)\(unit)" : "\(sign)\(large)\(unit)\(small)\(smallUnit)"
    }
    if seconds < 3600 { return two(seconds / 60, "m", seconds % 60, "s") }
    if seconds < 86_400 { return two(seconds / 3600, "h", seconds % 3600 / 60, "m") }
    return two(seconds / 86_400, "d", seconds % 86_400 / 3600, "h")
  }

  /// A span in a sentence: `15 s`, `3 min`, `2.5 s`, `6 h`.
  package static func words(_ microseconds: Int64) -> String {
    let seconds = Double(microseconds) / 1_000_000
    if abs(seconds) < 1 { return NumberText.plain(seconds * 1000) + " ms" }
    if abs(seconds) < 120 { return NumberText.plain(seconds) + " s" }
    if abs(seconds) < 7200 { return NumberText.plain(seconds / 60) + " min" }
    if abs(seconds) < 172_800 { return NumberText.plain(seconds / 3600) + " h" }
    return NumberText.plain(seconds / 86_400) + " d"
  }

  private static func relative(_ instant: Instant, to clock: Instant) -> String {
    let difference = instant.microseconds(since: clock)
    if difference.magnitude < 60_000_000 {
      let text = NumberText.fixed(Double(difference) / 1_000_000, digits: 3) + "s"
      return difference > 0 ? "+" + text : text
    }
    return (difference > 0 ? "+" : "") + span(difference)
  }

  private func local(_ instant: Instant) -> Instant {
    instant.advanced(byMicroseconds: Int64(offsetSeconds(instant)) * 1_000_000)
  }

  private static func clock(_ parts: CivilTime) -> String {
    "\(pad(parts.hour, 2)):\(pad(parts.minute, 2)):\(pad(parts.second, 2))"
  }

  private static func offset(_ seconds: Int) -> String {
    let minutes = abs(seconds) / 60
    return "\(seconds < 0 ? "-" : "+")\(pad(minutes / 60, 2)):\(pad(minutes % 60, 2))"
  }

  private static func pad(_ value: Int, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(width - text.count, 0)) + text
  }
}
