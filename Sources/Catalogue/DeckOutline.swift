/// What a glance at a deck tells about the work in it: counts, and which cards there are.
package struct DeckOutline: Hashable, Sendable {
  /// Lines of *NODE.
  package var nodes = 0
  /// Elements by the type on *ELEMENT, upper case.
  package var elements: [String: Int] = [:]
  /// Procedure cards in order, without the asterisk, upper case: "STATIC", "HEAT TRANSFER".
  package var procedures: [Procedure] = []
  /// Whether cards tie displacements to each other, or add springs, masses and the like.
  package var hasConstraints = false
  /// Sides of the box around the nodes, from a sample of them.
  package var low: SIMD3<Double> = .init(repeating: .infinity)
  package var high: SIMD3<Double> = .init(repeating: -.infinity)

  package struct Procedure: Hashable, Sendable {
    package var name: String
    /// Time increments of a fixed size, or modes, that its first line asks for; 1 where it says nothing.
    package var count = 1

    package init(name: String) { self.name = name }
  }

  package init() {}

  package static func + (one: DeckOutline, other: DeckOutline) -> DeckOutline {
    var sum = one
    sum.nodes += other.nodes
    sum.elements.merge(other.elements, uniquingKeysWith: +)
    sum.procedures += other.procedures
    sum.hasConstraints = one.hasConstraints || other.hasConstraints
    sum.low = pointwiseMin(one.low, other.low)
    sum.high = pointwiseMax(one.high, other.high)
    return sum
  }

  /// Longest side of the box first.
  package var sides: [Double] {
    let span = high - low
    return [span.x, span.y, span.z].map { $0.isFinite ? max($0, 0) : 0 }.sorted(by: >)
  }
}
