import LinearAlgebra

/// Where the derivatives of the power balance stand in a sparse matrix that never changes its pattern.
///
/// Unknowns are the angles of `angleBuses` and the magnitudes of `magnitudeBuses`; the equations of
/// active and reactive power of the same buses have the same numbers. An equation can be switched off
/// later (its row becomes that of the identity), so that a bus may change its kind without a new analysis.
struct JacobianPattern: Sendable {
  let pattern: SparsePattern
  /// Unknown of each bus's angle and magnitude; -1: none.
  let angle: [Int32]
  let magnitude: [Int32]
  /// For each entry of the admittance matrix the places of ∂P/∂θ, ∂Q/∂θ, ∂P/∂V, ∂Q/∂V; what is not
  /// an unknown goes to one place behind the last.
  let places: [SIMD4<Int32>]

  init(_ admittance: Admittance, angleBuses: [Bool], magnitudeBuses: [Bool]) {
    let buses = admittance.busCount
    var angle = [Int32](repeating: -1, count: buses)
    var magnitude = angle
    var order: Int32 = 0
    for bus in 0..<buses {
      if angleBuses[bus] {
        angle[bus] = order
        order += 1
      }
      if magnitudeBuses[bus] {
        magnitude[bus] = order
        order += 1
      }
    }
    var starts: [Int32] = [0]
    var rows: [Int32] = []
    var places = [SIMD4<Int32>](repeating: SIMD4(repeating: -1), count: admittance.rows.count)
    for column in 0..<buses {
      let entries = Int(admittance.starts[column])..<Int(admittance.starts[column + 1])
      for (part, unknown) in [angle[column], magnitude[column]].enumerated() where unknown >= 0 {
        for entry in entries {
          let bus = Int(admittance.rows[entry])
          for (equation, row) in [angle[bus], magnitude[bus]].enumerated() where row >= 0 {
            places[entry][2 * part + equation] = Int32(rows.count)
            rows.append(row)
          }
        }
        starts.append(Int32(rows.count))
      }
    }
    let behind = Int32(rows.count)
    self.places = places.map { $0.replacing(with: behind, where: $0 .< 0) }
    self.angle = angle
    self.magnitude = magnitude
    pattern = SparsePattern(columnStarts: starts, rows: rows)
  }

  var order: Int { pattern.order }
}
