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
    /// What `SOLVER=` on the card asks for, upper case; empty where it says nothing.
    package let solver: String
    /// Modes, or time increments of a fixed size, that its first line asks for; 1 where it says nothing.
    package var count = 1

    package init(name: String, isSteady: Bool = false, solver: String = "") {
      self.name = name
      self.isSteady = isSteady
      self.solver = solver
    }
  }

  /// A body of quadratic tetrahedra or triangles of which only the size is known.
  package init(nodes: Int, of model: StressModel = .solid) {
    self.nodes = nodes
    elements = [model.elementType: model.dimension == 3 ? nodes * 2 / 3 : nodes / 2]
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

  /// What the places tell of the body's shape.
  package struct Shape: Hashable, Sendable {
    /// Sides of the box around it, the longest first.
    package var sides: [Double] = [0, 0, 0]
    /// The share of the box that it fills.
    package var fill = 1.0
    /// The smallest share of the nodes in a cut that leaves a quarter on either side, for each unit of the
    /// cut's thickness.
    package var cut = 0.0
  }

  private static let binsMax = 16.0

  package var shape: Shape {
    var shape = Shape()
    guard let first = places.first else { return shape }
    let low = places.reduce(first, pointwiseMin)
    let span = places.reduce(first, pointwiseMax) - low
    shape.sides = [span.x, span.y, span.z].sorted(by: >)
    guard shape.sides[0] > 0 else { return shape }
    // Cells with three places each on average, were the box full.
    let volume = shape.sides.reduce(1, *)
    let even = cbrt(3 * volume / Double(places.count))
    let cell = min(shape.sides[0] / 2, max(shape.sides[0] / 64, even))
    let occupied = Set(places.map { SIMD3<Int>((($0 - low) / cell).rounded(.down)) }).count
    let all = shape.sides.reduce(1) { $0 * max(1, ($1 / cell).rounded()) }
    shape.fill = min(1, Double(occupied) / all)
    shape.cut =
      (0..<3).compactMap { cut(axis: $0, from: low[$0], length: span[$0], of: shape.sides[0]) }
      .min() ?? 1 / shape.sides[0]
    return shape
  }

  private func cut(axis: Int, from low: Double, length: Double, of longest: Double) -> Double? {
    let count = Int((Self.binsMax * length / longest).rounded())
    guard count >= 4 else { return nil }
    let width = length / Double(count)
    var bins = [Int](repeating: 0, count: count)
    for place in places { bins[min(count - 1, Int((place[axis] - low) / width))] += 1 }
    let total = Double(places.count)
    var below = 0.0
    var smallest: Double?
    for index in bins.indices {
      let middle = below + Double(bins[index]) / 2
      below += Double(bins[index])
      guard middle > total / 4, middle < total * 3 / 4, index > 0, index + 1 < count else {
        continue
      }
      // Smoothed: where the sample falls between layers of nodes is chance.
      let mean = Double(bins[index - 1] + 2 * bins[index] + bins[index + 1]) / 4
      smallest = min(smallest ?? mean, mean)
    }
    return smallest.map { max($0, 1) / (total * width) }
  }
}
