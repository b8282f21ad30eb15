import LinearAlgebra

/// Conduction, storage and surface exchange of all elements, linearised at a temperature field.
///
/// The slope of conductivity and heat capacity with temperature is left out, so that the matrix
/// stays symmetric, as in CalculiX.
struct HeatOperator: ElementOperator {
  let deck: Deck
  /// By node.
  let temperatures: [Double]
  let conditions: HeatConditions
  /// One over the time increment; 0 in steady state.
  let rate: Double

  var components: Int { 1 }
  func makeWorkspace() -> HeatElement { HeatElement(deck) }

  func fill(
    _ element: Int, _ workspace: HeatElement, into matrix: MutableView<Double>
  ) -> Bool {
    guard workspace.load(element, deck, temperatures, change: temperatures) else { return false }
    let table = deck.mesh.table(of: element)
    fillConduction(workspace, table, rate: rate, into: matrix)
    if let loads = conditions.loads[element] {
      workspace.addLoadTangent(loads, table, zero: conditions.absoluteZero, to: matrix)
    }
    return true
  }

  var discretes: [DiscreteMatrix] { [] }
}

/// The heat balance of a temperature field.
struct HeatBalance {
  /// Heat that conduction carries away from each node.
  var conduction: [Double]
  /// Heat that each node gets in excess.
  var residual: [Double]
  /// Heat flux at the integration points, shape `[points, 3]`.
  var flux: [Double]
  /// The mean size of the flows in which elements take part, for judging the residual.
  var meanFlow: Double

  /// - Parameters:
  ///   - change: what the increment has added to the temperatures.
  ///   - rate: one over the time increment; 0 in steady state.
  init(
    _ deck: Deck, _ temperatures: [Double], change: [Double], _ conditions: HeatConditions,
    rate: Double, starts: [Int]
  ) {
    let mesh = deck.mesh
    var conduction = [Double](repeating: 0, count: mesh.nodeCount)
    var residual = conditions.flows
    var flux = [Double](repeating: 0, count: 3 * starts[mesh.elementCount])
    var sum = 0.0
    let element = HeatElement(deck)
    flux.withMutableView { flux in
      for index in 0..<mesh.elementCount
      where conditions.loads[index] != nil || mesh.isMoved(index, temperatures, change) {
        guard element.load(index, deck, temperatures, change: change) else { continue }
        let table = mesh.table(of: index)
        balanceConduction(
          element, table, rate: rate, flux: flux, first: starts[index])
        if let loads = conditions.loads[index] {
          element.addLoads(loads, table, zero: conditions.absoluteZero)
        }
        var place = 0
        for entry in mesh.connectivityStarts[index]..<mesh.connectivityStarts[index + 1] {
          let node = mesh.connectivity[entry]
          conduction[node] += element.conduction.view[place]
          residual[node] += element.residual.view[place] - element.conduction.view[place]
          sum += abs(element.conduction.view[place])
          place += 1
        }
      }
    }
    (self.conduction, self.residual, self.flux) = (conduction, residual, flux)
    meanFlow = sum / Double(max(mesh.connectivity.count, 1))
  }
}

extension Mesh {
  /// Whether heat flows in an element or is stored: not where one temperature reigns and stays.
  fileprivate func isMoved(_ element: Int, _ temperatures: [Double], _ change: [Double]) -> Bool {
    let range = connectivityStarts[element]..<connectivityStarts[element + 1]
    let first = temperatures[connectivity[range.lowerBound]]
    for entry in range {
      let node = connectivity[entry]
      if temperatures[node] != first || change[node] != 0 { return true }
    }
    return false
  }
}
