/// A finite element model as a deck describes it, checked and resolved.
package struct Deck: Sendable {
  /// The lines under `*HEADING`.
  package var heading: [String] = []
  package var mesh: Mesh
  package var sections: [Section] = []
  /// The section of each element.
  package var sectionOfElement: [Int] = []
  /// The layers of the elements that have several; their section above is that of the bottom one.
  package var laminates: [Int: Laminate] = [:]
  package var materials: [Material] = []
  /// Springs, dashpots and point masses.
  package var discretes: [DiscreteElement] = []
  /// What the solids were before they were expanded; nil when all were solids.
  package var structures: Structures?
  /// How result files show composite shells; nil where there are none.
  package var layering: Layering?
  /// What the nodes behind those of the deck are for.
  package var companions: Companions
  /// The axes that directions at a node refer to, where they are not the global ones.
  package var transforms: [Int: LocalSystem] = [:]
  /// What the model is a sector of; nil when it is whole.
  package var sector: CyclicSector?
  package var steps: [Step] = []
  /// What was passed over, or done in another way, without an effect on the result.
  package var notices: [DeckNotice] = []
  package var physicalConstants = PhysicalConstants()
  /// Initial temperatures by node; zero elsewhere.
  package var initialTemperatures: [Int: Double] = [:]
  /// As ``Step/temperatureGradients``.
  package var initialTemperatureGradients: [Int: SIMD2<Double>] = [:]
  /// Initial values by degree of freedom `3 node + direction`; zero elsewhere.
  package var initialDisplacements: [Int: Double] = [:]
  package var initialVelocities: [Int: Double] = [:]
  package var initialStress = InitialStress()
  /// Damping of the whole model in transient steps.
  package var damping = RayleighDamping()
}

/// One `*STEP`: what is done, and everything that holds in it.
package struct Step: Sendable {
  /// Counted from 1.
  package let number: Int
  package let place: Place
  package var procedure = Procedure.linearStatic(StaticRequest())
  /// Whether the loads are a perturbation of the state that the previous step left.
  package var isPerturbation = false
  /// The step time period, and the time at the step's end.
  package var period = 1.0
  package var endTime = 1.0
  /// What ties freedoms together in this step.
  package var constraints: [LinearConstraint] = []
  /// What ties temperatures together; freedoms are nodes.
  package var temperatureConstraints: [LinearConstraint] = []
  /// Prescribed displacements by degree of freedom (`3 node + direction`, direction 0, 1, 2).
  package var prescribed: [Int: Prescribed] = [:]
  package var forces: [PointLoad] = []
  package var distributed: [DistributedLoad] = []
  package var nodePrints: [NodePrint] = []
  package var elementPrints: [ElementPrint] = []
  package var sectionPrints: [SectionPrint] = []
  package var nodeFile: Set<NodeQuantity> = []
  /// Whether `.frd` files show structural elements expanded (`OUTPUT=3D`); nil when not said.
  package var showsExpanded: Bool?
  /// Whether `.frd` files give forces in sections of beams in place of stresses.
  package var writesSectionForces = false
  package var elementFile: Set<ElementFileQuantity> = []
  /// Prescribed temperatures of heat transfer, by node.
  package var prescribedTemperatures: [Int: Prescribed] = [:]
  /// Given temperatures of mechanical steps (`*TEMPERATURE`), by node.
  package var temperatures: [Int: Prescribed] = [:]
  /// Whether nodes without a given temperature return to the initial one (`*TEMPERATURE, OP=NEW`).
  var returnsToInitialTemperatures = false
  /// How they rise through the thickness of shells and in the directions 2 and 1 of beams, by node.
  package var temperatureGradients: [Int: SIMD2<Double>] = [:]
  /// Heat flows into nodes; the freedom is the node.
  package var heatFlows: [PointLoad] = []
  package var heatLoads: [HeatLoad] = []
  /// The nodes that `NSET=` on `*NODE FILE` and on `*EL FILE` chooses; nil for all.
  package var nodeFileNodes: [Int]?
  package var elementFileNodes: [Int]?
  /// Whether `*NODE FILE` asks for vectors in the axes of the nodes (`GLOBAL=NO`).
  package var nodeFileIsLocal = false
  /// Whether `*EL FILE` asks for tensors in the axes of the sections (`GLOBAL=NO`).
  package var elementFileIsLocal = false
  /// How loads without an amplitude change; nil when the procedure decides.
  package var loadCourse: LoadCourse?
  /// Which increments are printed, and which go to the result file.
  package var printSchedule = OutputSchedule()
  package var fileSchedule = OutputSchedule()
  /// More increments than these are an error (`*STEP, INC=`).
  package var incrementLimit = 100
  package var modalDamping = ModalDamping.none
  /// Prescribed imaginary parts of harmonic displacements (`LOAD CASE=2`).
  package var imaginaryPrescribed: [Int: Prescribed] = [:]
  /// Freedoms whose prescribed values are harmonic accelerations.
  package var acceleratedFreedoms: Set<Int> = []
}

/// Which increments of a step are written.
package struct OutputSchedule: Equatable, Sendable {
  /// Every so many increments, and the last one; 0 stands for none.
  package var frequency = 1
  /// Only at these times, when given.
  package var timePoints: TimePoints?
}

package enum Prescribed: Equatable, Sendable {
  case value(Double, TimeCourse = .byProcedure)
  /// Held where the previous step left it (`*BOUNDARY, FIXED`).
  case held
}

/// A force on a degree of freedom, or a heat flow into a node.
package struct PointLoad: Equatable, Sendable {
  package let freedom: Int
  package var value: Double
  package let course: TimeCourse
  /// Whether it is the imaginary part of a harmonic load (`LOAD CASE=2`).
  package let isImaginary: Bool

  package init(
    freedom: Int, value: Double, course: TimeCourse = .byProcedure, isImaginary: Bool = false
  ) {
    self.freedom = freedom
    self.value = value
    self.course = course
    self.isImaginary = isImaginary
  }
}

/// A load on the surface or in the volume of elements.
package struct DistributedLoad: Sendable {
  package enum Kind: Equatable, Sendable {
    /// Force per area against face `face` (from 0), positive when it pushes.
    case pressure(face: Int)
    /// Force per area of face `face` (from 0) along a unit direction.
    case traction(face: Int, direction: SIMD3<Double>)
    /// Acceleration, size and direction.
    case gravity(SIMD3<Double>)
    /// Square of the angular velocity, about an axis through `point` along the unit `direction`.
    case centrifugal(omegaSquared: Double, point: SIMD3<Double>, direction: SIMD3<Double>)
  }

  package let kind: Kind
  /// Magnitude of a pressure; 1 for the others.
  package let magnitude: Double
  package var elements: [Int]
  /// Point masses that weight and centrifugal force act on, by their place among the discretes.
  package var masses: [Int] = []
  package var course = TimeCourse.byProcedure
  /// Whether it is the imaginary part of a harmonic load (`LOAD CASE=2`).
  package var isImaginary = false
  /// A further factor: what an amplitude came to in the step that gave the load.
  package var carried = 1.0
}

extension Step {
  /// Whether the estimated error of the stress is written.
  package var writesStressError: Bool {
    elementFile.contains(.error)
      || (elementFile.contains(.stress) && !elementFile.contains(.noError))
  }
}

package enum NodeQuantity: String, CaseIterable, Sendable {
  case displacement = "U"
  case force = "RF"
  case temperature = "NT"
  case heatFlow = "RFL"
  case velocity = "V"
  case phase = "PU"
}

package enum ElementPrintQuantity: String, CaseIterable, Sendable {
  case stress = "S"
  case strain = "E"
  case mechanicalStrain = "ME"
  case heatFlux = "HFL"
  case energyDensity = "ENER"
  case bodyHeat = "EBHE"
  case volume = "EVOL"
  case energy = "ELSE"
  case kineticEnergy = "ELKE"
  case coordinates = "COORD"
  case mass = "EMAS"
}

package enum ElementFileQuantity: String, CaseIterable, Sendable {
  case stress = "S"
  case strain = "E"
  case mechanicalStrain = "ME"
  case thermalStrain = "THE"
  case heatFlux = "HFL"
  case energyDensity = "ENER"
  /// Sizes and phases of the stresses of a harmonic response.
  case phase = "PHS"
  /// The estimated error of the stress, which stresses bring along unless `NOE` is asked for.
  case error = "ERR"
  case noError = "NOE"
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
  /// Whether vectors are in global axes even where the nodes have their own.
  package var global = false
  /// Its place among all prints, in the order of their cards.
  package var order = 0
}

package struct ElementPrint: Sendable {
  package let setName: String
  package let elements: [Int]
  /// The numbers of springs, dashpots, masses and references of couplings in the set.
  package let specials: [Int]
  package let quantities: [ElementPrintQuantity]
  package let totals: Totals
  /// Stresses and strains in global axes even where the section has an orientation.
  package let global: Bool
  /// Its place among all prints, in the order of their cards.
  package var order = 0
}
