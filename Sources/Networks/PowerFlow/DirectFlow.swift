import LinearAlgebra

/// The direct-current approximation: no losses, magnitudes of one, small angles
/// [Stott, Jardim, Alsaç 2009, IEEE Trans. Power Syst. 24(3); shifts and ratios as MATPOWER's makeBdc].
package struct DirectFlow: Sendable {
  /// Radians, by index of the bus; not a number where nothing is energised.
  package let angles: [Double]
  /// Flow into each branch in service at its `from` end, MW, in the order of `Admittance.branches`.
  package let flowsMW: [Double]
  /// What each reference bus feeds in, MW, by index of the bus.
  package let referenceMW: [Int: Double]

  package init(_ grid: Grid, _ injections: Injections) throws(SparseLUError) {
    let count = grid.busCount
    let unknown = (0..<count).map { grid.isEnergised[$0] && grid.kinds[$0] != .reference }
    let pattern = JacobianPattern(
      grid.admittance, angleBuses: unknown, magnitudeBuses: unknown.map { _ in false })
    var factors = try SparseLU(analysing: pattern.pattern)
    var values = [Double](repeating: 0, count: pattern.pattern.rows.count + 1)
    var right = [Double](repeating: 0, count: pattern.order)
    var angles = (0..<count).map { grid.source.buses[$0].angle * .pi / 180 }
    let base = grid.source.baseMVA
    for bus in 0..<count where unknown[bus] {
      angles[bus] = 0
      right[Int(pattern.angle[bus])] =
        (injections.activeMW[bus] - grid.source.buses[bus].shuntMW) / base
    }
    for branch in grid.admittance.branches {
      for end in 0..<4 {
        let isDiagonal = end == 0 || end == 3
        values[Int(pattern.places[Int(branch.places[end])][0])] +=
          (isDiagonal ? 1 : -1) * branch.directSusceptance
      }
      // Known: the shift, and the angle of a reference bus at one end.
      let shifted = branch.directSusceptance * branch.shift
      let (from, to) = (Int(pattern.angle[branch.from]), Int(pattern.angle[branch.to]))
      if from >= 0 {
        right[from] += shifted + (to < 0 ? branch.directSusceptance * angles[branch.to] : 0)
      }
      if to >= 0 {
        right[to] += (from < 0 ? branch.directSusceptance * angles[branch.from] : 0) - shifted
      }
    }
    try values.withView { (view) throws(SparseLUError) in try factors.factorise(view) }
    right.withMutableView { factors.solve($0) }
    for bus in 0..<count {
      if unknown[bus] { angles[bus] = right[Int(pattern.angle[bus])] }
      if !grid.isEnergised[bus] { angles[bus] = .nan }
    }
    var references: [Int: Double] = [:]
    for bus in 0..<count where grid.kinds[bus] == .reference {
      references[bus] = grid.source.buses[bus].shuntMW
    }
    flowsMW = grid.admittance.branches.map { branch in
      guard grid.isEnergised[branch.from], grid.isEnergised[branch.to] else { return .nan }
      let flow = branch.directSusceptance * (angles[branch.from] - angles[branch.to] - branch.shift)
      references[branch.from]? += flow * base
      references[branch.to]? -= flow * base
      return flow * base
    }
    self.angles = angles
    referenceMW = references
  }
}
