/// The local axes of shells: their stresses are printed in them, and their materials hold in them.
///
/// CalculiX manual, section "Shell elements": axis 1 is the section's first axis, or the global x,
/// projected on the shell at the middle of its reference element; where that is normal to the shell,
/// the third axis or the global z is taken. Axis 3 is the normal.
enum ShellAxes {
  /// Gives each shell, and each layer of one, a section of its own.
  static func turnSections(of deck: inout Deck, _ structures: Structures) {
    for element in structures.elements where element.kind.family == .shell {
      let given = deck.sectionOfElement[element.element]
      guard given >= 0 else { continue }
      if let laminate = deck.laminates[element.element] {
        let turned = laminate.sections.map { turnSection($0, element, &deck) }
        deck.laminates[element.element]?.sections = turned
        deck.sectionOfElement[element.element] = turned[0]
      } else {
        deck.sectionOfElement[element.element] = turnSection(given, element, &deck)
      }
    }
  }

  /// Appends a section with the axes of an element; its place, or the one given where there are none.
  private static func turnSection(
    _ given: Int, _ element: StructuralElement, _ deck: inout Deck
  ) -> Int {
    let section = deck.sections[given]
    guard let axes = axes(of: element, section.orientation, deck.mesh) else { return given }
    let label = String(deck.mesh.elementLabels[element.element])
    let orientation = Orientation(
      name: (section.orientation?.name ?? "") + "_shell_"
        + String(repeating: "0", count: max(0, 10 - label.count)) + label,
      first: axes.first, second: axes.second, turn: nil)
    guard let orientation else { return given }
    deck.sections.append(section.turned(to: orientation))
    return deck.sections.count - 1
  }

  private static func axes(
    of element: StructuralElement, _ given: Orientation?, _ mesh: Mesh
  ) -> (first: SIMD3<Double>, second: SIMD3<Double>)? {
    let points = element.nodes.map { mesh.position(of: $0) }
    guard let normal = SurfaceShape.normal(points, at: [0, 0]) else { return nil }
    // Of a triangle, the middle of the reference element is the first corner.
    let basis = SurfaceShape.basis(points.count, at: [0, 0])
    let middle = zip(basis, points).reduce(SIMD3<Double>()) { $0 + $1.0 * $1.1 }
    let system = given?.axes(at: middle) ?? [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    let isAlong = abs(dot(system[0], normal)) > 0.999999999536
    let lead = isAlong ? system[2] : system[0]
    let flat = lead - dot(lead, normal) * normal
    let first = flat / length(flat)
    return (first, cross(normal, first))
  }
}

extension Section {
  /// The same material with its axes along those of `orientation`.
  func turned(to orientation: Orientation) -> Section {
    Section(
      material: material, orientation: orientation,
      elasticity: material.elasticity.map { $0.rotated(from: orientation.axes(at: [0, 0, 0])) }
        ?? elasticity)
  }
}
