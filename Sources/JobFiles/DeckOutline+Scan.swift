import Catalogue

extension DeckOutline {
  /// Counts without understanding: the solver reads decks for real, this must only be quick.
  package init(scanning text: [UInt8]) {
    self.init()
    var scan = Scan()
    var start = 0
    while start < text.count {
      var end = start
      while end < text.count, text[end] != 0x0A { end += 1 }
      if text[start] == UInt8(ascii: "*") {
        if end - start > 1, text[start + 1] != UInt8(ascii: "*") {
          scan.begin(card: text[start..<end], in: &self)
        }
      } else if end > start {
        scan.count(text, start, end, in: &self)
      }
      start = end + 1
    }
  }
}

/// Where a scan is.
private struct Scan {
  private enum Block { case other, nodes, elements(String), procedure }

  private var block = Block.other

  /// One of so many nodes is looked at for its place.
  private static let stride = 16
  private static let procedures: Set<String> = [
    "STATIC", "FREQUENCY", "BUCKLE", "HEATTRANSFER", "COUPLEDTEMPERATURE-DISPLACEMENT",
    "UNCOUPLEDTEMPERATURE-DISPLACEMENT", "DYNAMIC", "MODALDYNAMIC", "STEADYSTATEDYNAMICS",
  ]
  private static let constraints: Set<String> = [
    "EQUATION", "MPC", "TIE", "COUPLING", "DISTRIBUTINGCOUPLING", "RIGIDBODY", "SPRING", "DASHPOT",
    "MASS", "PRE-TENSIONSECTION", "CYCLICSYMMETRYMODEL", "TRANSFORM",
  ]

  mutating func begin(card line: ArraySlice<UInt8>, in outline: inout DeckOutline) {
    let words = line.dropFirst().split(separator: UInt8(ascii: ",")).map { word in
      String(decoding: word.filter { $0 > 0x20 }, as: UTF8.self).uppercased()
    }
    block = .other
    guard let card = words.first else { return }
    if card == "NODE" {
      block = .nodes
    } else if card == "ELEMENT" {
      let type = words.first { $0.hasPrefix("TYPE=") }.map { String($0.dropFirst(5)) }
      block = .elements(type ?? "")
    } else if Self.procedures.contains(card) {
      var procedure = DeckOutline.Procedure(name: card)
      if words.contains("STEADYSTATE") { procedure.name += " STEADYSTATE" }
      outline.procedures.append(procedure)
      block = .procedure
    } else if Self.constraints.contains(card) {
      outline.hasConstraints = true
    }
  }

  mutating func count(
    _ text: [UInt8], _ start: Int, _ end: Int, in outline: inout DeckOutline
  ) {
    switch block {
    case .other: return
    case .nodes:
      if outline.nodes % Self.stride == 0 { include(text[start..<end], in: &outline) }
      outline.nodes += 1
    case .elements(let type):
      // A line that ends with a comma goes on in the next one.
      var last = end - 1
      while last > start, text[last] <= 0x20 { last -= 1 }
      if text[last] != UInt8(ascii: ",") { outline.elements[type, default: 0] += 1 }
    case .procedure:
      block = .other
      guard var procedure = outline.procedures.popLast() else { return }
      procedure.count = Self.count(of: procedure.name, numbers(text[start..<end]))
      outline.procedures.append(procedure)
    }
  }

  private static func count(of procedure: String, _ numbers: [Double]) -> Int {
    guard let first = numbers.first, first > 0 else { return 1 }
    if procedure == "FREQUENCY" || procedure == "BUCKLE" { return Int(min(first, 1e6)) }
    guard numbers.count > 1, numbers[1] > first else { return 1 }
    return Int(min((numbers[1] / first).rounded(.up), 1e9))
  }

  private func include(_ line: ArraySlice<UInt8>, in outline: inout DeckOutline) {
    let found = numbers(line)
    guard found.count > 1 else { return }
    let place = SIMD3(
      found[1], found.count > 2 ? found[2] : 0, found.count > 3 ? found[3] : 0)
    outline.low = pointwiseMin(outline.low, place)
    outline.high = pointwiseMax(outline.high, place)
  }

  private func numbers(_ line: ArraySlice<UInt8>) -> [Double] {
    line.split(separator: UInt8(ascii: ",")).prefix(4).compactMap { word in
      Double(String(decoding: word.filter { $0 > 0x20 }, as: UTF8.self))
    }
  }
}
