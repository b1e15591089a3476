package import EventStream
internal import Events

/// Single events of a stream, by their offsets: a few, for a person; each costs the reading of a batch.
package enum StoredEvents {
  /// - Returns: Those that are kept, under their offsets; they carry no pattern.
  package static func rows(
    at offsets: [UInt64], of reader: StreamReader
  ) throws(StreamError) -> [UInt64: EventRow] {
    var rows: [UInt64: EventRow] = [:]
    for offset in Set(offsets) where (reader.startOffset..<reader.endOffset).contains(offset) {
      reader.seek(toOffset: offset)
      search: while true {
        switch try reader.next() {
        case .control: continue
        case .gap(_, let to, _): if to > offset { break search }
        case .atEnd: break search
        case .batch(let batch):
          guard let first = batch.firstOffset else { continue }
          let index = Int(clamping: offset) - Int(clamping: first)
          guard index < batch.count else { continue }
          if index >= 0 {
            rows[offset] = EventLookup.row(batch, index, offset: offset, names: reader.names)
          }
          break search
        }
      }
    }
    return rows
  }
}
