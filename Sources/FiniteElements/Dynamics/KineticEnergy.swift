extension Deck {
  /// The kinetic energy of an element, with the velocities at its integration points as CalculiX has
  /// it; zero where there are no velocities.
  func kineticEnergy(of element: Int, _ frame: Frame) -> Double {
    guard !frame.velocities.isEmpty else { return 0 }
    let table = mesh.table(of: element)
    let nodes = mesh.nodes(of: element)
    var sum = 0.0
    for point in 0..<table.pointCount {
      var velocity = SIMD3<Double>()
      for (local, node) in nodes.enumerated() {
        let nodal = SIMD3(
          frame.velocities[3 * node], frame.velocities[3 * node + 1], frame.velocities[3 * node + 2]
        )
        velocity += table.basis[table.nodeCount * point + local] * nodal
      }
      let volume = frame.fields.volumes[frame.fields.starts[element] + point]
      let density = density(ofPoint: point, of: element, at: frame.step.densityTemperatures)
      sum += density * volume * dot(velocity, velocity) / 2
    }
    return sum
  }
}
