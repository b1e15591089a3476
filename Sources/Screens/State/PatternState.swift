internal import Events
internal import Pipeline

/// What the screen of one pattern remembers.
struct PatternState: Sendable {
  static let exampleCount = 50

  let id: PatternID
  private(set) var detail: PatternDetail?
  private(set) var selected = 0
  private(set) var top = 0

  init(id: PatternID) { self.id = id }

  var examples: [EventRow] { detail?.examples ?? [] }
  var selectedExample: EventRow? { examples.indices.contains(selected) ? examples[selected] : nil }

  mutating func receive(_ detail: PatternDetail) {
    // The event under the cursor stays there when newer ones come above it.
    let offset = selected == 0 ? nil : selectedExample?.offset
    self.detail = detail
    if let offset, let line = detail.examples.firstIndex(where: { $0.offset <= offset }) {
      top += line - selected
      selected = line
    }
  }

  mutating func move(to line: Int) { selected = min(max(line, 0), max(examples.count - 1, 0)) }

  mutating func move(by distance: Int) { move(to: selected + distance) }

  mutating func update(height: Int) {
    move(to: selected)
    top = OverviewState.scrolled(top, to: selected, rows: height, count: examples.count)
  }
}
