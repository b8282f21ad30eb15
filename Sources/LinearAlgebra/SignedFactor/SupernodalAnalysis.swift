import CCholmod

/// The columns of a factor that share their rows, as CHOLMOD lays them out.
///
/// Supernode `s` is a dense matrix by columns: its columns are `columns[s]..<columns[s + 1]`, its rows
/// `rows[rowStarts[s]..<rowStarts[s + 1]]`, which begin with the columns, its numbers begin at
/// `valueStarts[s]`.
struct Supernodes {
  let order: Int
  /// The equation that is eliminated at each place.
  let permutation: View<Int>
  let columns: View<Int>
  let rowStarts: View<Int>
  let valueStarts: View<Int>
  let rows: View<Int>
  /// Numbers of all supernodes.
  let valueCount: Int

  /// - Returns: nil when the factor is not stored by supernodes. Valid as long as the factor.
  init?(_ factor: UnsafeMutablePointer<cholmod_factor>?) {
    guard let factor = unsafe factor, unsafe factor.pointee.is_super != 0 else { return nil }
    // Sound: CHOLMOD documents these arrays and their lengths; the factor outlives them.
    func view(_ raw: UnsafeMutableRawPointer?, _ count: Int) -> View<Int> {
      unsafe View(UnsafeBufferPointer(start: raw?.assumingMemoryBound(to: Int.self), count: count))
    }
    let count = unsafe factor.pointee.nsuper
    order = unsafe factor.pointee.n
    unsafe permutation = view(factor.pointee.Perm, factor.pointee.n)
    unsafe columns = view(factor.pointee.super, count + 1)
    unsafe rowStarts = view(factor.pointee.pi, count + 1)
    unsafe valueStarts = view(factor.pointee.px, count + 1)
    unsafe rows = view(factor.pointee.s, factor.pointee.ssize)
    valueCount = unsafe factor.pointee.xsize
  }

  var count: Int { max(columns.count - 1, 0) }
  func width(_ supernode: Int) -> Int { columns[supernode + 1] - columns[supernode] }
  func height(_ supernode: Int) -> Int { rowStarts[supernode + 1] - rowStarts[supernode] }
}

/// Where the numbers of a factor will be, without the numbers; owns CHOLMOD's object.
@safe
struct SupernodalAnalysis: ~Copyable {
  private let session = CholmodSession()
  private var factor: UnsafeMutablePointer<cholmod_factor>?
  let supernodes: Supernodes

  /// - Parameter elimination: a permutation of the equations, as ``Graph/fillReducingOrder(_:)``.
  init(_ pattern: SymmetricPattern, elimination: [Int]) throws(FactorisationError) {
    precondition(elimination.count == pattern.order, "one place for each equation")
    var factor = unsafe session.analyse(pattern, elimination, isSupernodal: true)
    guard let supernodes = unsafe Supernodes(factor) else {
      unsafe cholmod_l_free_factor(&factor, session.common)
      try session.check(equations: pattern.order)
      throw .outOfMemory(equations: pattern.order)
    }
    unsafe self.factor = unsafe factor
    self.supernodes = supernodes
  }

  deinit {
    var factor = unsafe factor
    unsafe cholmod_l_free_factor(&factor, session.common)
  }

  /// Floating point operations of the factorisation.
  var operations: Double { session.operations }
}

extension CholmodSession {
  /// CHOLMOD's analysis with a given order; the caller frees what it returns.
  func analyse(
    _ pattern: SymmetricPattern, _ elimination: [Int], isSupernodal: Bool
  ) -> UnsafeMutablePointer<cholmod_factor>? {
    // Sound: CHOLMOD copies the permutation, reads the pattern, and returns an object of its own.
    unsafe kiln_cholmod_use_given_ordering(common)
    if isSupernodal { unsafe common.pointee.supernodal = CHOLMOD_SUPERNODAL }
    return unsafe withSparse(pattern, values: nil) { matrix in
      unsafe elimination.withUnsafeBufferPointer { order in
        unsafe cholmod_l_analyze_p(
          matrix, UnsafeMutablePointer(mutating: order.baseAddress), nil, 0, common)
      }
    }
  }
}
