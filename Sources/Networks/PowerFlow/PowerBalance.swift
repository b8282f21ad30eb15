import Glibc
import LinearAlgebra

/// Voltages of a grid, the powers that they cause, and the Jacobian: the inner loops of a power flow.
///
/// Powers and their derivatives in polar coordinates follow from the products
/// `V_i conj(Y_ij V_j) = p_ij + j q_ij`: ∂P_i/∂θ_j = q_ij, ∂Q_i/∂θ_j = -p_ij, V_j ∂P_i/∂V_j = p_ij and
/// V_j ∂Q_i/∂V_j = q_ij off the diagonal [Tinney, Hart 1967, IEEE Trans. PAS-86(11)]. Magnitudes are
/// changed in proportion, so that the loops need no trigonometry.
struct PowerBalance: ~Copyable {
  let buses: Int
  let conductances: Buffer<Double>
  let susceptances: Buffer<Double>
  let magnitude: Buffer<Double>
  let angle: Buffer<Double>
  /// Rectangular coordinates of the voltages.
  private let real: Buffer<Double>
  private let imaginary: Buffer<Double>
  /// Power fed into the grid at each bus, per unit.
  let active: Buffer<Double>
  let reactive: Buffer<Double>
  private let starts: [Int32]
  private let rows: [Int32]
  private let diagonal: [Int32]

  init(_ admittance: Admittance) {
    buses = admittance.busCount
    conductances = Buffer(repeating: 0, count: admittance.rows.count)
    susceptances = Buffer(repeating: 0, count: admittance.rows.count)
    magnitude = Buffer(repeating: 1, count: buses)
    angle = Buffer(repeating: 0, count: buses)
    real = Buffer(repeating: 1, count: buses)
    imaginary = Buffer(repeating: 0, count: buses)
    active = Buffer(repeating: 0, count: buses)
    reactive = Buffer(repeating: 0, count: buses)
    (starts, rows, diagonal) = (admittance.starts, admittance.rows, admittance.diagonal)
    let (g, b) = (conductances.view, susceptances.view)
    for entry in rows.indices {
      g[entry] = admittance.conductances[entry]
      b[entry] = admittance.susceptances[entry]
    }
  }

  /// Adds a branch to the matrix, or (sign -1) takes it out.
  func add(_ branch: BranchAdmittance, sign: Double) {
    let (g, b) = (conductances.view, susceptances.view)
    for end in 0..<4 {
      let place = Int(branch.places[end])
      g[place] += sign * branch.g[end]
      b[place] += sign * branch.b[end]
    }
  }

  /// Puts the entries of a branch back as they were.
  func restore(_ branch: BranchAdmittance, _ admittance: Admittance) {
    for end in 0..<4 {
      let place = Int(branch.places[end])
      conductances.view[place] = admittance.conductances[place]
      susceptances.view[place] = admittance.susceptances[place]
    }
  }

  /// Computes the powers of all buses from the voltages.
  func computePowers() {
    let (vr, vi, p, q) = (real.view, imaginary.view, active.view, reactive.view)
    let (vm, va) = (magnitude.view, angle.view)
    for bus in 0..<buses {
      vr[bus] = vm[bus] * cos(va[bus])
      vi[bus] = vm[bus] * sin(va[bus])
      p[bus] = 0
      q[bus] = 0
    }
    let (g, b) = (conductances.view, susceptances.view)
    starts.withView { starts in
      rows.withView { rows in
        for column in 0..<buses {
          let (x, y) = (vr[column], vi[column])
          for entry in Int(starts[column])..<Int(starts[column + 1]) {
            let row = Int(rows[entry])
            p[row] += g[entry] * x - b[entry] * y
            q[row] += g[entry] * y + b[entry] * x
          }
        }
      }
    }
    for bus in 0..<buses {
      let (currentReal, currentImaginary) = (p[bus], q[bus])
      p[bus] = vr[bus] * currentReal + vi[bus] * currentImaginary
      q[bus] = vi[bus] * currentReal - vr[bus] * currentImaginary
    }
  }

  /// What rounding can leave of the power of each bus, per unit: ε Σ_j |Y_ij| |V_i| |V_j|, which is large beside
  /// branches almost without impedance (N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2002, 3.1).
  func roundingLevels() -> [Double] {
    let (g, b, vm) = (conductances.view, susceptances.view, magnitude.view)
    var levels = [Double](repeating: 0, count: buses)
    for column in 0..<buses {
      for entry in Int(starts[column])..<Int(starts[column + 1]) {
        levels[Int(rows[entry])] += (abs(g[entry]) + abs(b[entry])) * vm[column]
      }
    }
    for bus in 0..<buses { levels[bus] *= vm[bus] * Double.ulpOfOne }
    return levels
  }

  /// Writes the Jacobian at the voltages of the last ``computePowers()``.
  ///
  /// - Parameters:
  ///   - values: one place for each entry of the pattern, and one behind the last.
  ///   - activeRows: 1 where the equation of active power holds, 0 where it is switched off.
  ///   - reactiveRows: the same for reactive power.
  func writeJacobian(
    _ pattern: JacobianPattern, into values: MutableView<Double>,
    activeRows: View<Double>, reactiveRows: View<Double>
  ) {
    starts.withView { starts in
      rows.withView { rows in
        pattern.places.withView { places in
          fillEntries(starts, rows, places, values, activeRows, reactiveRows)
        }
      }
    }
    let (p, q) = (active.view, reactive.view)
    for bus in 0..<buses {
      let place = pattern.places[Int(diagonal[bus])]
      let (pOn, qOn) = (activeRows[bus], reactiveRows[bus])
      values[Int(place[0])] = pOn * (values[Int(place[0])] - q[bus]) + (1 - pOn)
      values[Int(place[1])] = qOn * (values[Int(place[1])] + p[bus])
      values[Int(place[2])] = pOn * (values[Int(place[2])] + p[bus])
      values[Int(place[3])] = qOn * (values[Int(place[3])] + q[bus]) + (1 - qOn)
    }
  }

  private func fillEntries(
    _ starts: View<Int32>, _ rows: View<Int32>, _ places: View<SIMD4<Int32>>,
    _ values: MutableView<Double>, _ activeRows: View<Double>, _ reactiveRows: View<Double>
  ) {
    let (g, b, vr, vi) = (conductances.view, susceptances.view, real.view, imaginary.view)
    for column in 0..<buses {
      let (x, y) = (vr[column], vi[column])
      for entry in Int(starts[column])..<Int(starts[column + 1]) {
        let row = Int(rows[entry])
        let currentReal = g[entry] * x - b[entry] * y
        let currentImaginary = g[entry] * y + b[entry] * x
        let p = vr[row] * currentReal + vi[row] * currentImaginary
        let q = vi[row] * currentReal - vr[row] * currentImaginary
        let place = places[entry]
        let (pOn, qOn) = (activeRows[row], reactiveRows[row])
        values[Int(place[0])] = pOn * q
        values[Int(place[1])] = -qOn * p
        values[Int(place[2])] = pOn * p
        values[Int(place[3])] = qOn * q
      }
    }
  }
}
