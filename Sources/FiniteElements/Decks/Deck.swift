/// A finite element model as a deck describes it, checked and resolved.
package struct Deck: Sendable {
  /// The lines under `*HEADING`.
  package var heading: [String] = []
  package var mesh: Mesh
  package var sections: [Section] = []
  /// The section of each element.
  package var sectionOfElement: [Int] = []
  package var materials: [Material] = []
  package var steps: [Step] = []
  /// What was passed over, or done in another way, without an effect on the result.
  package var notices: [DeckNotice] = []
}

/// One `*STEP`: linear static, with everything that holds at its end.
package struct Step: Sendable {
  /// Counted from 1.
  package let number: Int
  package let place: Place
  /// The step time period, and the time at the step's end.
  package var period = 1.0
  package var endTime = 1.0
  /// Prescribed displacements by degree of freedom (`3 node + direction`, direction 0, 1, 2).
  package var prescribed: [Int: Prescribed] = [:]
  /// Concentrated forces by degree of freedom.
  package var forces: [Int: Double] = [:]
  package var distributed: [DistributedLoad] = []
  package var nodePrints: [NodePrint] = []
  package var elementPrints: [ElementPrint] = []
  package var nodeFile: Set<NodeQuantity> = []
  package var elementFile: Set<ElementFileQuantity> = []
}

package enum Prescribed: Equatable, Sendable {
  case value(Double)
  /// Held where the previous step left it (`*BOUNDARY, FIXED`).
  case held
}

/// A load on the surface or in the volume of elements.
package struct DistributedLoad: Sendable {
  package enum Kind: Equatable, Sendable {
    /// Force per area against face `face` (from 0), positive when it pushes.
    case pressure(face: Int)
    /// Acceleration, size and direction.
    case gravity(SIMD3<Double>)
    /// Square of the angular velocity, about an axis through `point` along the unit `direction`.
    case centrifugal(omegaSquared: Double, point: SIMD3<Double>, direction: SIMD3<Double>)
  }

  package let kind: Kind
  /// Magnitude of a pressure; 1 for the others.
  package let magnitude: Double
  package var elements: [Int]
}

package enum NodeQuantity: String, CaseIterable, Sendable {
  case displacement = "U"
  case force = "RF"
}

package enum ElementPrintQuantity: String, CaseIterable, Sendable {
  case stress = "S"
  case strain = "E"
  case energyDensity = "ENER"
  case volume = "EVOL"
  case energy = "ELSE"
}

package enum ElementFileQuantity: String, CaseIterable, Sendable {
  case stress = "S"
  case strain = "E"
  case energyDensity = "ENER"
}

/// Whether a print request lists its rows, their sums, or both.
package enum Totals: Equatable, Sendable {
  case no, yes, only
}

package struct NodePrint: Sendable {
  package let setName: String
  package let nodes: [Int]
  package let quantities: [NodeQuantity]
  package let totals: Totals
}

package struct ElementPrint: Sendable {
  package let setName: String
  package let elements: [Int]
  package let quantities: [ElementPrintQuantity]
  package let totals: Totals
  /// Stresses and strains in global axes even where the section has an orientation.
  package let global: Bool
}
