/// Ties the nodes of a deck to the expanded nodes wherever something acts on them.
///
/// CalculiX manual, section "Expanding the 1d and 2d elements". Forces, prescribed displacements,
/// equations, springs and solids act on nodes of the deck; each tie is made when first needed and
/// holds in all later steps.
struct StructureConstraints {
  private let structures: Structures
  private let mesh: Mesh
  private let place: Place
  private(set) var constraints: [LinearConstraint] = []
  /// Freedoms that stay zero: plane elements do not leave their plane.
  private(set) var held: [Int] = []
  /// Expanded freedoms that a tie already expresses.
  private var tied: Set<Int> = []
  /// Companions that hold rotations, with their nodes and the axes of the rotations.
  private var turns: [Int: (node: Int, axes: [SIMD3<Double>])] = [:]
  private let transforms: [Int: LocalSystem]
  /// Rotations that are tied to expanded nodes.
  private var tiedTurns: Set<Int> = []
  private var shellTurns: [Int: ShellTurn] = [:]
  private var knotted: Set<Int>

  init(
    _ structures: Structures, _ mesh: Mesh, _ transforms: [Int: LocalSystem], _ place: Place
  ) {
    self.transforms = transforms
    self.structures = structures
    self.mesh = mesh
    self.place = place
    knotted = Set(structures.knots.map(\.node))
  }

  /// Adds to each step what ties its nodes, and makes the companions that takes.
  mutating func connect(
    _ steps: inout [Step], _ discretes: [DiscreteElement], _ companions: inout Companions
  ) {
    for (index, _) in structures.elements.enumerated() { holdPlane(index) }
    for expansion in structures.expansions { hinge(expansion) }
    noteTurns(companions)
    for knot in structures.knots + dynamicKnots(steps) { bind(knot, &companions) }
    noteTurns(companions)
    turnKnots(&companions)
    connectSolids()
    for freedom in discretes.flatMap(\.freedoms) {
      tieMean(freedom)
      if expansion(of: freedom / 3)?.kind.isPlane == true { held.append(3 * (freedom / 3) + 2) }
    }
    for index in steps.indices {
      for freedom in steps[index].prescribed.keys.sorted() { tieHeld(freedom) }
      holdTurns(steps[index])
      for constraint in steps[index].constraints {
        for term in constraint.terms { tieMean(term.freedom) }
      }
      for load in steps[index].forces { tieForce(load.freedom) }
      for load in superposedForces(steps, after: index) { tieForce(load.freedom) }
      steps[index].forces.removeAll { isIdleTurn($0.freedom) }
      steps[index].constraints +=
        constraints
        + shellTurns.sorted { $0.key < $1.key }
        .flatMap { $0.value.constraints(mesh, place) }
      for freedom in held where steps[index].prescribed[freedom] == nil {
        steps[index].prescribed[freedom] = .value(0)
      }
    }
  }

  /// The forces of the steps that superpose the modes of a step: its modes have to move with them.
  private func superposedForces(_ steps: [Step], after index: Int) -> [PointLoad] {
    guard case .frequency = steps[index].procedure else { return [] }
    return steps[(index + 1)...].prefix {
      switch $0.procedure {
      case .modalDynamic, .steadyState: true
      case .linearStatic, .frequency, .buckling, .dynamic, .heatTransfer, .temperatureDisplacement:
        false
      }
    }.flatMap(\.forces)
  }

  private mutating func add(_ terms: [(freedom: Int, coefficient: Double)]) {
    constraints.append(
      LinearConstraint(
        terms.map { LinearConstraint.Term($0.freedom, $0.coefficient) }, place: place))
  }

  /// The expansion of a node that loads act on: that of its last element.
  private func expansion(of node: Int) -> NodeExpansion? {
    structures.expansionsOf[node]?.first.map { structures.expansions[$0] }
  }

  /// The companion's node and axis when a freedom is a rotation.
  private func turn(_ freedom: Int) -> (node: Int, axis: SIMD3<Double>)? {
    turns[freedom / 3].map { ($0.node, $0.axes[freedom % 3]) }
  }

  private mutating func noteTurns(_ companions: Companions) {
    for (node, companion) in companions.rotations {
      turns[companion] = (node, [[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    }
    for (node, companion) in companions.localRotations where structures.uses(node) {
      guard let system = transforms[node] else { continue }
      turns[companion] = (node, system.axes(at: mesh.position(of: node)))
    }
  }

  /// The rotations of knots about axes of their own follow from those about the global ones.
  private mutating func turnKnots(_ companions: inout Companions) {
    for (node, companion) in companions.localRotations.sorted(by: { $0.key < $1.key })
    where knotted.contains(node) {
      let position = mesh.position(of: node)
      let turn = companions.rotation(of: node, at: position)
      for (number, axis) in (transforms[node]?.axes(at: position) ?? []).enumerated() {
        let shares = (0..<3).map { (3 * turn + $0, axis[$0]) }.filter { abs($0.1) > 1e-12 }
        add([(3 * companion + number, 1)] + shares.map { ($0.0, -$0.1) })
      }
    }
  }
}

// MARK: - What always holds

extension StructureConstraints {
  /// Plane elements: the outer layers do as the middle one, which stays in its plane.
  private mutating func holdPlane(_ index: Int) {
    let element = structures.elements[index]
    guard element.kind.isPlane else { return }
    let half = cosineAndSine(degrees: element.thickness[0].x * 90 / .pi)
    for place in element.nodes.indices {
      let expanded = structures.expansions[structures.expansionOf[index][place]]
      guard tied.insert(3 * expanded.bottom).inserted else { continue }
      held.append(3 * expanded.middle + 2)
      let isWedge = element.kind.family == .axisymmetric
      for (layer, side) in [(expanded.bottom, -1.0), (expanded.top, 1.0)] {
        add([(3 * layer, 1), (3 * expanded.middle, isWedge ? -half.cosine : -1)])
        add([(3 * layer + 1, 1), (3 * expanded.middle + 1, -1)])
        switch element.kind.family {
        case .axisymmetric: add([(3 * layer + 2, 1), (3 * expanded.middle, -side * half.sine)])
        case .planeStrain: held.append(3 * layer + 2)
        case .planeStress, .shell, .membrane, .beam, .truss: break
        }
      }
      // The middle layer of a linear element is no part of the solid: the outer ones balance.
      if element.kind.family == .planeStress, !element.kind.isQuadratic {
        add([(3 * expanded.bottom + 2, 1), (3 * expanded.top + 2, 1)])
      }
    }
  }

  /// Membranes and trusses hang on their nodes without moments; a truss does not turn about itself.
  ///
  /// T2D2, and any truss beside plane elements, stays in its plane; CalculiX leaves a lone T2D2 free.
  private mutating func hinge(_ expanded: NodeExpansion) {
    guard expanded.kind.family == .membrane || expanded.kind.family == .truss else { return }
    let isFlat = structures.elements.contains { $0.kind.isPlane }
    for direction in 0..<3 {
      tied.insert(3 * expanded.first + direction)
      if direction == 2, expanded.kind.family == .truss, isFlat || expanded.kind.isPlaneTruss {
        add((0..<4).map { (3 * (expanded.first + $0) + 2, 1) })
      } else {
        tieMean(expanded, direction)
      }
    }
    guard expanded.kind.family == .truss else { return }
    let rotation = SectionRotation(
      (0..<4).map { expanded.first + $0 }, mesh, axis: expanded.tangent)
    add(rotation.terms.map { ($0.freedom, $0.coefficient) })
  }

  private mutating func bind(_ knot: Knot, _ companions: inout Companions) {
    guard !knot.followers.isEmpty else { return }
    if knot.isHinge {
      constraints += knot.hinge(place: place)
      return
    }
    let position = mesh.position(of: knot.node)
    let turn = companions.rotation(of: knot.node, at: position)
    let stretch = companions.add(at: position)
    constraints += knot.constraints(mesh, turn: turn, stretch: stretch, place: place)
  }

  /// Nodes whose rotation a direct dynamic step holds or loads: as in CalculiX their sections become
  /// rigid there, unless an earlier step of another kind did so first.
  private mutating func dynamicKnots(_ steps: [Step]) -> [Knot] {
    var knots: [Knot] = []
    var seen = knotted
    for step in steps {
      let freedoms = step.prescribed.keys.sorted() + step.forces.map(\.freedom)
      let nodes = freedoms.compactMap { turn($0)?.node }
      for node in nodes where seen.insert(node).inserted {
        guard case .dynamic = step.procedure, let expanded = expansion(of: node),
          !expanded.kind.isPlane
        else { continue }
        knots.append(Knot(turning: expanded))
        knotted.insert(node)
      }
    }
    return knots
  }

  private mutating func connectSolids() {
    for element in 0..<mesh.elementCount where structures.placeOf[element] == nil {
      for node in mesh.nodes(of: element) where structures.uses(node) {
        for direction in 0..<3 { tieMean(3 * node + direction) }
        if expansion(of: node)?.kind.isPlane == true { held.append(3 * node + 2) }
      }
    }
  }
}

// MARK: - Displacements

extension StructureConstraints {
  /// The mean of the outer expanded nodes is the displacement of the node.
  private mutating func tieMean(_ expanded: NodeExpansion, _ direction: Int) {
    let own = 3 * expanded.node + direction
    if expanded.kind.isLine {
      add((0..<4).map { (3 * (expanded.first + $0) + direction, 1) } + [(own, -4)])
    } else {
      add([
        (3 * expanded.bottom + direction, 1), (3 * expanded.top + direction, 1), (own, -2),
      ])
    }
  }

  /// Ties a freedom that an equation, a spring or a solid uses.
  private mutating func tieMean(_ freedom: Int) {
    if turn(freedom) != nil { return tieTurn(freedom) }
    let (node, direction) = (freedom / 3, freedom % 3)
    guard !knotted.contains(node), let expanded = expansion(of: node) else { return }
    if expanded.kind.isPlane {
      guard direction < 2, tied.insert(3 * expanded.middle + direction).inserted else { return }
      add([(3 * expanded.middle + direction, 1), (freedom, -1)])
    } else if tied.insert(3 * expanded.first + direction).inserted {
      tieMean(expanded, direction)
    }
  }

  /// Ties a freedom that is prescribed: the middle layer follows as well.
  private mutating func tieHeld(_ freedom: Int) {
    guard turn(freedom) == nil else { return }
    tieMean(freedom)
    let (node, direction) = (freedom / 3, freedom % 3)
    guard !knotted.contains(node), let expanded = expansion(of: node),
      !expanded.kind.isPlane, !expanded.kind.isLine, expanded.isWhole,
      tied.insert(3 * expanded.middle + direction).inserted
    else { return }
    add([(3 * expanded.middle + direction, 1), (freedom, -1)])
  }

  /// Ties a freedom that a force acts on.
  ///
  /// At the corner of a quadratic shell a force is spread as the shape functions would, 1/6, 2/3 and
  /// 1/6 over the layers: that is the tie -u1 + 4 u2 - u3 = 2 u.
  private mutating func tieForce(_ freedom: Int) {
    let (node, direction) = (freedom / 3, freedom % 3)
    guard turn(freedom) == nil, !knotted.contains(node), let expanded = expansion(of: node),
      !expanded.kind.isPlane, !expanded.kind.isLine, expanded.isWhole
    else { return tieMean(freedom) }
    guard tied.insert(3 * expanded.first + direction).inserted else { return }
    add([
      (3 * expanded.bottom + direction, -1), (3 * expanded.middle + direction, 4),
      (3 * expanded.top + direction, -1), (freedom, -2),
    ])
  }
}

// MARK: - Rotations

extension StructureConstraints {
  /// Ties a rotation to the mean rotation of the expanded nodes.
  private mutating func tieTurn(_ freedom: Int) {
    guard let (node, axis) = turn(freedom), !knotted.contains(node),
      let expanded = expansion(of: node), !expanded.kind.isPlane,
      tiedTurns.insert(freedom).inserted
    else { return }
    let rotation = SectionRotation(turning(expanded), mesh, axis: axis)
    guard !rotation.terms.isEmpty else { return }
    add(rotation.terms.map { ($0.freedom, $0.coefficient) } + [(freedom, -rotation.count)])
  }

  /// The expanded nodes whose mean rotation is that of the node.
  private func turning(_ expanded: NodeExpansion) -> [Int] {
    expanded.kind.isLine
      ? (0..<4).map { expanded.first + $0 } : [expanded.top, expanded.bottom]
  }

  /// The sides of a section that is held stay straight.
  private mutating func straighten(_ expanded: NodeExpansion) {
    guard expanded.kind.isQuadratic else { return }
    for (middle, ends) in [(4, (0, 1)), (5, (1, 2)), (6, (2, 3)), (7, (3, 0))] {
      for direction in 0..<3 {
        let freedom = 3 * (expanded.first + middle) + direction
        guard tied.insert(freedom).inserted else { continue }
        add([
          (freedom, 2), (3 * (expanded.first + ends.0) + direction, -1),
          (3 * (expanded.first + ends.1) + direction, -1),
        ])
      }
    }
  }

  /// Ties the rotations that a step prescribes.
  private mutating func holdTurns(_ step: Step) {
    for freedom in step.prescribed.keys.sorted() {
      guard let (node, axis) = turn(freedom), !knotted.contains(node),
        let expanded = expansion(of: node), !expanded.kind.isPlane
      else { continue }
      if expanded.kind.isLine {
        tieTurn(freedom)
        straighten(expanded)
      } else {
        let plain = ShellTurn(nodes: turning(expanded), normal: expanded.normal)
        shellTurns[node, default: plain].hold(freedom, axis)
      }
    }
  }

  /// Whether a moment acts on a rotation that nothing resists: about the normal of a shell.
  private func isIdleTurn(_ freedom: Int) -> Bool {
    guard let (node, axis) = turn(freedom), !knotted.contains(node),
      let expanded = expansion(of: node)
    else { return false }
    return expanded.kind.isPlane
      || (!expanded.kind.isLine && abs(dot(expanded.normal, axis)) > 1 - 1e-12)
  }
}

/// Prescribed rotations of a shell node: only those about axes in the shell's plane count.
struct ShellTurn {
  let nodes: [Int]
  let normal: SIMD3<Double>
  /// Axes in the plane, at right angles, with the rotations about other axes that make them up.
  private var axes: [(axis: SIMD3<Double>, shares: [Int: Double])] = []

  init(nodes: [Int], normal: SIMD3<Double>) {
    self.nodes = nodes
    self.normal = normal
  }

  mutating func hold(_ freedom: Int, _ axis: SIMD3<Double>) {
    let out = dot(axis, normal)
    guard abs(out) <= 0.999 else { return }
    let flat = axis - out * normal
    if axes.isEmpty { axes = [(flat / length(flat), [:])] }
    let share = dot(flat, axes[0].axis)
    axes[0].shares[freedom] = share
    guard share < 0.9999 * length(flat) else { return }
    if axes.count == 1 { axes.append((cross(normal, axes[0].axis), [:])) }
    axes[1].shares[freedom] = dot(flat, axes[1].axis)
  }

  func constraints(_ mesh: Mesh, _ place: Place) -> [LinearConstraint] {
    axes.compactMap { axis, shares in
      let rotation = SectionRotation(nodes, mesh, axis: axis)
      guard !rotation.terms.isEmpty else { return nil }
      let turns = shares.sorted { $0.key < $1.key }.map {
        LinearConstraint.Term($0.key, -rotation.count * $0.value)
      }
      return LinearConstraint(rotation.terms + turns, place: place)
    }
  }
}
