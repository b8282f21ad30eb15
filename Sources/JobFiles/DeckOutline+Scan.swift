import Catalogue
import Glibc

extension DeckOutline {
  /// Counts without understanding: the solver reads decks for real, this must only be quick.
  package init(scanning text: [UInt8]) {
    self.init()
    var scan = OutlineScan()
    // Sound: every range lies inside the array, which lives through the call; memchr gets the count of
    // bytes from its start to the end of the text.
    unsafe text.withUnsafeBytes { all in
      guard let base = all.baseAddress else { return }
      var start = 0
      while start < all.count {
        let line = unsafe base + start
        let rest = all.count - start
        let length =
          unsafe memchr(line, 0x0A, rest).map { unsafe UnsafeRawPointer($0) - line } ?? rest
        let first = unsafe all[start]
        if first == UInt8(ascii: "*") {
          if length > 1, unsafe all[start + 1] != UInt8(ascii: "*") {
            scan.begin(card: text[start..<(start + length)], in: &self)
          }
        } else if length > 0 {
          scan.count(text, start..<(start + length), in: &self)
        }
        start += length + 1
      }
    }
  }
}

/// The block of lines in which a scan is.
private struct OutlineScan {
  private enum Block { case other, nodes, elements(String), procedure }

  private var block = Block.other

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
      let solver = words.first { $0.hasPrefix("SOLVER=") }.map { String($0.dropFirst(7)) }
      outline.procedures.append(
        DeckOutline.Procedure(
          name: card, isSteady: words.contains("STEADYSTATE"), solver: solver ?? ""))
      block = .procedure
    } else if Self.constraints.contains(card) {
      outline.hasConstraints = true
    }
  }

  mutating func count(_ text: [UInt8], _ line: Range<Int>, in outline: inout DeckOutline) {
    switch block {
    case .other: return
    case .nodes: outline.addNode { place(text[line]) }
    case .elements(let type):
      // A line that ends with a comma goes on in the next one.
      var last = line.upperBound - 1
      while last > line.lowerBound, text[last] <= 0x20 { last -= 1 }
      if text[last] != UInt8(ascii: ",") { outline.elements[type, default: 0] += 1 }
    case .procedure:
      block = .other
      guard let procedure = outline.procedures.last else { return }
      outline.procedures[outline.procedures.count - 1].count =
        Self.count(of: procedure.name, numbers(text[line]))
    }
  }

  private static func count(of procedure: String, _ numbers: [Double]) -> Int {
    guard let first = numbers.first, first > 0 else { return 1 }
    if procedure == "FREQUENCY" || procedure == "BUCKLE" { return Int(min(first, 1e6)) }
    guard numbers.count > 1, numbers[1] > first else { return 1 }
    return Int(min((numbers[1] / first).rounded(.up), 1e9))
  }

  private func place(_ line: ArraySlice<UInt8>) -> SIMD3<Double>? {
    let found = numbers(line)
    guard found.count > 1, found.allSatisfy(\.isFinite) else { return nil }
    return SIMD3(found[1], found.count > 2 ? found[2] : 0, found.count > 3 ? found[3] : 0)
  }

  private func numbers(_ line: ArraySlice<UInt8>) -> [Double] {
    line.split(separator: UInt8(ascii: ",")).prefix(4).compactMap { word in
      Double(String(decoding: word.filter { $0 > 0x20 }, as: UTF8.self))
    }
  }
}
