@testable import FiniteElements

/// A block of C3D8 elements as deck text, for tests of what ties blocks together.
struct BarDeck {
  let cells: SIMD3<Int>
  let size: SIMD3<Double>
  var origin = SIMD3<Double>()
  /// Added to all node and element numbers.
  var offset = 0

  private var counts: SIMD3<Int> { cells &+ SIMD3(1, 1, 1) }

  /// The number of the node in a place of the grid.
  func node(_ i: Int, _ j: Int, _ k: Int) -> Int {
    offset + 1 + i + counts.x * (j + counts.y * k)
  }

  /// The nodes for which `isWanted` says so of their place in the grid.
  func nodes(_ isWanted: (SIMD3<Int>) -> Bool) -> [Int] {
    places.filter(isWanted).map { node($0.x, $0.y, $0.z) }
  }

  private var places: [SIMD3<Int>] {
    (0..<counts.z).flatMap { k in
      (0..<counts.y).flatMap { j in (0..<counts.x).map { SIMD3($0, j, k) } }
    }
  }

  /// The place of a node in space.
  func position(_ place: SIMD3<Int>) -> SIMD3<Double> {
    origin + size * SIMD3<Double>(place) / SIMD3<Double>(cells)
  }

  /// `*NODE` and `*ELEMENT`, the elements in set EALL.
  var mesh: String {
    var text = "*NODE\n"
    for place in places {
      let at = position(place)
      text += "\(node(place.x, place.y, place.z)), \(at.x), \(at.y), \(at.z)\n"
    }
    text += "*ELEMENT, TYPE=C3D8, ELSET=EALL\n"
    for (number, place) in cellPlaces.enumerated() {
      let corners = [
        (0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0), (0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 1),
      ].map { node(place.x + $0.0, place.y + $0.1, place.z + $0.2) }
      text += "\(offset + 1 + number), " + corners.map(String.init).joined(separator: ", ") + "\n"
    }
    return text
  }

  private var cellPlaces: [SIMD3<Int>] {
    (0..<cells.z).flatMap { k in
      (0..<cells.y).flatMap { j in (0..<cells.x).map { SIMD3($0, j, k) } }
    }
  }

  /// The elements at the end (or the beginning) along x.
  func endElements(atStart: Bool = false) -> [Int] {
    cellPlaces.enumerated().filter { $0.element.x == (atStart ? 0 : cells.x - 1) }
      .map { offset + 1 + $0.offset }
  }

  static func set(_ name: String, _ members: [Int]) -> String {
    "*NSET, NSET=\(name)\n" + members.map { "\($0),\n" }.joined()
  }

  static func surface(_ name: String, _ elements: [Int], _ face: String) -> String {
    "*SURFACE, NAME=\(name)\n" + elements.map { "\($0), \(face)\n" }.joined()
  }

  static func material(poisson: Double = 0.3) -> String {
    """
    *MATERIAL, NAME=M
    *ELASTIC
    1000., \(poisson)
    *DENSITY
    0.1
    *SOLID SECTION, ELSET=EALL, MATERIAL=M

    """
  }

  /// A deck's first step, and the place of each number of a node.
  static func solve(_ text: String) throws -> (frame: Frame, deck: Deck) {
    let deck = try Decks.parse(text)
    return (try Bodies.solve(deck), deck)
  }
}

extension Frame {
  /// The displacement of the node with a number.
  func displacement(_ label: Int, _ deck: Deck) -> SIMD3<Double> { at(label, displacements, deck) }

  /// The printed force at the node with a number.
  func force(_ label: Int, _ deck: Deck) -> SIMD3<Double> { at(label, internalForces, deck) }

  private func at(_ label: Int, _ field: [Double], _ deck: Deck) -> SIMD3<Double> {
    guard let node = LabelIndex(deck.mesh.nodeLabels)[label] else { return SIMD3(repeating: .nan) }
    return SIMD3(field[3 * node], field[3 * node + 1], field[3 * node + 2])
  }
}
