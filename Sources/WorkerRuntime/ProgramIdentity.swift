import Base
import Glibc
import Kernels
import LinearAlgebra

/// What this program computes with: two workers with the same text give the same bits for the same
/// task (promise 5).
///
/// It names the program's file, the processor, BLAS with the core that it chose, and the libraries of
/// the kernels. A rebuilt program is another one, because nobody can tell what was changed in it.
package enum ProgramIdentity {
  package static let text: String = {
    var libraries: [String: String] = ["blas": BLAS.version]
    for kernel in Kernels.all { libraries.merge(kernel.libraries) { one, _ in one } }
    let facts =
      ["kiln \(Kiln.version)", program, Processor.name]
      + libraries.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    return SHA256.of(Array(facts.joined(separator: "\n").utf8)).hex
  }()

  /// Size and time of the program's file.
  private static var program: String {
    var facts = stat()
    // Sound: the path is a terminated string and `facts` a local; both outlive the call.
    guard unsafe stat("/proc/self/exe", &facts) == 0 else { return "unknown" }
    return "\(facts.st_size) bytes of \(facts.st_mtim.tv_sec).\(facts.st_mtim.tv_nsec)"
  }
}
