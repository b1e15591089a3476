internal import Events

extension CountRings: StateCodable {
  /// Columns, because there are many: the same kind lies side by side.
  func encode(into encoder: inout StateEncoder) {
    let ring = Self.ringPlace..<Self.minutePlace
    let minutes = Self.minutePlace..<(Self.minutePlace + Int(Self.minuteCount))
    encoder.encode(column: column(ring))
    encoder.encode(column: column(minutes))
    encoder.encode(column: column(0..<1))
    encoder.encode(column: column(1..<2))
  }

  /// A part of each row.
  private func column(_ part: Range<Int>) -> [UInt32] {
    var column: [UInt32] = []
    column.reserveCapacity(rowCount * part.count)
    for row in 0..<rowCount {
      let start = row * Self.stride
      column += cells[(start + part.lowerBound)..<(start + part.upperBound)]
    }
    return column
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    let (slots, minuteCount) = (Int(Self.slotCount), Int(Self.minuteCount))
    let ticks = try decoder.decodeColumn(of: UInt32.self)
    let minutes = try decoder.decodeColumn(of: UInt32.self)
    let newest = try decoder.decodeColumn(of: Int32.self)
    let newestMinute = try decoder.decodeColumn(of: Int32.self, count: newest.count)
    guard ticks.count == newest.count * slots, minutes.count == newest.count * minuteCount,
      newest.allSatisfy({ $0 >= 0 }), newestMinute.allSatisfy({ $0 >= 0 })
    else { throw .invalid("rings") }
    cells.reserveCapacity(newest.count * Self.stride)
    for row in newest.indices {
      let ring = ticks[(row * slots)..<((row + 1) * slots)]
      cells.append(UInt32(bitPattern: newest[row]))
      cells.append(UInt32(bitPattern: newestMinute[row]))
      cells.append(ring.reduce(0, &+))
      cells += ring
      cells += minutes[(row * minuteCount)..<((row + 1) * minuteCount)]
      cells.append(0)
    }
  }
}
