/// The local axes of shells: their stresses are printed in them, and their materials hold in them.
///
/// CalculiX manual, section "Shell elements": axis 1 is the section's first axis, or the global x,
/// projected on the shell at the middle of its reference element; where that is normal to the shell,
/// the third axis or the global z is taken. Axis 3 is the normal.
enum ShellAxes {
  /// Sections of the elements, where each shell has one of its own.
  static func sections(
    _ sections: [Section], _ sectionOfElement: [Int], _ structures: Structures, _ mesh: Mesh
  ) -> (sections: [Section], sectionOfElement: [Int]) {
    var (sections, sectionOfElement) = (sections, sectionOfElement)
    for element in structures.elements where element.kind.family == .shell {
      let given = sectionOfElement[element.element]
      guard given >= 0, let axes = axes(of: element, sections[given].orientation, mesh) else {
        continue
      }
      let name = (sections[given].orientation?.name ?? "") + "_shell_"
      let label = String(mesh.elementLabels[element.element])
      let orientation = Orientation(
        name: name + String(repeating: "0", count: max(0, 10 - label.count)) + label,
        first: axes.first, second: axes.second, turn: nil)
      guard let orientation else { continue }
      sectionOfElement[element.element] = sections.count
      sections.append(sections[given].turned(to: orientation))
    }
    return (sections, sectionOfElement)
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
