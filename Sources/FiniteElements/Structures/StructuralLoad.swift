/// What a pressure on a structural element is on its solid.
struct StructuralLoad: Hashable {
  /// Counted from 0.
  let face: Int
  /// What the magnitude is to be multiplied by.
  let share: Double
}

extension Structures {
  /// The face and factor that a label of `*DLOAD` stands for; nil when the element has no such.
  ///
  /// An edge load `EDNORn` is a force per length: over the thickness it is a pressure.
  func load(_ label: String, on element: Int, of mesh: Mesh) -> StructuralLoad? {
    guard let place = placeOf[element] else {
      return Faces.index(label, prefix: "P", of: mesh.elementKinds[element])
        .map { StructuralLoad(face: $0, share: 1) }
    }
    let structure = elements[place]
    if label.hasPrefix("EDNOR") {
      guard structure.kind.family == .shell || structure.kind.family == .membrane,
        let edge = Int(label.dropFirst(5)), (1...structure.kind.cornerCount).contains(edge)
      else { return nil }
      return StructuralLoad(face: edge + 1, share: 1 / structure.thickness[0].x)
    }
    return structure.kind.face(label, prefix: "P").map { StructuralLoad(face: $0, share: 1) }
  }
}

extension Structures {
  /// Values by freedom, with the nodes that those of structural elements were expanded to moving as
  /// these do.
  func spread(_ values: [Int: Double], _ mesh: Mesh) -> [Int: Double] {
    var spread = values
    for node in Set(values.keys.map { $0 / 3 }) {
      let value = SIMD3(
        values[3 * node] ?? 0, values[3 * node + 1] ?? 0, values[3 * node + 2] ?? 0)
      for expanded in (expansionsOf[node] ?? []).map({ expansions[$0] }) {
        for copy in expanded.nodes {
          let turned = expanded.kind.family == .axisymmetric ? mesh.turned(value, to: copy) : value
          for direction in 0..<3 { spread[3 * copy + direction] = turned[direction] }
        }
      }
    }
    return spread
  }
}

extension Mesh {
  /// A vector of the plane z = 0, turned about y to where a node is.
  fileprivate func turned(_ vector: SIMD3<Double>, to node: Int) -> SIMD3<Double> {
    let place = position(of: node)
    let radius = (place.x * place.x + place.z * place.z).squareRoot()
    guard radius > 0 else { return vector }
    let (cosine, sine) = (place.x / radius, place.z / radius)
    return SIMD3(
      cosine * vector.x - sine * vector.z, vector.y, sine * vector.x + cosine * vector.z)
  }
}

extension Deck {
  /// Ties the nodes of structural elements to what they were expanded to, in all steps.
  mutating func connect(_ expanded: Structures?) {
    guard let expanded else { return }
    let place = steps.first?.place ?? Place(file: "", line: 0)
    var ties = StructureConstraints(expanded, mesh, transforms, place)
    ties.connect(&steps, discretes, &companions)
    // A mass at a node of an axisymmetric model stands for the whole ring as well.
    for index in discretes.indices {
      discretes[index].mass = discretes[index].mass.map { expanded.ringShare * $0 }
    }
    initialDisplacements = expanded.spread(initialDisplacements, mesh)
    initialVelocities = expanded.spread(initialVelocities, mesh)
    let temperatures = TemperatureTies(structures: expanded, mesh: mesh, place: place)
    temperatures.spread(&initialTemperatures, initialTemperatureGradients)
    for index in steps.indices {
      temperatures.spread(&steps[index].temperatures, steps[index].temperatureGradients)
      steps[index].temperatureConstraints += temperatures.constraints(of: steps[index])
    }
    structures = expanded
  }
}
