import LinearAlgebra

/// The elastic stiffness of all elements.
struct StiffnessOperator: ElementOperator {
  let deck: Deck
  /// nil when temperatures do nothing.
  private let thermal: ThermalState?
  private let laws: [StiffnessLaw]

  init(_ deck: Deck, thermal: ThermalState? = nil) {
    self.deck = deck
    self.thermal = thermal
    laws = deck.sections.map { StiffnessLaw($0.elasticity) }
  }

  final class Workspace {
    let geometry = ElementGeometry()
    let scratch = Buffer(repeating: 0.0, count: 9)
    let thermal = ThermalState.Workspace()
  }

  var components: Int { 3 }
  func makeWorkspace() -> Workspace { Workspace() }

  func fill(
    _ element: Int, _ workspace: Workspace, into matrix: MutableView<Double>
  ) -> Bool {
    let table = ElementTable.all[deck.mesh.elementKinds[element].rawValue]
    deck.mesh.loadCoordinates(of: element, into: workspace.geometry.coordinates.view)
    guard evaluate(workspace.geometry, table) else { return false }
    let section = deck.sectionOfElement[element]
    let law =
      deck.sections[section].hasVariableElasticity
      ? thermal.map { StiffnessLaw($0.meanElasticity(of: element, workspace.thermal)) } : nil
    stiffness(
      workspace.geometry, table, law ?? laws[section],
      scratch: workspace.scratch.view)
    let stride = ElementGeometry.stride(nodes: table.nodeCount)
    let products = workspace.geometry.products.view
    let count = 3 * table.nodeCount
    for row in 0..<count {
      for column in 0..<count {
        let isUpper = row / 3 <= column / 3
        matrix[count * row + column] =
          isUpper ? products[stride * row + column] : products[stride * column + row]
      }
    }
    thermal?.addVariation(of: element, workspace.thermal, to: matrix)
    return true
  }

  var discretes: [DiscreteMatrix] {
    deck.discretes.filter { !$0.stiffness.isEmpty }
      .map { DiscreteMatrix(freedoms: $0.freedoms, values: $0.stiffness) }
  }
}
