import LinearAlgebra

/// The amplitudes that inertia adds to inner modes which follow their nodes statically.
///
/// In a vibration of eigenvalue lambda the modes move by T u + a with (K_ii - lambda M_ii) a = lambda y and
/// y = (M_iu + M_ii T) u; a holds two terms of the series in lambda: K_ii a = lambda (y + M_ii lambda K_ii⁻¹ y).
struct InnerMotion {
  /// The amplitudes a, shape `[bubble, 3]` as all others.
  let amplitudes: [Double]
  /// K_ii a.
  let force: [Double]
  /// y, the inertia for a unit of acceleration.
  let inertia: [Double]
  /// M_ii a.
  let ownInertia: [Double]

  /// - Parameters:
  ///   - geometry: of an element that ``IncompatibleModes/prepare(_:_:scratch:)`` was called for.
  ///   - mass: that of the bubbles.
  init(
    _ geometry: borrowing ElementGeometry, mass: [Double], displacements: MutableView<Double>,
    eigenvalue: Double
  ) {
    let follow = IncompatibleModes.follow(geometry, displacements: displacements)
    var inertia = Self.multiplied(mass, follow)
    for bubble in 0..<3 {
      for direction in 0..<3 {
        for node in 0..<8 {
          inertia[3 * bubble + direction] +=
            mass[11 * bubble + node] * displacements[3 * node + direction]
        }
      }
    }
    let first = IncompatibleModes.solved(geometry, inertia.map { eigenvalue * $0 })
    force = zip(inertia, Self.multiplied(mass, first)).map { eigenvalue * ($0 + $1) }
    amplitudes = IncompatibleModes.solved(geometry, force)
    ownInertia = Self.multiplied(mass, amplitudes)
    self.inertia = inertia
  }

  /// M_ii times amplitudes.
  private static func multiplied(_ mass: [Double], _ amplitudes: [Double]) -> [Double] {
    var product = [Double](repeating: 0, count: 9)
    for bubble in 0..<3 {
      for other in 0..<3 {
        let part = mass[11 * bubble + 8 + other]
        for direction in 0..<3 {
          product[3 * bubble + direction] += part * amplitudes[3 * other + direction]
        }
      }
    }
    return product
  }
}

extension EigenSolution {
  /// Lets the inner modes of C3D8I take part in modes of vibration with their inertia.
  ///
  /// Their stiffness and mass are condensed statically (Guyan) in the equations; here the modes that
  /// were found, each with the inner motion that belongs to its frequency, are the basis of a Ritz
  /// analysis of the whole problem. The eigenvalues fall, to within the cube of their ratio to those of the
  /// inner modes alone.
  mutating func includeInnerInertia(
    _ system: LinearSystem, _ mass: MassOperator
  ) throws(EigenError) {
    let deck = system.deck
    let elements = deck.mesh.elementKinds.indices.filter {
      deck.mesh.elementKinds[$0].formulation == .incompatibleModes
    }
    guard !elements.isEmpty else { return }
    let held = [Double](repeating: 0, count: system.numbering.equations.count)
    let motions = (0..<count).map { system.expand(vector($0), prescribed: held) }
    var addedStiffness = [Double](repeating: 0, count: count * count)
    var addedMass = addedStiffness
    let geometry = ElementGeometry()
    let scratch = Buffer(repeating: 0.0, count: 9)
    let local = Buffer(repeating: 0.0, count: 24)
    for element in elements {
      deck.mesh.loadCoordinates(of: element, into: geometry.coordinates.view)
      guard evaluate(geometry, deck.mesh.table(of: element)) else { continue }
      IncompatibleModes.prepare(geometry, mass.law(of: element), scratch: scratch.view)
      let bubbles = IncompatibleModes.bubbleMass(geometry, density: mass.density(of: element))
      let inner = motions.enumerated().map { mode, motion in
        deck.mesh.load(motion, of: element, into: local.view)
        return InnerMotion(
          geometry, mass: bubbles, displacements: local.view, eigenvalue: eigenvalues[mode])
      }
      for (i, one) in inner.enumerated() {
        for (j, other) in inner.enumerated() {
          for k in 0..<9 {
            addedStiffness[count * i + j] += one.amplitudes[k] * other.force[k]
            addedMass[count * i + j] +=
              one.amplitudes[k] * (other.inertia[k] + other.ownInertia[k])
              + one.inertia[k] * other.amplitudes[k]
          }
        }
      }
    }
    try combine(addedStiffness: addedStiffness, addedMass: addedMass)
  }
}
