extension EventBatch {
  /// The longest runs of events of which `isInside` is true, told of each with its index.
  package func runs(where isInside: (EventRecord, Int) -> Bool) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start: Int?
    for index in 0..<count {
      // SAFETY: `index` lies below the count.
      let belongs = unsafe isInside(records[index], index)
      if belongs, start == nil { start = index }
      if !belongs, let begin = start {
        runs.append(begin..<index)
        start = nil
      }
    }
    if let start { runs.append(start..<count) }
    return runs
  }
}
