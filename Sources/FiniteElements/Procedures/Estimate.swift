/// What a solution will take, from facts that are known before it begins.
///
/// An upper estimate: a compact block of bricks needs it, a thin-walled part a third of the memory and
/// a seventh of the time. Constants measured on quadratic bricks and tetrahedra of 50 000 to 300 000
/// equations; the growth n^4/3 and n^2 is that of nested dissection in space [George 1973].
package struct Estimate: Equatable, Sendable {
  package let seconds: Double
  package let bytes: Int

  /// - Parameters:
  ///   - nodes: nodes of the mesh.
  ///   - elements: elements of the mesh.
  ///   - threads: threads that the factorisation may use.
  package init(nodes: Int, elements: Int, threads: Int) {
    let equations = 3 * Double(nodes)
    let factorEntries = 30 * equations * equations.cubeRoot
    let operations = 28 * equations * equations
    let rate = 25e9 * Double(max(threads, 1)).squareRoot()
    seconds = 0.05 + operations / rate + 2e-5 * Double(nodes) + 1e-5 * Double(elements)
    bytes = Int(50e6 + 8 * factorEntries + 14_000 * Double(nodes) + 1_000 * Double(elements))
  }
}

extension Double {
  /// By Newton's method, to a relative error below 1e-12 for numbers above 1.
  fileprivate var cubeRoot: Double {
    var root = Double(sign: .plus, exponent: exponent / 3, significand: 1)
    guard self > 0 else { return 0 }
    for _ in 0..<8 { root -= (root * root * root - self) / (3 * root * root) }
    return root
  }
}

extension Deck {
  /// How many nodes and elements a file defines, counted without reading it; included files are not
  /// followed.
  package static func meshSize(in bytes: [UInt8]) -> (nodes: Int, elements: Int) {
    var size = (nodes: 0, elements: 0)
    var lines = LineScanner(bytes: bytes)
    var counting = CountedCard.other
    var fields = 0
    while let line = lines.next() {
      switch (line.kind, counting) {
      case (.keyword, _):
        counting = CountedCard(Card(keywordLine: Array(bytes[line.bytes]), place: .nowhere))
        fields = 0
      case (.data, .nodes): size.nodes += 1
      case (.data, .elements(let perElement)):
        fields += bytes[line.bytes].split(separator: Ascii.comma).count {
          !$0.allSatisfy(Ascii.isBlank)
        }
        size.elements += fields / perElement
        fields %= perElement
      case (.data, .other), (.blank, _), (.comment, _): continue
      }
    }
    return size
  }
}

/// The cards that make a mesh.
private enum CountedCard {
  case nodes
  case elements(fields: Int)
  case other

  init(_ card: Card) {
    switch card.word {
    case "NODE": self = .nodes
    case "ELEMENT":
      self = .elements(fields: 1 + (ElementKind(name: card["TYPE"] ?? "")?.nodeCount ?? 8))
    default: self = .other
    }
  }
}

extension Place {
  /// For cards that are looked at, not reported on.
  static let nowhere = Place(file: "", line: 0)
}
