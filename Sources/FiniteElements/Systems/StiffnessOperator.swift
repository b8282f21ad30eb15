import LinearAlgebra

/// The elastic stiffness of all elements.
struct StiffnessOperator: ElementOperator {
  let deck: Deck
  /// nil when temperatures do nothing.
  private let thermal: ThermalState?
  private let laws: [StiffnessLaw]
  /// For each section: whether its constants differ from point to point.
  private let varies: [Bool]
  private let isFull: Bool

  /// - Parameter isFull: integrates with the points of the mass, where the constants are the same
  ///   throughout the element.
  init(_ deck: Deck, thermal: ThermalState? = nil, isFull: Bool = false) {
    self.deck = deck
    self.thermal = thermal
    self.isFull = isFull
    laws = deck.sections.map { StiffnessLaw($0.elasticity) }
    varies = deck.sections.map(\.hasVaryingAxes)
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
    let section = deck.sectionOfElement[element]
    let isHeated = thermal != nil && deck.sections[section].hasVariableElasticity
    let varies = (varies[section] || deck.isLayered(element)) && !isHeated
    let table =
      isFull && !varies && deck.mesh.sectionTables[element] == nil && !deck.isStructural(element)
      ? ElementTable.full[deck.mesh.elementKinds[element].rawValue] : deck.mesh.table(of: element)
    deck.mesh.loadCoordinates(of: element, into: workspace.geometry.coordinates.view)
    guard evaluate(workspace.geometry, table) else { return false }
    if varies {
      VaryingAxes.stiffness(workspace.geometry, element, deck, scratch: workspace.scratch.view)
    } else {
      let law =
        isHeated
        ? thermal.map { StiffnessLaw($0.meanElasticity(of: element, workspace.thermal)) } : nil
      stiffness(
        workspace.geometry, table, law ?? laws[section], scratch: workspace.scratch.view)
    }
    copy(
      workspace.geometry.products.view, ElementGeometry.stride(nodes: table.nodeCount),
      to: matrix, count: 3 * table.nodeCount)
    if !isFull { thermal?.addVariation(of: element, workspace.thermal, to: matrix) }
    return true
  }

  var discretes: [DiscreteMatrix] {
    deck.discretes.filter { !$0.stiffness.isEmpty }
      .map { DiscreteMatrix(freedoms: $0.freedoms, values: $0.stiffness) }
  }
}

/// The control of hourglass modes alone, of elements of uniform strain: see ``Hourglass``.
struct HourglassOperator: ElementOperator {
  let deck: Deck
  private let moduli: [Double]

  /// nil where no element has it.
  init?(_ deck: Deck) {
    guard deck.mesh.elementKinds.contains(where: { $0.formulation == .uniformStrain }) else {
      return nil
    }
    self.deck = deck
    moduli = deck.sections.map { StiffnessLaw($0.elasticity).hourglassModulus }
  }

  final class Workspace {
    let geometry = ElementGeometry()
  }

  var components: Int { 3 }
  func makeWorkspace() -> Workspace { Workspace() }

  func fill(
    _ element: Int, _ workspace: Workspace, into matrix: MutableView<Double>
  ) -> Bool {
    let table = deck.mesh.table(of: element)
    let count = 3 * table.nodeCount
    for entry in 0..<(count * count) { matrix[entry] = 0 }
    guard table.kind.formulation == .uniformStrain else { return true }
    deck.mesh.loadCoordinates(of: element, into: workspace.geometry.coordinates.view)
    guard evaluate(workspace.geometry, table) else { return false }
    let products = workspace.geometry.products.view
    for entry in 0..<products.count { products[entry] = 0 }
    Hourglass.addStiffness(
      workspace.geometry, modulus: moduli[deck.sectionOfElement[element]])
    copy(products, ElementGeometry.stride(nodes: table.nodeCount), to: matrix, count: count)
    return true
  }

  var discretes: [DiscreteMatrix] { [] }
}

/// Copies the blocks (a, b), a <= b, of rows of `stride` to both triangles of a square matrix.
private func copy(
  _ products: MutableView<Double>, _ stride: Int, to matrix: MutableView<Double>, count: Int
) {
  for row in 0..<count {
    let first = row - row % 3
    for column in first..<count {
      let value = products[stride * row + column]
      matrix[count * row + column] = value
      matrix[count * column + row] = value
    }
  }
}
