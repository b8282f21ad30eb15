import CCholmod

/// Owner of CHOLMOD's workspace and settings; the library's calls go through one of these.
@safe
struct CholmodSession: ~Copyable {
  let common: UnsafeMutablePointer<cholmod_common>

  init() {
    // Sound: allocated here, started by CHOLMOD before anything reads it, released in `deinit`.
    unsafe common = .allocate(capacity: 1)
    unsafe cholmod_l_start(common)
    unsafe kiln_cholmod_be_quiet(common)
    kiln_cholmod_use_no_threads()
    kiln_cholmod_use_huge_pages()
  }

  deinit {
    unsafe cholmod_l_finish(common)
    unsafe common.deallocate()
  }

  /// The most memory CHOLMOD has held so far, in bytes.
  var peakBytes: Int { unsafe Int(common.pointee.memory_usage) }

  /// Floating point operations of the factor that was analysed last.
  var operations: Double { unsafe common.pointee.fl }

  /// Throws what the last call reported, nothing when it went well.
  func check(equations: Int) throws(FactorisationError) {
    switch unsafe common.pointee.status {
    case CHOLMOD_OK, CHOLMOD_DSMALL: return
    case CHOLMOD_OUT_OF_MEMORY: throw .outOfMemory(equations: equations)
    case CHOLMOD_TOO_LARGE: throw .tooLarge(equations: equations)
    case CHOLMOD_NOT_POSDEF: throw .notPositiveDefinite(equation: nil)
    case let status: throw .library(status: Int(status))
    }
  }

  /// Calls `body` with CHOLMOD's description of the pattern, and of the values if there are any.
  ///
  /// Nothing is copied: CHOLMOD reads the arrays and must not change them.
  func withSparse<Result>(
    _ pattern: SymmetricPattern, values: [Double]?,
    _ body: (UnsafeMutablePointer<cholmod_sparse>) -> Result
  ) -> Result {
    // Sound: the pointers live as long as the closures, and the calls made here only read them.
    unsafe pattern.columnStarts.withUnsafeBufferPointer { starts in
      unsafe pattern.rows.withUnsafeBufferPointer { rows in
        unsafe (values ?? []).withUnsafeBufferPointer { numbers in
          var matrix = unsafe cholmod_sparse()
          unsafe matrix.nrow = pattern.order
          unsafe matrix.ncol = pattern.order
          unsafe matrix.nzmax = pattern.rows.count
          unsafe matrix.p = UnsafeMutableRawPointer(mutating: starts.baseAddress)
          unsafe matrix.i = UnsafeMutableRawPointer(mutating: rows.baseAddress)
          unsafe matrix.x = UnsafeMutableRawPointer(mutating: numbers.baseAddress)
          unsafe matrix.stype = 1
          unsafe matrix.itype = CHOLMOD_LONG
          unsafe matrix.xtype = values == nil ? CHOLMOD_PATTERN : CHOLMOD_REAL
          unsafe matrix.dtype = CHOLMOD_DOUBLE
          unsafe matrix.sorted = 1
          unsafe matrix.packed = 1
          return unsafe body(&matrix)
        }
      }
    }
  }
}

/// Why a matrix could not be factorised.
package enum FactorisationError: Error, Equatable {
  /// Elimination broke down at this equation (of the matrix as given), if it is known.
  case notPositiveDefinite(equation: Int?)
  case outOfMemory(equations: Int)
  case tooLarge(equations: Int)
  case library(status: Int)
  /// The caller asked to stop.
  case cancelled
}
