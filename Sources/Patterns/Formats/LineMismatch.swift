internal import Events

/// Where a line stops to fit the format that comes nearest to it, and what that wanted there.
package struct LineMismatch: Hashable, Sendable {
  package var format: String
  /// Bytes of the line that fit.
  package var byteCount: Int
  /// What the format wants next, in words.
  package var expected: String
}

extension FormatLibrary {
  /// Why no declared format fits a line; `nil` where one does.
  ///
  /// Tries all of them: cold. The user's own come first if any of the line fits them.
  /// - Parameter name: The one format that is wanted.
  package func mismatch(of line: [UInt8], format name: String? = nil) -> LineMismatch? {
    var best: LineMismatch?
    let own = Set(listings.filter(\.isOwn).map(\.name))
    func rank(_ mismatch: LineMismatch) -> (Int, Int) {
      (mismatch.byteCount > 0 && own.contains(mismatch.format) ? 1 : 0, mismatch.byteCount)
    }
    func take(_ mismatch: LineMismatch) {
      if best.map({ rank($0) < rank(mismatch) }) ?? true { best = mismatch }
    }
    let padded = line + Array(repeating: 0, count: EventBatch.bytePadding)
    let context = TimestampContext(
      assumedZoneMicroseconds: 0, reference: Instant(microseconds: 0))
    unsafe padded.withUnsafeBufferPointer { buffer in
      let bytes = unsafe LineBytes(buffer.baseAddress!)
      for number in 0..<program.alternativeCount {
        let format = program.formats[program.tables.format(number)]
        if let name, format != name { continue }
        var trace = MatchTrace()
        if unsafe runTracing(program.tables, number, bytes, 0, line.count, context, &trace) {
          best = nil
          return
        }
        if var wanted = trace.wanted {
          let stop = trace.stop + skipFitting(&wanted, line[trace.stop...])
          take(LineMismatch(format: format, byteCount: stop, expected: words(for: wanted)))
        }
      }
      for expression in program.expressions {
        let format = program.formats[expression.format]
        if let name, format != name { continue }
        guard let stop = expression.stop(in: line) else {
          best = nil
          return
        }
        take(LineMismatch(format: format, byteCount: stop.byteCount, expected: stop.expected))
      }
    }
    return best
  }

  /// Takes off a literal what the line still has of it.
  /// - Returns: The bytes of the line that this are.
  private func skipFitting(_ op: inout FormatOp, _ rest: ArraySlice<UInt8>) -> Int {
    guard op.kind == .literal else { return 0 }
    var i = rest.startIndex
    while op.literalCount > 1, i < rest.endIndex {
      let wanted = program.tables.literal(Int(op.literalStart))[0]
      guard rest[i] == wanted || (wanted == 0x20 && rest[i] == 0x09) else { break }
      i += 1
      while wanted == 0x20, i < rest.endIndex, rest[i].isBlank { i += 1 }
      op.literalStart += 1
      op.literalCount -= 1
    }
    return i - rest.startIndex
  }

  private func words(for op: FormatOp) -> String {
    let literal = String(
      decoding: (0..<Int(op.literalCount)).map {
        program.tables.literal(Int(op.literalStart))[$0]
      }, as: UTF8.self)
    let scanner = ValueScanner.spellings.first { $0.scanner.rawValue == op.scanner }
    let kind = scanner.map { "\($0.name)" } ?? "text"
    let field = op.name == FieldName.none ? "" : " for `\(program.names[Int(op.name)])`"
    switch op.kind {
    case .byte: return "`\(String(decoding: [op.first], as: UTF8.self))`"
    case .literal: return "`\(literal)`"
    case .gap, .blanks: return "a blank"
    case .time:
      let spelling = TimeKind.spellings.first { $0.kind.rawValue == op.argument }
      let kind = spelling.map { "\($0.name)" } ?? ""
      return kind.isEmpty ? "a time" : "a time (\(kind))"
    case .level: return op.argument == LevelKind.own.rawValue ? "one of its levels" : "a level"
    case .choice: return "one of \(literal)\(field)"
    case .untilByte, .untilLiteral, .untilLast:
      return "`\(shown(literal, op))` behind the value\(field)"
    case .runUntil, .runByte, .runGap, .wordGap:
      return "`\(kind)` and then `\(shown(literal, op))`\(field)"
    case .end: return "the end of the line"
    default: return "`\(kind)`\(field)"
    }
  }

  private func shown(_ literal: String, _ op: FormatOp) -> String {
    literal.isEmpty ? String(decoding: [op.first], as: UTF8.self) : literal
  }
}

extension ExpressionFormat {
  /// Where a line stops to fit; `nil` where it fits.
  ///
  /// The longest beginning of the expression that matches says so.
  func stop(in line: [UInt8]) -> (byteCount: Int, expected: String)? {
    let text = Array(source.text)
    var cuts = [text.count]
    for index in text.indices.reversed() where index > 0 {
      let isReference = text[index] == ascii("%") && text[index...].starts(with: "%{".utf8)
      if isReference || text[index - 1] == ascii("}") || text[index] == 0x20 { cuts.append(index) }
    }
    for cut in cuts {
      guard let end = matchEnd(Array(text[..<cut]), in: line) else { continue }
      if cut == text.count { return nil }
      let next = cuts.last { $0 > cut } ?? text.count
      return (end, "`\(String(decoding: text[cut..<next], as: UTF8.self))`")
    }
    let first = cuts.last ?? text.count
    return (0, "`\(String(decoding: text[..<first], as: UTF8.self))`")
  }

  /// Where a match of `expression` at the line's beginning ends.
  private func matchEnd(_ expression: [UInt8], in line: [UInt8]) -> Int? {
    let place = PatternPlace(file: file, line: source.line, column: source.column)
    let text = String(decoding: expression, as: UTF8.self)
    guard let expanded = try? library.expand(text, at: place).atStart,
      var pattern = try? GrokPattern(expanded)
    else { return nil }
    let outcome = unsafe line.withUnsafeBufferPointer { unsafe pattern.match($0) }
    return outcome == .match ? pattern.matchedRange?.upperBound : nil
  }
}
