/// A factor on loads that depends on time (`*AMPLITUDE`): a table, linear between its points.
package struct Amplitude: Equatable, Sendable {
  package struct Point: Equatable, Sendable {
    package let time: Double
    package let value: Double
  }

  package let isTotalTime: Bool
  /// Times ascend.
  package let points: [Point]

  package func value(at time: Double) -> Double {
    guard let next = points.firstIndex(where: { $0.time >= time }) else {
      return points.last?.value ?? 0
    }
    guard next > 0, points[next].time > time else { return points[next].value }
    let (a, b) = (points[next - 1], points[next])
    return a.value + (b.value - a.value) * (time - a.time) / (b.time - a.time)
  }
}

/// Reads `*AMPLITUDE`.
struct AmplitudeReader {
  private(set) var amplitudes: [String: Amplitude] = [:]

  mutating func read(_ cards: [KnownCard], report: inout DeckReport) {
    for card in cards where card.kind == .amplitude { read(card.card, report: &report) }
  }

  private mutating func read(_ card: Card, report: inout DeckReport) {
    guard let name = card["NAME"], !name.isEmpty else {
      report.add(card.place, "*AMPLITUDE needs NAME=name")
      return
    }
    if let time = card["TIME"], time.filter({ $0 != " " }) != "TOTALTIME" {
      report.add(card.place, "*AMPLITUDE: TIME=\(time) is not known", fix: "use TOTAL TIME")
    }
    let shift = (
      x: number(card, "SHIFTX", report: &report), y: number(card, "SHIFTY", report: &report)
    )
    var points: [Amplitude.Point] = []
    var lines = DataLines(card)
    while lines.next() {
      for field in stride(from: 0, to: lines.count, by: 2) where !lines.isBlank(field) {
        guard let time = lines.real(field), let value = lines.real(field + 1),
          time + shift.x > points.last?.time ?? -.infinity
        else {
          report.add(
            lines.place, "*AMPLITUDE needs pairs of time and value, times ascending",
            fix: "write for example 0., 0., 1., 1.")
          return
        }
        points.append(Amplitude.Point(time: time + shift.x, value: value + shift.y))
      }
    }
    amplitudes[name] = Amplitude(isTotalTime: card["TIME"] != nil, points: points)
  }

  /// What is added to all times or values; zero when it is not said.
  private func number(_ card: Card, _ name: String, report: inout DeckReport) -> Double {
    guard let text = card[name] else { return 0 }
    let bytes = Array(text.utf8)
    if let value = NumberParsing.real(bytes, 0..<bytes.count) { return value }
    report.add(card.place, "*AMPLITUDE: \(name)=\(text) is not a number")
    return 0
  }
}
