internal import Detection
package import Events
package import Patterns

/// Finds the fields that differ most inside patterns that two windows share.
///
/// A second pass over both windows, which looks at a sample: at most `sampleLimit` events of a
/// pattern in each window, evenly spread.
package struct FieldComparison {
  /// Rows whose fields are looked at: the first so many that changed, and the most frequent others.
  package static let rowLimit = 24
  package static let sampleLimit = 400

  private struct Subject: Hashable {
    var pattern: PatternID
    var service: String
  }

  private struct Collector {
    /// Every how many events one is looked at, in each window.
    var strides: [UInt64]
    var seen: [UInt64] = [0, 0]
    var sampled = [0, 0]
    var expression: MessageFields?
    var fields: [String: FieldSample] = [:]
  }

  private let resolve: (PatternID) -> PatternID
  private let library: FormatLibrary
  private var collectors: [Subject: Collector] = [:]

  /// - Parameter expression: A PCRE2 expression with a group for each variable of a pattern.
  package init(
    _ comparison: Comparison, library: FormatLibrary,
    resolve: @escaping (PatternID) -> PatternID, expression: (PatternID) -> String
  ) {
    self.resolve = resolve
    self.library = library
    let shared = comparison.rows.filter { $0.rates.countA > 0 && $0.rates.countB > 0 }
    let changed = shared.filter { $0.rates.verdict != .same }.prefix(Self.rowLimit / 2)
    let others = shared.filter { $0.rates.verdict == .same }
      .prefix(Self.rowLimit - changed.count)
    for row in Array(changed) + Array(others) {
      collectors[Subject(pattern: row.pattern, service: row.service)] = Collector(
        strides: [row.rates.countA, row.rates.countB].map {
          max(1, $0 / UInt64(Self.sampleLimit))
        }, expression: MessageFields(expression(row.pattern)))
    }
  }

  package var hasWork: Bool { !collectors.isEmpty }

  /// Looks at events whose patterns are set.
  package mutating func add(
    _ batch: EventBatch, _ range: Range<Int>, to side: ComparisonSide, names: EventNames
  ) {
    for index in range {
      let record = unsafe batch.records[index]
      guard record.pattern != .none else { continue }
      let subject = Subject(
        pattern: resolve(record.pattern), service: names.services.name(record.service.rawValue))
      guard let place = collectors.index(forKey: subject) else { continue }
      collectors.values[place].seen[side.rawValue] += 1
      let seen = collectors.values[place].seen[side.rawValue]
      guard seen.isMultiple(of: collectors.values[place].strides[side.rawValue]) else { continue }
      sample(index, of: batch, at: place, side, names)
    }
  }

  private mutating func sample(
    _ index: Int, of batch: EventBatch, at place: Dictionary<Subject, Collector>.Index,
    _ side: ComparisonSide, _ names: EventNames
  ) {
    var found = fields(of: index, in: batch, library: library, names: names).compactMap {
      field -> (String, String)? in
      switch field.value {
      case .text(let text), .number(let text): (field.name, text)
      case .flag(let flag): (field.name, flag ? "true" : "false")
      case .json: nil
      }
    }
    let known = Set(found.map(\.0))
    let message = unsafe batch.message(index)
    found +=
      unsafe collectors.values[place].expression?.read(message)
      .filter { !known.contains($0.0) } ?? []
    collectors.values[place].sampled[side.rawValue] += 1
    for (name, value) in found {
      collectors.values[place].fields[name, default: FieldSample()].add(value, to: side)
    }
  }

  /// What was found, largest difference first.
  package func differences() -> [FieldDifference] {
    var result: [FieldDifference] = []
    for (subject, collector) in collectors {
      for (name, sample) in collector.fields {
        guard let found = sample.difference(sampleCounts: collector.sampled) else { continue }
        result.append(
          FieldDifference(
            pattern: subject.pattern, service: subject.service, field: name, kind: found.kind,
            difference: found.size))
      }
    }
    return result.sorted {
      if $0.difference != $1.difference { return $0.difference > $1.difference }
      return ($0.pattern.rawValue, $0.service, $0.field)
        < ($1.pattern.rawValue, $1.service, $1.field)
    }
  }
}

/// Reads the variables of a pattern out of a message.
final class MessageFields {
  private var compiled: CompiledPattern

  /// `nil` where the expression does not compile.
  init?(_ expression: String) {
    guard let compiled = try? CompiledPattern(expression) else { return nil }
    self.compiled = compiled
  }

  func read(_ message: UnsafeBufferPointer<UInt8>) -> [(String, String)] {
    guard unsafe compiled.match(message) == .match else { return [] }
    var result: [(String, String)] = []
    for group in compiled.code.groupNames {
      guard let range = compiled.range(ofGroup: group.number) else { continue }
      let bytes = unsafe UnsafeBufferPointer(rebasing: message[range])
      result.append((group.name, unsafe String(decoding: bytes, as: UTF8.self)))
    }
    return result
  }
}
