/// What `*SECTION PRINT` asks for.
extension DatWriter {
  /// - Parameter shownSurfaces: those whose forces stand in the frame already: as in CalculiX they are
  ///   given once, whichever of force, moment and area were asked for.
  mutating func write(
    _ print: SectionPrint, _ frame: Frame, _ shownSurfaces: inout Set<String>
  ) throws {
    if print.quantities.contains(.flux) { try writeFlux(print, frame) }
    guard !frame.fields.stress.isEmpty,
      !print.quantities.isDisjoint(with: [.force, .moment, .area]),
      shownSurfaces.insert(print.surfaceName).inserted
    else { return }
    let stress = NodalAverage.nodal(
      frame.fields.stress, components: 6, mesh: deck.mesh, starts: frame.fields.starts)
    let forces = SectionForces(print.faces, mesh: deck.mesh, stress: stress)
    try output.beginLine()
    output.put("\n\n\n")
    try output.text(" statistics for surface set \(print.surfaceName) and time ")
    try output.text(Self.fortranE14(frame.time))
    output.newline()
    try row(
      "total surface force (fx,fy,fz) and moment about the origin(mx,my,mz)", forces.force,
      forces.moment)
    try row("center of gravity and mean normal", forces.centre, forces.normal)
    try row("moment about the center of gravity(mx,my,mz)", forces.momentAboutCentre)
    try row(
      "area, normal force (+ = tension), shear force (size), torque and bending moment (size)",
      SIMD3(forces.area, forces.normalForce, forces.shearForce),
      SIMD2(forces.torque, forces.bendingMoment))
  }

  private mutating func row<Other: SIMD>(
    _ title: String, _ first: SIMD3<Double>, _ second: Other
  ) throws where Other.Scalar == Double {
    try output.text("\n   \(title)\n\n  ")
    for value in first.indices.map({ first[$0] }) + second.indices.map({ second[$0] }) {
      output.spaces(1)
      output.scientific(value, decimals: 6)
    }
    output.newline()
  }

  private mutating func row(_ title: String, _ only: SIMD3<Double>) throws {
    try output.text("\n   \(title)\n\n  ")
    for direction in 0..<3 {
      output.spaces(1)
      output.scientific(only[direction], decimals: 6)
    }
    output.newline()
  }
}
