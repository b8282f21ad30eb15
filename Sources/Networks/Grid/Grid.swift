import LinearAlgebra

/// A grid ready for computation: buses by index, admittances in per unit, what is energised.
///
/// Branches follow MATPOWER's model [Zimmerman, Murillo-Sánchez, User's Manual 8.1, section 3.2]: a
/// π line behind an ideal transformer at its `from` end.
package struct Grid: Sendable {
  package let source: GridCase
  /// Bus number to index.
  package let indexOfNumber: [Int: Int]
  /// What is given at each bus in the computation, which may differ from the case (see ``notices``).
  package private(set) var kinds: [BusKind]
  /// Voltage magnitude held at generator and reference buses, per unit.
  package let setpoints: [Double]
  /// Generators in service at energised buses, by bus.
  package let generatorsOfBus: [Int: [Int]]
  package let admittance: Admittance
  /// Islands without a reference bus, and buses of type 4: they carry no voltage.
  package private(set) var isEnergised: [Bool]
  package private(set) var islands: [Island]
  /// What was decided about the case that the user should know.
  package private(set) var notices: [String]

  /// Buses that branches in service connect.
  package struct Island: Sendable {
    package var buses: [Int]
    package var references: [Int]
    package var loadMW: Double
    package var isEnergised: Bool { !references.isEmpty }
  }

  package init(_ source: GridCase) throws(PowerFlowError) {
    self.source = source
    notices = source.notices
    let count = source.buses.count
    var indexOfNumber: [Int: Int] = [:]
    for (index, bus) in source.buses.enumerated() { indexOfNumber[bus.number] = index }
    self.indexOfNumber = indexOfNumber
    kinds = source.buses.map(\.kind)

    var generatorsOfBus: [Int: [Int]] = [:]
    var setpoints = source.buses.map(\.magnitude)
    for (index, generator) in source.generators.enumerated() where generator.isInService {
      guard let bus = indexOfNumber[generator.bus], kinds[bus] != .isolated else { continue }
      if let first = generatorsOfBus[bus]?.first, kinds[bus] != .load,
        source.generators[first].setpoint != generator.setpoint
      {
        notices.append(
          "generators at bus \(generator.bus) hold different voltages; the last one counts")
      }
      generatorsOfBus[bus, default: []].append(index)
      if kinds[bus] != .load { setpoints[bus] = generator.setpoint }
    }
    self.generatorsOfBus = generatorsOfBus
    self.setpoints = setpoints
    for bus in 0..<count where kinds[bus] == .generator && generatorsOfBus[bus] == nil {
      kinds[bus] = .load
    }
    for bus in 0..<count where setpoints[bus] <= 0 && kinds[bus] != .isolated {
      throw .badVoltage(bus: source.buses[bus].number)
    }
    admittance = Admittance(source, indexOfNumber: indexOfNumber)
    isEnergised = kinds.map { $0 != .isolated }
    islands = []
    try settleReferences()
    findIslands()
  }

  package var busCount: Int { source.buses.count }

  /// A reference bus needs a generator; without any, the first generator bus takes its place.
  private mutating func settleReferences() throws(PowerFlowError) {
    for bus in kinds.indices where kinds[bus] == .reference && generatorsOfBus[bus] == nil {
      notices.append("reference bus \(source.buses[bus].number) has no generator in service")
      kinds[bus] = .load
    }
    guard !kinds.contains(.reference) else { return }
    guard let bus = kinds.firstIndex(of: .generator) else { throw .noReference }
    kinds[bus] = .reference
    notices.append("bus \(source.buses[bus].number) serves as reference")
  }

  private mutating func findIslands() {
    let sets = admittance.connectedSets(isPresent: kinds.map { $0 != .isolated })
    islands = sets.map { buses in
      Island(
        buses: buses, references: buses.filter { kinds[$0] == .reference },
        loadMW: buses.reduce(0) { $0 + source.buses[$1].loadMW })
    }
    for island in islands where !island.isEnergised {
      for bus in island.buses { isEnergised[bus] = false }
      let names = island.buses.prefix(3).map { "\(source.buses[$0].number)" }
      notices.append(
        "an island of \(island.buses.count) buses (\(names.joined(separator: ", "))"
          + "\(island.buses.count > 3 ? " …" : "")) has no reference bus and is not energised")
    }
  }
}

/// Why a power flow cannot even begin.
package enum PowerFlowError: Error, Equatable {
  /// No reference bus and no generator that could serve as one.
  case noReference
  /// The voltage that is given for this bus is not positive.
  case badVoltage(bus: Int)
}
