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

  final class Workspace {
    let element: HeatElement
    let lanes: HeatLanes
    fileprivate let matrix = Buffer(
      repeating: 0.0, count: ElementKind.mostNodes * ElementKind.mostNodes)
    fileprivate let places = Buffer(repeating: 0, count: ElementKind.mostNodes)
    fileprivate let columns = Buffer(repeating: 0, count: 3 * ElementKind.mostNodes)

    fileprivate init(_ deck: Deck) {
      element = HeatElement(deck)
      lanes = HeatLanes(deck, element)
    }
  }

  var components: Int { 1 }
  func makeWorkspace() -> Workspace { Workspace(deck) }

  func fill(
    _ element: Int, _ workspace: Workspace, into matrix: MutableView<Double>
  ) -> Bool {
    let heat = workspace.element
    guard heat.load(element, deck, temperatures, change: temperatures) else { return false }
    let table = deck.mesh.table(of: element)
    fillConduction(heat, table, rate: rate, into: matrix)
    if let loads = conditions.loads[element] {
      heat.addLoadTangent(loads, table, zero: conditions.absoluteZero, to: matrix)
    }
    return true
  }

  /// Eight elements at a time where they are of one kind and have nothing of their own.
  func add(
    _ elements: MutableView<Int32>, of mesh: Mesh, _ workspace: Workspace,
    to scatter: BlockScatter
  ) -> [Int] {
    let (lanes, places) = (workspace.lanes, workspace.places.view)
    var inverted: [Int] = []
    var index = 0
    while index < elements.count {
      let count = lanes.take(elements, from: index, mesh, conditions)
      if count == 0 {
        if !addOne(Int(elements[index]), mesh, workspace, to: scatter) {
          inverted.append(Int(elements[index]))
        }
        index += 1
        continue
      }
      let isGood = lanes.fillConduction(rate: rate)
      for lane in 0..<count {
        let element = Int(elements[index + lane])
        guard isGood[lane] else {
          inverted.append(element)
          continue
        }
        scatter.loadPlaces(of: element, mesh, into: places)
        scatter.add(
          lane: lane, of: lanes.triangle.view, places, workspace.columns.view,
          count: lanes.nodeCount)
      }
      index += count
    }
    return inverted
  }

  private func addOne(
    _ element: Int, _ mesh: Mesh, _ workspace: Workspace, to scatter: BlockScatter
  ) -> Bool {
    guard fill(element, workspace, into: workspace.matrix.view) else { return false }
    scatter.loadPlaces(of: element, mesh, into: workspace.places.view)
    let first = mesh.connectivityStarts[element]
    scatter.add(
      workspace.matrix.view, workspace.places.view,
      count: mesh.connectivityStarts[element + 1] - first)
    return true
  }

  var discretes: [DiscreteMatrix] { [] }
}
