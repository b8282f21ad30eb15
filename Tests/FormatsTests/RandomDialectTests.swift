import Base
import Testing

@testable import Formats

/// A random table written in a random way, and what must be read from it.
private struct RandomTable {
  var text = ""
  var columns: [Column] = []
  var values: [[Double]] = []

  init(_ generator: inout SplitMix64) {
    let separator = ["\t", ";", ",", "|", " ", "  "].randomElement(using: &generator) ?? ","
    let comma = separator != "," && Bool.random(using: &generator)
    let lineEnd = Bool.random(using: &generator) ? "\n" : "\r\n"
    let width = Int.random(in: 2...6, using: &generator)
    let rows = Int.random(in: 3...40, using: &generator)
    let style = Int.random(in: 0...3, using: &generator)
    let isQuoted = Bool.random(using: &generator) && !separator.contains(" ")
    if Bool.random(using: &generator) { text += "\u{FEFF}" }
    if Bool.random(using: &generator) { text += "# a table that a random test has written" + lineEnd }
    let units = (0..<width).map { _ in
      ["N", "mm", "m/s^2", "%"].randomElement(using: &generator) ?? ""
    }
    columns = (0..<width).map {
      Column("c\($0)x", unit: style == 0 || style == 3 ? nil : units[$0])
    }
    if style == 3 { columns = Heading.numbered(width) }
    func line(_ cells: [String]) {
      text += cells.map { isQuoted ? "\"\($0)\"" : $0 }.joined(separator: separator) + lineEnd
    }
    switch style {
    case 0: line(columns.map(\.name))
    case 1: line(columns.map { "\($0.name)[\($0.unit ?? "")]" })
    case 2:
      line(columns.map(\.name))
      line(columns.map { $0.unit ?? "" })
    default: break
    }
    values = (0..<width).map { _ in [] }
    for row in 0..<rows {
      var cells: [String] = []
      for column in 0..<width {
        let (value, cell) = Self.value(&generator, canMiss: row > 3, comma: comma)
        values[column].append(value)
        cells.append(cell)
      }
      line(cells)
    }
    if Bool.random(using: &generator) { text += lineEnd }
  }

  private static func value(
    _ generator: inout SplitMix64, canMiss: Bool, comma: Bool
  ) -> (Double, String) {
    if canMiss, Int.random(in: 0..<15, using: &generator) == 0 { return (.nan, "NA") }
    // A fraction of a few digits, so that no cell looks like thousands.
    let number = Double(Int.random(in: -99_999...99_999, using: &generator)) / 100
    let value =
      Int.random(in: 0..<4, using: &generator) == 0
      ? number * 1e-20 : Bool.random(using: &generator) ? number : number.rounded()
    let text = "\(value)"
    return (value, comma ? String(text.map { $0 == "." ? "," : $0 }) : text)
  }
}

@Suite struct RandomDialectTests {
  @Test("a random table in a random dialect is read as it was meant")
  func roundTrip() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var generator = SplitMix64(seed: seed)
    for round in 0..<500 {
      let meant = RandomTable(&generator)
      let read: Columns
      do {
        read = try TableFile(meant.text).read()
      } catch {
        Issue.record("seed \(seed), round \(round): \(error)\n\(meant.text.prefix(300))")
        return
      }
      let isRight =
        read.columns == meant.columns && zip(read.values, meant.values).allSatisfy { same($0, $1) }
      #expect(isRight, "seed \(seed), round \(round): \(read.columns)\n\(meant.text.prefix(300))")
      if !isRight { return }
    }
  }
}
