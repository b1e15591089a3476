/// Which rows every screen keeps for what: header above, ruler and footer below, the body between.
struct FrameLayout: Equatable {
  static let leastColumns = 60
  static let leastRows = 15

  let columns: Int
  let rows: Int
  /// Something that must be known takes the row below the crumbs.
  let hasBanner: Bool

  var isUsable: Bool { columns >= Self.leastColumns && rows >= Self.leastRows }
  /// Room for column heads, time labels and second lines.
  var isRoomy: Bool { rows >= 32 }
  var isSmall: Bool { rows < 20 }
  var isWide: Bool { columns >= 100 }
  var isNarrow: Bool { columns < 80 }

  var bodyTop: Int { hasBanner ? 3 : 2 }
  var rulerRows: Int { isRoomy ? 3 : isSmall ? 1 : 2 }
  var rulerTop: Int { rows - 1 - rulerRows }
  var footer: Int { rows - 1 }
  /// Rows from `bodyTop` to the ruler.
  var bodyRows: Int { max(rulerTop - bodyTop, 0) }
}

/// Which rows the overview keeps for what.
struct OverviewLayout: Equatable {
  let frame: FrameLayout
  /// Lines of the services' part, that of all included.
  let serviceRows: Int
  /// Rule and column heads above it, the line of the newest anomaly below it.
  let hasServiceHead: Bool
  let previewRows: Int

  /// - Parameter panelRows: Rows above the ruler that something else takes, instead of the preview.
  init(frame: FrameLayout, serviceCount: Int, panelRows: Int = 0) {
    self.frame = frame
    hasServiceHead = frame.isRoomy
    previewRows = panelRows > 0 ? panelRows : frame.isSmall ? 0 : frame.isRoomy ? 3 : 2
    let most = frame.isRoomy ? max(6, frame.rows / 5) : frame.isSmall ? 3 : 6
    serviceRows = min(serviceCount + 1, most)
  }

  var serviceTop: Int { frame.bodyTop + (hasServiceHead ? 2 : 0) }
  var anomalyRow: Int? { hasServiceHead ? serviceTop + serviceRows : nil }
  var patternRule: Int { serviceTop + serviceRows + (hasServiceHead ? 1 : 0) }
  var patternHead: Int { patternRule + 1 }
  var patternTop: Int { patternRule + 2 }
  var previewTop: Int { frame.rulerTop - previewRows }
  var patternRows: Int { max(previewTop - patternTop, 0) }
}
