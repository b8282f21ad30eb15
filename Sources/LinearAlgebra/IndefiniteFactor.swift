import CMumps
import Synchronization

/// The factors of `P A Pᵀ = L D Lᵀ` for a sparse symmetric matrix A of any signs.
///
/// MUMPS' multifrontal method with pivots of order one and two [Amestoy, Duff, Koster, L'Excellent
/// 2001, SIAM J. Matrix Anal. Appl. 23(1)]. D tells the inertia of A: how many of its eigenvalues are
/// negative (Sylvester). Owns the C object, frees it exactly once, cannot be copied.
@safe
package struct IndefiniteFactor: ~Copyable {
  private let mumps: UnsafeMutablePointer<kiln_mumps>?
  /// MUMPS keeps state of its own while it works: one call at a time in the process.
  private static let turn = Mutex<Void>(())
  private let rows: Buffer<Int32>
  private let columns: Buffer<Int32>
  private let places: Buffer<Int32>
  private let pattern: SymmetricPattern
  /// How many eigenvalues of the factorised matrix are negative.
  package private(set) var negativeCount: Int
  /// How many pivots were zero to rounding; a solution has zeros in their place.
  package private(set) var nullCount: Int

  /// Analyses the pattern.
  ///
  /// - Parameters:
  ///   - elimination: a permutation of the equations; nil lets METIS find one.
  ///   - keepsFactors: false when only the inertia is wanted, which takes a fraction of the memory.
  package init(
    analysing pattern: SymmetricPattern, elimination: [Int]? = nil, keepsFactors: Bool = true
  ) throws(FactorisationError) {
    let order = pattern.order
    precondition(elimination.map { $0.count == order } ?? true, "one place for each equation")
    unsafe mumps = Self.turn.withLock { _ in unsafe kiln_mumps_new() }
    negativeCount = 0
    nullCount = 0
    self.pattern = pattern
    rows = Buffer(repeating: 0, count: pattern.rows.count)
    columns = Buffer(repeating: 0, count: pattern.rows.count)
    places = Buffer(repeating: 0, count: elimination == nil ? 0 : order)
    guard unsafe mumps != nil else { throw .outOfMemory(equations: order) }
    guard order < Int(Int32.max) else { throw .tooLarge(equations: order) }
    fillTriplets()
    for (place, equation) in (elimination ?? []).enumerated() {
      places.view[equation] = Int32(truncatingIfNeeded: place + 1)
    }
    guard order > 0 else { return }
    setControls(isOrderGiven: elimination != nil, keepsFactors: keepsFactors)
    // Sound: the three arrays are ours, as long as MUMPS expects, and live as long as the object.
    let status = Self.turn.withLock { _ in
      unsafe kiln_mumps_analyse(
        mumps, Int32(order), Int64(pattern.rows.count), rows.view.base, columns.view.base,
        elimination == nil ? nil : places.view.base)
    }
    try check(status)
  }

  deinit {
    if let mumps = unsafe mumps { Self.turn.withLock { _ in unsafe kiln_mumps_free(mumps) } }
  }

  private func fillTriplets() {
    let (rowView, columnView) = (rows.view, columns.view)
    pattern.rows.withView { source in
      for column in 0..<pattern.order {
        for entry in pattern.columnStarts[column]..<pattern.columnStarts[column + 1] {
          rowView[entry] = Int32(truncatingIfNeeded: source[entry] + 1)
          columnView[entry] = Int32(truncatingIfNeeded: column + 1)
        }
      }
    }
  }

  private func setControls(isOrderGiven: Bool, keepsFactors: Bool) {
    // 7: ordering, given (1) or METIS (5); 12: plain ordering; 13: no parallel root, so that the
    // inertia is complete; 14: room for delayed pivots in percent; 24: detect null pivots; 31: discard the factors.
    // Sound: the object is alive, and only its control fields are written.
    unsafe kiln_mumps_control(mumps, 7, isOrderGiven ? 1 : 5)
    unsafe kiln_mumps_control(mumps, 12, isOrderGiven ? 1 : 0)
    unsafe kiln_mumps_control(mumps, 13, 1)
    unsafe kiln_mumps_control(mumps, 14, 30)
    unsafe kiln_mumps_control(mumps, 24, 1)
    unsafe kiln_mumps_control(mumps, 31, keepsFactors ? 0 : 1)
  }

  /// Computes the factors of `matrix`, whose pattern is the analysed one.
  ///
  /// Cannot be ended midway: MUMPS has no call-back, and another thread must not touch its structure.
  /// Callers ask for cancellation before and after.
  ///
  /// - Parameter setsNullPivotsAside: whether pivots that are zero to rounding count as null and are
  ///   left out of solutions; otherwise only exact zeros are.
  package mutating func factorise(
    _ matrix: SymmetricMatrix, setsNullPivotsAside: Bool = true
  ) throws(FactorisationError) {
    precondition(matrix.values.count == pattern.rows.count, "the matrix has another pattern")
    guard matrix.order > 0 else { return }
    // 3: what counts as zero, as a share of the scaled matrix or, if negative, as it is.
    unsafe kiln_mumps_real_control(mumps, 3, setsNullPivotsAside ? 1e-13 : -1e-200)
    var values = matrix.values
    var room: Int32 = 30
    while true {
      // Sound: MUMPS reads `values` during the call only.
      let status = unsafe values.withUnsafeMutableBufferPointer { numbers in
        Self.turn.withLock { _ in unsafe kiln_mumps_factorise(mumps, numbers.baseAddress) }
      }
      // -8 and -9: more pivots were delayed than the analysis had foreseen.
      guard status == -8 || status == -9, room < 2000 else {
        try check(status)
        break
      }
      room *= 4
      unsafe kiln_mumps_control(mumps, 14, room)
    }
    negativeCount = unsafe Int(kiln_mumps_information(mumps, 12))
    nullCount = unsafe Int(kiln_mumps_information(mumps, 28))
  }

  /// Floating point operations of the last factorisation.
  package var operations: Double { unsafe kiln_mumps_real_information(mumps, 3) }

  /// Solves `A X = B` in place; `block` holds `columns` columns of one number for each equation.
  package func solve(_ block: MutableView<Double>, columns: Int) throws(FactorisationError) {
    precondition(block.count >= pattern.order * columns, "one number for each equation and column")
    guard pattern.order > 0, columns > 0 else { return }
    // Sound: the view has room for all columns; MUMPS keeps no reference to it.
    let status = Self.turn.withLock { _ in
      unsafe kiln_mumps_solve(mumps, block.base, Int32(columns))
    }
    try check(status)
  }

  /// Solves `A x = right` with the factors; `right` has one element for each equation.
  package func solve(_ right: [Double]) throws(FactorisationError) -> [Double] {
    precondition(right.count == pattern.order, "one right-hand side element for each equation")
    var solution = right
    try solution.withMutableView { (view) throws(FactorisationError) in
      try solve(view, columns: 1)
    }
    return solution
  }

  /// The manual's error codes: -7, -13 and -19 say that memory is missing, -10 that A is singular.
  private func check(_ status: Int32) throws(FactorisationError) {
    guard status < 0 else { return }
    switch status {
    case -7, -8, -9, -13, -19: throw .outOfMemory(equations: pattern.order)
    case -10: throw .notPositiveDefinite(equation: nil)
    default: throw .library(status: Int(status))
    }
  }
}
