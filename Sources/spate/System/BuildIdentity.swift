internal import Glibc
internal import Pipeline

/// Which build of the program this is.
enum BuildIdentity {
  /// Its version, and the size and time of its file: a state that another build kept is not gone
  /// on from, since it may analyse otherwise.
  static let text: String = {
    var status = stat()
    guard unsafe stat("/proc/self/exe", &status) == 0 else { return Spate.version }
    let time = status.st_mtim
    return "\(Spate.version)-\(status.st_size)-\(time.tv_sec).\(time.tv_nsec)"
  }()
}

extension Analysis.Options {
  static var ofThisBuild: Analysis.Options {
    var options = Analysis.Options()
    options.engine = BuildIdentity.text
    return options
  }
}
