import LinearAlgebra

/// The response of modes to harmonic forces.
struct HarmonicModes {
  let model: ModalModel
  /// Structural damping of the modes, shape `[modes, modes]`; nil without any.
  private let structural: [Double]?

  init(_ deck: Deck, _ model: ModalModel) throws(AnalysisError) {
    self.model = model
    let damping = StructuralDampingOperator(deck, model.basis.heated)
    structural =
      damping.isZero ? nil : model.basis.projected(try model.basis.system.assemble(damping))
  }

  /// Amplitudes q of (ω₀² − ω² + i (2 ζ ω₀ ω + C ω + S)) q = f.
  func amplitudes(_ omega: Double, _ force: ComplexVector) -> ComplexVector {
    guard model.dashpots != nil || structural != nil else {
      let loudest = (force.real + force.imaginary).reduce(0) { max($0, abs($1)) }
      return ComplexVector(
        (0..<model.count).map { mode in
          let stiffness = model.omegas[mode] * model.omegas[mode] - omega * omega
          let damping = model.friction(mode) * omega
          let size = stiffness * stiffness + damping * damping
          let (real, imaginary) = (force.real[mode], force.imaginary[mode])
          // Without damping, at its own frequency: what only rounding excites stays at rest.
          if size == 0, max(abs(real), abs(imaginary)) <= 1e-10 * loudest { return (0, 0) }
          return (
            (real * stiffness + imaginary * damping) / size,
            (imaginary * stiffness - real * damping) / size
          )
        })
    }
    return coupled(omega, force)
  }

  private func coupled(_ omega: Double, _ force: ComplexVector) -> ComplexVector {
    let (count, width) = (model.count, 2 * model.count)
    var matrix = [Double](repeating: 0, count: width * width)
    for row in 0..<count {
      for column in 0..<count {
        let place = count * row + column
        var damping = omega * (model.dashpots?[place] ?? 0) + (structural?[place] ?? 0)
        var stiffness = 0.0
        if row == column {
          stiffness = model.omegas[row] * model.omegas[row] - omega * omega
          damping += model.friction(row) * omega
        }
        matrix[width * row + column] = stiffness
        matrix[width * (count + row) + count + column] = stiffness
        matrix[width * row + count + column] = -damping
        matrix[width * (count + row) + column] = damping
      }
    }
    let solution = solve(&matrix, force.real + force.imaginary)
    return ComplexVector(real: Array(solution[..<count]), imaginary: Array(solution[count...]))
  }

  /// Gauss elimination with row pivoting; the matrix, by rows, is overwritten.
  private func solve(_ matrix: inout [Double], _ right: [Double]) -> [Double] {
    let width = right.count
    var right = right
    for pivot in 0..<width {
      let best = (pivot..<width).max {
        abs(matrix[width * $0 + pivot]) < abs(matrix[width * $1 + pivot])
      }
      if let best, best != pivot {
        for column in 0..<width {
          matrix.swapAt(width * pivot + column, width * best + column)
        }
        right.swapAt(pivot, best)
      }
      for row in (pivot + 1)..<width {
        let factor = matrix[width * row + pivot] / matrix[width * pivot + pivot]
        guard factor != 0 else { continue }
        for column in pivot..<width {
          matrix[width * row + column] -= factor * matrix[width * pivot + column]
        }
        right[row] -= factor * right[pivot]
      }
    }
    for row in (0..<width).reversed() {
      for column in (row + 1)..<width { right[row] -= matrix[width * row + column] * right[column] }
      right[row] /= matrix[width * row + row]
    }
    return right
  }
}

/// Real and imaginary parts of numbers that belong together.
struct ComplexVector: Sendable {
  var real: [Double]
  var imaginary: [Double]

  init(real: [Double], imaginary: [Double]) {
    self.real = real
    self.imaginary = imaginary
  }

  init(_ pairs: [(Double, Double)]) {
    real = pairs.map(\.0)
    imaginary = pairs.map(\.1)
  }
}

/// The stiffness times the share of it that damps, independent of the frequency.
struct StructuralDampingOperator: ElementOperator {
  private let stiffness: StiffnessOperator
  private let deck: Deck
  private let shares: [Double]

  init(_ deck: Deck, _ heated: ThermalState?) {
    self.deck = deck
    stiffness = StiffnessOperator(deck, thermal: heated)
    shares = deck.sections.map(\.material.structuralDamping)
  }

  var isZero: Bool { shares.allSatisfy { $0 == 0 } }
  var components: Int { 3 }
  func makeWorkspace() -> StiffnessOperator.Workspace { stiffness.makeWorkspace() }

  func fill(
    _ element: Int, _ workspace: StiffnessOperator.Workspace, into matrix: MutableView<Double>
  ) -> Bool {
    guard stiffness.fill(element, workspace, into: matrix) else { return false }
    let share = shares[deck.sectionOfElement[element]]
    let count = 3 * deck.mesh.elementKinds[element].nodeCount
    for entry in 0..<(count * count) { matrix[entry] *= share }
    return true
  }

  var discretes: [DiscreteMatrix] { [] }
}
