import CBLAS

/// The BLAS library of the process.
package enum BLAS {
  /// Sets how many threads the following calls may use; a process-wide setting of the library.
  package static func useThreads(_ count: Int) {
    precondition(count >= 1, "a BLAS needs at least one thread")
    openblas_set_num_threads(Int32(count))
  }

  /// Name and version, for the provenance of results.
  package static var version: String {
    guard let text = unsafe openblas_get_config() else { return "OpenBLAS" }
    // Sound: the library returns a constant, zero-terminated string.
    return unsafe String(cString: text)
  }
}
