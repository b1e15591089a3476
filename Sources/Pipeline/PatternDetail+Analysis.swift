internal import Events
internal import Patterns

extension PatternDetail {
  /// What the analysis knows of a pattern now; examples are found by whoever can read the stream.
  init(of pattern: PatternID, in analysis: Analysis) {
    let miner = analysis.miner
    self.init(
      pattern: miner.resolve(pattern),
      variables: miner.variables(pattern).map { statistics in
        Variable(
          type: statistics.type, name: statistics.name, distinctCount: statistics.distinctCount,
          distinctIsExact: statistics.distinctIsExact, topValues: statistics.topValues,
          quantiles: statistics.quantiles)
      },
      examples: [], expression: miner.expression(pattern), grok: miner.grok(pattern))
    mergedTemplates = miner.children(pattern).map(\.template)
    isPinned = miner.isPinned(pattern)
  }
}
