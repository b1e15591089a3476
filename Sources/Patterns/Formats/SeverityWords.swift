internal import Events

/// What a level's word means: `INFO`, `warning`, `E`, `SEVERE`, and the numbers of bunyan and pino;
/// those too that Java writes in German and French.
/// - Returns: `unknown` where it is none.
func severity(of p: UnsafePointer<UInt8>, _ from: Int, _ to: Int) -> Severity {
  unsafe severity(LineBytes(p), from, to)
}

/// As above, for scanners that hold `LineBytes`.
func severity(_ t: LineBytes, _ from: Int, _ to: Int) -> Severity {
  let count = to &- from
  switch count {
  case 1: return severity(letter: t[from])
  case 2...4: return severity(short: t, from, count)
  case 5...13: return severity(long: t, from, count)
  default: return .unknown
  }
}

/// One letter, as klog, glog and the short forms of many loggers write it; a lower-case one too.
@inline(__always)
func severity(letter: UInt8) -> Severity {
  switch letter | 0x20 {
  case ascii("t"), ascii("v"): .trace
  case ascii("d"): .debug
  case ascii("i"): .info
  case ascii("n"): .notice
  case ascii("w"): .warn
  case ascii("e"): .error
  case ascii("f"), ascii("c"), ascii("a"), ascii("p"): .fatal
  default: .unknown
  }
}

@inline(__always)
private func severity(short t: LineBytes, _ from: Int, _ count: Int) -> Severity {
  let word = t.half(from) & (UInt32.max >> UInt32(32 &- count &* 8))
  let lower = word | (0x2020_2020 & (UInt32.max >> UInt32(32 &- count &* 8)))
  switch lower {
  case packed("info"), packed("inf"), packed("in"): return .info
  case packed("warn"), packed("wrn"), packed("war"), packed("wa"): return .warn
  case packed("err"), packed("eror"), packed("erro"), packed("er"), packed("fail"): return .error
  case packed("dbug"), packed("debu"), packed("dbg"), packed("deb"), packed("de"), packed("fine"),
    packed("db"):
    return .debug
  case packed("trac"), packed("trce"), packed("trc"), packed("tra"), packed("tr"), packed("verb"),
    packed("vrb"):
    return .trace
  case packed("note"), packed("noti"), packed("not"), packed("ntc"), packed("no"): return .notice
  case packed("crit"), packed("crt"), packed("fatl"), packed("fata"), packed("ftl"), packed("fat"),
    packed("pani"), packed("pnc"), packed("emer"), packed("emrg"), packed("alrt"), packed("cri"),
    packed("dpan"):
    return .fatal
  case packed("10"): return .trace
  case packed("20"): return .debug
  case packed("30"): return .info
  case packed("40"): return .warn
  case packed("50"): return .error
  case packed("60"): return .fatal
  default: return .unknown
  }
}

/// The first eight bytes decide, with the length; the rest of a longer word is compared by its end.
private func severity(long t: LineBytes, _ from: Int, _ count: Int) -> Severity {
  let mask = count >= 8 ? UInt64.max : UInt64.max >> UInt64(64 &- count &* 8)
  let lower = (t.word(from) & mask) | (0x2020_2020_2020_2020 & mask)
  switch lower {
  case packedLong("error"), packedLong("severe"), packedLong("failure"), packedLong("failed"),
    packedLong("errors"), packedLong("grave"), packedLong("sever"):
    return .error
  case packedLong("infos"): return .info
  case packedLong("warnung"): return .warn
  case packedLong("ddebug"), packedLong("subdebug"):
    return count == 8 || lower != packedLong("subdebug") ? .debug : .unknown
  case packedLong("debug"), packedLong("finer"), packedLong("debug1"), packedLong("debug2"),
    packedLong("debug3"), packedLong("debug4"), packedLong("debug5"), packedLong("config"):
    return .debug
  case packedLong("trace"), packedLong("finest"), packedLong("verbose"): return .trace
  case packedLong("warning"), packedLong("warnin"), packedLong("warnings"), packedLong("warni"):
    return .warn
  case packedLong("notice"): return .notice
  case packedLong("fatal"), packedLong("alert"), packedLong("emerg"), packedLong("panic"),
    packedLong("dpanic"), packedLong("critical"):
    return count == 8 || lower != packedLong("critical") ? .fatal : .unknown
  case packedLong("informat"):
    return count == 11 || count == 13 ? .info : .unknown
  case packedLong("emergenc"): return count == 9 ? .fatal : .unknown
  case packedLong("schwerwi"): return count == 13 ? .error : .unknown
  case packedLong("avertiss"): return count == 13 ? .warn : .unknown
  default: return .unknown
  }
}

/// Whether a word that `severity` knows says how something ended, rather than that a level follows:
/// `BUILD FAILED`, `12 errors`.
func isOutcome(_ t: LineBytes, _ from: Int, _ to: Int) -> Bool {
  let count = to &- from
  guard count >= 4, count <= 8 else { return false }
  let mask = UInt64.max >> UInt64(64 &- count &* 8)
  switch (t.word(from) & mask) | (0x2020_2020_2020_2020 & mask) {
  case packedLong("fail"), packedLong("failed"), packedLong("failure"), packedLong("errors"),
    packedLong("warnings"):
    return true
  default: return false
  }
}

/// A name of up to eight letters as `LineBytes.word` reads it.
@inline(__always)
func packedLong(_ name: StaticString) -> UInt64 {
  var value: UInt64 = 0
  // SAFETY: a static string's bytes live as long as the program.
  for i in 0..<name.utf8CodeUnitCount {
    value |= UInt64(unsafe name.utf8Start[i]) << UInt64(i &* 8)
  }
  return value
}
