internal import ArgumentParser
internal import Detection
internal import EventStream
internal import Events
internal import Pipeline

/// The stream that a command writes its results into.
final class DerivedOutput {
  /// What the results are.
  enum Results: String, CaseIterable {
    case anomalies, incidents, counts

    /// The name of their source in the stream: the command that makes them.
    var origin: String { "spate \(rawValue)" }
  }

  private let name: String
  private let path: String
  private let stream: DerivedStream

  /// - Parameters:
  ///   - options: All that decides about them beside the input.
  init(
    _ name: String, of source: AnalysisInput, results: Results, made options: String
  ) throws {
    self.name = name
    path = try StreamPlaces.path(of: name)
    let input = try Self.describe(source)
    guard input.path != path else {
      throw UserMessage(
        "--to-stream \(name): the results of a stream go into another one", status: .usage)
    }
    let place = StorageArguments.Place(path: path, name: name, isUnnamed: false)
    let writer = try StorageArguments.parse([]).openWriter(at: place)
    do throws(DerivedStreamProblem) {
      stream = try DerivedStream(
        writer, origin: results.origin, identity: "\(results) of \(input.text); \(options)")
    } catch {
      switch error {
      case .recording:
        throw UserMessage("--to-stream \(name): that is a recording; name another", status: .usage)
      case .other(let made):
        throw UserMessage(
          """
          --to-stream \(name): it holds other results, and these would not go on from them
                there: \(TextSafety.printable(made))
                here:  \(TextSafety.printable("\(results) of \(input.text); \(options)"))
          """, status: .usage)
      }
    }
  }

  /// What the results are of. A pipe cannot be read again: each is another.
  private static func describe(_ source: AnalysisInput) throws -> (text: String, path: String?) {
    if source.readsStream || source.records {
      let path = try source.stream.path()
      return ("stream \(path)", path)
    }
    let files = source.input.paths
    guard !files.isEmpty, !files.contains("-"), source.input.exec.isEmpty else {
      return ("a pipe read at \(WallClock.now().rfc3339)", nil)
    }
    return ("files \(files.joined(separator: " "))", nil)
  }

  func append(_ report: AnomalyReport, _ line: [UInt8]) {
    let anomaly = report.anomaly
    stream.append(
      DerivedStream.Result(
        position: anomaly.offset, time: anomaly.time, severity: max(anomaly.severity, .warn),
        service: report.serviceName ?? "spate", line: line,
        message: JSONText.plainValue(of: "why", in: line)))
  }

  func append(_ incident: Incident, _ line: [UInt8], service: String?) {
    stream.append(
      DerivedStream.Result(
        position: incident.offset, time: incident.start, severity: max(incident.severity, .warn),
        service: service ?? "spate", line: line))
  }

  /// - Parameter lines: One for each group.
  func append(
    _ window: WindowCounts, _ lines: [(labels: [WindowCounts.Label], line: [UInt8])],
    by dimensions: [CountDimension]
  ) {
    guard let start = window.start, let end = window.end else { return }
    for (labels, line) in lines {
      var (service, severity) = ("spate", Severity.info)
      for (dimension, label) in zip(dimensions, labels) {
        if dimension == .service { service = label.text ?? service }
        if dimension == .level {
          severity = Severity.allCases.first { $0.name == label.text } ?? .unknown
        }
      }
      stream.append(
        DerivedStream.Result(
          position: UInt64(max(0, end.microseconds)), time: start, severity: severity,
          service: service, line: line))
    }
  }

  func flush() throws {
    do throws(StreamError) { try stream.flush() } catch {
      throw UserMessage(of: error, path: path)
    }
  }

  /// Makes the results durable, and says what came of them.
  func finish() throws {
    do throws(StreamError) { try stream.close() } catch {
      throw UserMessage(of: error, path: path)
    }
    let known = stream.knownCount > 0 ? ", \(stream.knownCount.grouped) were there" : ""
    Console.error("spate: \(stream.addedCount.grouped) added to stream \(name)\(known)")
  }
}
