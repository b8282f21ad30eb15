import Glibc

/// What a glance at a deck tells about the work in it: counts, places, and which cards there are.
package struct DeckOutline: Hashable, Sendable {
  /// Lines of *NODE.
  package private(set) var nodes = 0
  /// Elements by the type on *ELEMENT, upper case.
  package var elements: [String: Int] = [:]
  /// Procedure cards in order.
  package var procedures: [Procedure] = []
  /// Whether cards tie displacements to each other, or add springs, masses and the like.
  package var hasConstraints = false
  /// Places of some nodes, evenly spread over the lines.
  private var places: [SIMD3<Double>] = []
  /// One of so many nodes is among the places.
  private var stride = 1

  private static let placesMax = 4096

  package struct Procedure: Hashable, Sendable {
    /// Without asterisk and blanks, upper case: "STATIC", "HEATTRANSFER".
    package let name: String
    /// "STEADYSTATE" on the card.
    package let isSteady: Bool
    /// Modes, or time increments of a fixed size, that its first line asks for; 1 where it says nothing.
    package var count = 1

    package init(name: String, isSteady: Bool = false) {
      self.name = name
      self.isSteady = isSteady
    }
  }

  /// A body of quadratic solids of which only the size is known.
  package init(nodes: Int) {
    self.nodes = nodes
    elements = ["C3D10": nodes * 2 / 3]
  }

  package init() {}

  /// Counts a node; `place` is asked for only where it is wanted.
  package mutating func addNode(_ place: () -> SIMD3<Double>?) {
    if nodes % stride == 0, let place = place() { keep(place) }
    nodes += 1
  }

  private mutating func keep(_ place: SIMD3<Double>) {
    places.append(place)
    guard places.count > Self.placesMax else { return }
    places = Swift.stride(from: 0, to: places.count, by: 2).map { places[$0] }
    stride *= 2
  }

  package static func + (one: DeckOutline, other: DeckOutline) -> DeckOutline {
    var sum = one
    sum.nodes += other.nodes
    sum.elements.merge(other.elements, uniquingKeysWith: +)
    sum.procedures += other.procedures
    sum.hasConstraints = one.hasConstraints || other.hasConstraints
    for place in other.places { sum.keep(place) }
    return sum
  }

  /// Sides of the box around the places, the longest first, and the share of it that they fill.
  package var extent: (sides: [Double], fill: Double) {
    guard let first = places.first else { return ([0, 0, 0], 1) }
    let low = places.reduce(first, pointwiseMin)
    let span = places.reduce(first, pointwiseMax) - low
    let sides = [span.x, span.y, span.z].sorted(by: >)
    guard sides[0] > 0 else { return (sides, 1) }
    let cell = sides[0] / Double(min(16, max(2, cbrt(Double(places.count)))))
    let occupied = Set(places.map { SIMD3<Int>((($0 - low) / cell).rounded(.down)) }).count
    let all = sides.reduce(1) { $0 * ($1 / cell).rounded(.up) }
    return (sides, min(1, Double(occupied) / max(all, 1)))
  }
}
