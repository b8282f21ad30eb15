extension SolverFacts {
  /// The facts of a step.
  ///
  /// - Parameter fixed: the prescribed freedoms.
  init(_ deck: Deck, _ step: Step, fixed: Set<Int>, _ settings: SolverSettings) {
    let mesh = deck.mesh
    request = Request(card: step.requestedSolver, settings.wish)
    memory = settings.memory
    equations = 3 * mesh.nodeCount - fixed.count
    rightHandSides = deck.sections.contains(where: \.hasVariableElasticity) ? 1 : deck.steps.count
    obstacle = Self.obstacle(deck, step)
    guard equations >= SolverChoice.fewEquations || request != .none else { return }
    isQuadratic = mesh.elementKinds.contains { !$0.middles.isEmpty }
    stiffnessRatio = deck.sections.map(\.elasticity.stiffnessRatio).max() ?? 1
    let shape = BodyShape(mesh)
    aspectRatio = shape.aspectRatio
    slenderness = shape.slenderness
    flatness = shape.flatness
    elementsAlong = shape.elementsAlong
  }

  /// The facts of a search for `count` modes.
  init(
    _ deck: Deck, modes step: Step, fixed: Set<Int>, _ count: Int, _ settings: SolverSettings
  ) {
    self.init(deck, step, fixed: fixed, settings)
    rightHandSides = count
    if step.isPerturbation { obstacle = "the body vibrates about a loaded state" }
    if deck.hasVariableDensity { obstacle = "the density depends on temperature" }
    guard obstacle == nil, equations >= SolverChoice.fewEquations || request != .none else {
      return
    }
    let check = RigidBodyCheck(
      mesh: deck.mesh, labelledCount: deck.labelledNodeCount
    ) { fixed.contains($0) }
    if !check.freeMotions().isEmpty { obstacle = "the body can move freely" }
  }

  /// The facts of a heat step with one matrix for `rightHandSides` solutions.
  ///
  /// - Parameter card: the value of `SOLVER=`.
  init(
    _ deck: Deck, _ step: Step, rightHandSides: Int, card: String?, _ settings: SolverSettings
  ) {
    request = Request(card: card, settings.wish)
    memory = settings.memory
    components = 1
    equations = deck.mesh.nodeCount - step.prescribedTemperatures.count
    self.rightHandSides = rightHandSides
    guard equations >= SolverChoice.fewTemperatures else { return }
    let shape = BodyShape(deck.mesh)
    aspectRatio = shape.aspectRatio
    slenderness = shape.slenderness
    elementsAlong = shape.elementsAlong
  }

  private static func obstacle(_ deck: Deck, _ step: Step) -> String? {
    if !step.constraints.isEmpty { return "constraints tie displacements" }
    if deck.sections.contains(where: \.hasVaryingAxes) {
      return "the material's axes vary from place to place"
    }
    if deck.sections.contains(where: \.hasVariableElasticity) {
      return "elastic constants depend on temperature"
    }
    if deck.structures != nil { return "shells or beams are expanded into solids" }
    if deck.companions.count > 0 { return "some nodes have rotations or axes of their own" }
    if !deck.discretes.isEmpty { return "there are springs, dashpots or point masses" }
    if let kind = deck.mesh.elementKinds.first(where: { !$0.isPlainSolid })
      ?? deck.mesh.sectionTables.keys.first.map({ deck.mesh.elementKinds[$0] })
    {
      return "\(kind.name) elements have inner modes or rules of their own"
    }
    return nil
  }
}

extension ElementKind {
  /// Whether all elements of the kind integrate `Bᵀ D B` over the same points, and that is all.
  var isPlainSolid: Bool { formulation == .standard && Self.solids.contains(self) }
}

extension Elasticity {
  /// Largest over smallest eigenvalue of D, with shear strains scaled so that strains of equal size
  /// have equal norm.
  var stiffnessRatio: Double {
    var scaled = matrix
    for row in 0..<6 {
      for column in 0..<6 {
        let factor = (row < 3 ? 1 : 2.squareRoot()) * (column < 3 ? 1 : 2.squareRoot())
        scaled[6 * row + column] *= factor
      }
    }
    let values = symmetricEigenvalues(scaled, order: 6)
    guard let low = values.min(), let high = values.max(), low > 0 else { return .infinity }
    return high / low
  }
}

/// The eigenvalues of a small symmetric matrix, by Jacobi rotations.
private func symmetricEigenvalues(_ matrix: [Double], order n: Int) -> [Double] {
  var a = matrix
  for _ in 0..<30 {
    for p in 0..<n {
      for q in (p + 1)..<n where a[n * p + q] != 0 {
        let theta = (a[n * q + q] - a[n * p + p]) / (2 * a[n * p + q])
        let t = (theta < 0 ? -1.0 : 1.0) / (abs(theta) + (theta * theta + 1).squareRoot())
        let c = 1 / (t * t + 1).squareRoot()
        let s = t * c
        for k in 0..<n {
          let (x, y) = (a[n * k + p], a[n * k + q])
          (a[n * k + p], a[n * k + q]) = (c * x - s * y, s * x + c * y)
        }
        for k in 0..<n {
          let (x, y) = (a[n * p + k], a[n * q + k])
          (a[n * p + k], a[n * q + k]) = (c * x - s * y, s * x + c * y)
        }
      }
    }
  }
  return (0..<n).map { a[(n + 1) * $0] }
}

/// Measures of a mesh that tell how well iterations will do.
struct BodyShape: Equatable {
  var aspectRatio = 1.0
  var slenderness = 1.0
  var flatness = 1.0
  var elementsAlong = 1.0

  /// From the corners of a sample of at most ten thousand elements.
  init(_ mesh: Mesh) {
    guard mesh.elementCount > 0 else { return }
    let step = max(1, mesh.elementCount / 10_000)
    var ratios: [Double] = []
    var volume = 0.0
    var extents = SIMD3<Double>()
    for element in stride(from: 0, to: mesh.elementCount, by: step) {
      let (ratio, size) = Self.measure(mesh, element)
      ratios.append(ratio)
      volume += size
      extents += Self.extent(mesh, element..<(element + 1))
    }
    ratios.sort()
    aspectRatio = ratios[ratios.count * 9 / 10]
    let mean = volume / Double(ratios.count)
    let box = Self.extent(mesh, 0..<mesh.elementCount)
    let axis = (0..<3).max { box[$0] < box[$1] } ?? 0
    let length = box[axis]
    guard mean > 0, length > 0 else { return }
    let crossSection = mean * Double(mesh.elementCount) / length
    slenderness = length / crossSection.squareRoot()
    let width = (0..<3).filter { $0 != axis }.map { box[$0] }.max() ?? 0
    flatness = max(1, length / (crossSection / width))
    elementsAlong = length / (extents[axis] / Double(ratios.count))
  }

  /// Longest over shortest side, and volume, from the mean edges of an element.
  private static func measure(_ mesh: Mesh, _ element: Int) -> (ratio: Double, volume: Double) {
    let nodes = Array(mesh.nodes(of: element))
    let x = { (corner: Int) in mesh.position(of: nodes[corner]) }
    var edges: [SIMD3<Double>]
    var share = 1.0
    switch mesh.elementKinds[element].cornerCount {
    case 4:
      edges = [x(1) - x(0), x(2) - x(0), x(3) - x(0)]
      share = 1.0 / 6
    case 6:
      edges = [x(1) - x(0) + x(4) - x(3), x(2) - x(0) + x(5) - x(3), 2 * (x(3) - x(0))].map {
        $0 / 2
      }
      share = 0.5
    case _:
      edges = [
        x(1) - x(0) + x(2) - x(3) + x(5) - x(4) + x(6) - x(7),
        x(3) - x(0) + x(2) - x(1) + x(7) - x(4) + x(6) - x(5),
        x(4) - x(0) + x(5) - x(1) + x(6) - x(2) + x(7) - x(3),
      ].map { $0 / 4 }
    }
    let volume = share * abs(dot(edges[0], cross(edges[1], edges[2])))
    let lengths = edges.map(length)
    guard let long = lengths.max(), volume > 0 else { return (1e6, 0) }
    // The shortest side counts as the height on the largest face: flat elements are thin.
    let faces = [cross(edges[0], edges[1]), cross(edges[1], edges[2]), cross(edges[2], edges[0])]
    let height = volume / share / (faces.map(length).max() ?? 1)
    return (long / height, volume)
  }

  /// The sides of the box around the corners of elements.
  private static func extent(_ mesh: Mesh, _ elements: Range<Int>) -> SIMD3<Double> {
    var low = SIMD3(repeating: Double.infinity)
    var high = -low
    for element in elements {
      let first = mesh.connectivityStarts[element]
      for entry in first..<(first + mesh.elementKinds[element].cornerCount) {
        let place = mesh.position(of: mesh.connectivity[entry])
        low.replace(with: place, where: place .< low)
        high.replace(with: place, where: place .> high)
      }
    }
    return high - low
  }
}
