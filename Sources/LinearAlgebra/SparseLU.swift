import CKLU

/// Which entries of a sparse square matrix are stored, by columns.
///
/// `rows[columnStarts[j]..<columnStarts[j + 1]]` are the row indices of column `j`, each at most once.
package struct SparsePattern: Sendable, Equatable {
  package let columnStarts: [Int32]
  package let rows: [Int32]

  package init(columnStarts: [Int32], rows: [Int32]) {
    precondition(
      columnStarts.first == 0 && Int(columnStarts.last ?? -1) == rows.count,
      "malformed sparse pattern")
    precondition(
      rows.allSatisfy { $0 >= 0 && $0 < columnStarts.count - 1 }, "row outside the matrix")
    self.columnStarts = columnStarts
    self.rows = rows
  }

  package var order: Int { columnStarts.count - 1 }
}

/// Why a sparse matrix has no LU factors.
package enum SparseLUError: Error, Equatable {
  /// No pivot is left in this column of the matrix as given, if it is known.
  case singular(column: Int?)
  case outOfMemory(order: Int)
  case tooLarge(order: Int)
}

/// The factors `P R A Q = L U + F` of a sparse unsymmetric matrix of a fixed pattern.
///
/// SuiteSparse KLU: permutation to block triangular form, AMD in each block, left-looking elimination
/// with a preference for the diagonal [Davis, Palamadai Natarajan 2010, ACM TOMS 37(3), Algorithm 907].
/// Made for matrices of circuits and grids, whose factors stay sparse: analyse once, factorise once,
/// and take over the pivots for every further set of numbers. Owns the C objects, cannot be copied.
@safe
package struct SparseLU: ~Copyable {
  /// KLU's version, for the provenance of results.
  package static let version = "\(KLU_MAIN_VERSION).\(KLU_SUB_VERSION).\(KLU_SUBSUB_VERSION)"

  private let common: UnsafeMutablePointer<klu_common>
  private var symbolic: UnsafeMutablePointer<klu_symbolic>?
  private var numeric: UnsafeMutablePointer<klu_numeric>?
  /// KLU declares its arguments without `const`, but only reads them.
  private let starts: Buffer<Int32>
  private let rows: Buffer<Int32>
  package let order: Int

  /// Analyses the pattern: blocks and order of elimination. No numbers yet.
  package init(analysing pattern: SparsePattern) throws(SparseLUError) {
    order = pattern.order
    starts = Buffer(repeating: 0, count: pattern.columnStarts.count)
    rows = Buffer(repeating: 0, count: pattern.rows.count)
    let (startView, rowView) = (starts.view, rows.view)
    for (index, start) in pattern.columnStarts.enumerated() { startView[index] = start }
    for (index, row) in pattern.rows.enumerated() { rowView[index] = row }
    // Sound: allocated here, filled by KLU before anything reads it, released in `deinit`.
    unsafe common = .allocate(capacity: 1)
    unsafe klu_defaults(common)
    unsafe symbolic = nil
    unsafe numeric = nil
    guard order > 0 else { return }
    // Sound: KLU reads the two arrays during the call and returns an object that we own.
    unsafe symbolic = klu_analyze(Int32(order), startView.base, rowView.base, common)
    if unsafe symbolic == nil { throw failure() }
  }

  deinit {
    var (symbolic, numeric) = unsafe (symbolic, numeric)
    // Sound: both were made by KLU with this `common`; it accepts nil.
    unsafe klu_free_numeric(&numeric, common)
    unsafe klu_free_symbolic(&symbolic, common)
    unsafe common.deallocate()
  }

  /// Computes the factors, choosing pivots: one value for each entry of the pattern.
  package mutating func factorise(_ values: View<Double>) throws(SparseLUError) {
    precondition(values.count >= rows.count, "one value for each entry of the pattern")
    guard order > 0 else { return }
    // Sound: KLU reads the arrays during the call; the factors it made before are freed first.
    unsafe klu_free_numeric(&numeric, common)
    unsafe numeric = klu_factor(
      starts.view.base, rows.view.base, UnsafeMutablePointer(mutating: values.base), symbolic,
      common)
    if unsafe numeric == nil || common.pointee.status != KLU_OK { throw failure() }
  }

  /// Computes the factors of other numbers with the pivots of the last ``factorise(_:)``, several
  /// times faster; chooses new pivots where the old ones no longer serve.
  package mutating func refactorise(_ values: View<Double>) throws(SparseLUError) {
    precondition(values.count >= rows.count, "one value for each entry of the pattern")
    guard order > 0 else { return }
    guard unsafe numeric != nil else { return try factorise(values) }
    // Sound: as above; the factors are overwritten in place.
    let isDone = unsafe klu_refactor(
      starts.view.base, rows.view.base, UnsafeMutablePointer(mutating: values.base), symbolic,
      numeric, common)
    let isUsable = unsafe isDone == 1 && common.pointee.status == KLU_OK
    guard isUsable, reciprocalCondition > Self.pivotRatioMin else { return try factorise(values) }
  }

  /// Pivots further apart than this are taken as a sign that the order of pivots no longer serves.
  private static let pivotRatioMin = 1e-14

  /// Solves `A X = B` in place; `block` holds `columns` columns of `order` numbers.
  package mutating func solve(_ block: MutableView<Double>, columns: Int = 1) {
    precondition(block.count >= order * columns, "one number for each equation and column")
    guard order > 0, columns > 0 else { return }
    precondition(unsafe numeric != nil, "solving needs factors")
    // Sound: the view has room for all columns; KLU keeps no reference to it.
    unsafe klu_solve(symbolic, numeric, Int32(order), Int32(columns), block.base, common)
  }

  /// Ratio of the smallest to the largest pivot: a cheap upper bound of the reciprocal condition
  /// number of the scaled matrix.
  package var reciprocalCondition: Double {
    guard order > 0, unsafe numeric != nil else { return 1 }
    // Sound: KLU reads the factors and writes the number into `common`.
    unsafe klu_rcond(symbolic, numeric, common)
    return unsafe common.pointee.rcond
  }

  /// What KLU's status says.
  private func failure() -> SparseLUError {
    switch unsafe common.pointee.status {
    case KLU_OUT_OF_MEMORY: return .outOfMemory(order: order)
    case KLU_TOO_LARGE: return .tooLarge(order: order)
    default:
      let column = unsafe Int(common.pointee.singular_col)
      return .singular(column: column >= 0 && column < order ? column : nil)
    }
  }
}
