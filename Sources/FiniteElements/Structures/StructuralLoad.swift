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
    let temperatures = TemperatureTies(structures: expanded, mesh: mesh, place: place)
    temperatures.spread(&initialTemperatures, initialTemperatureGradients)
    for index in steps.indices {
      temperatures.spread(&steps[index].temperatures, steps[index].temperatureGradients)
      steps[index].temperatureConstraints += temperatures.constraints(of: steps[index])
    }
    structures = expanded
  }
}
