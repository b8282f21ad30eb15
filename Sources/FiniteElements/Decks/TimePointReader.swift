/// Times at which results are wanted (`*TIME POINTS`).
package struct TimePoints: Equatable, Sendable {
  /// Ascending.
  package var times: [Double] = []
  /// Whether they count from the first step's beginning, not from the step's own.
  package var isTotalTime = false
}

/// Reads `*TIME POINTS`.
struct TimePointReader {
  private(set) var timePoints: [String: TimePoints] = [:]

  mutating func read(_ cards: [KnownCard], report: inout DeckReport) {
    for known in cards where known.kind == .timePoints { read(known.card, report: &report) }
  }

  private mutating func read(_ card: Card, report: inout DeckReport) {
    guard let name = card["NAME"], !name.isEmpty else {
      report.add(card.place, "*TIME POINTS needs NAME=name")
      return
    }
    let isTotal = card["TIME"].map { $0.filter { $0 != " " } == "TOTALTIME" } ?? false
    var points = TimePoints(isTotalTime: isTotal)
    var lines = DataLines(card)
    while lines.next() {
      if card.has("GENERATE") {
        points.times += generated(lines, report: &report)
      } else {
        for field in 0..<lines.count where !lines.isBlank(field) {
          if let time = lines.real(field) {
            points.times.append(time)
          } else {
            report.add(lines.place, "'\(lines.text(field))' is not a time")
          }
        }
      }
    }
    points.times.sort()
    timePoints[name] = points
  }

  private func generated(_ lines: DataLines, report: inout DeckReport) -> [Double] {
    guard let first = lines.real(0), let last = lines.real(1), let step = lines.real(2),
      step > 0, last >= first
    else {
      report.add(
        lines.place, "GENERATE needs the first time, the last time and the increment",
        fix: "write for example 0., 10., 0.5")
      return []
    }
    let count = Int(((last - first) / step).rounded(.down))
    var times = (0...count).map { first + Double($0) * step }
    if last - (times.last ?? first) > 1e-6 * step { times.append(last) }
    return times
  }
}
