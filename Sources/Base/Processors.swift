import CLinux
import Glibc

/// The processors of this machine, and which of them a thread may use.
package enum Processors {
  /// The numbers of those that the calling thread may use, lowest first.
  package static var usable: [Int] {
    (0..<Int32(sysconf(Int32(_SC_NPROCESSORS_CONF)))).filter { kiln_may_use($0) != 0 }
      .map(Int.init)
  }

  /// Binds a thread of this process, and what it starts from now on, to processors.
  /// - Parameter thread: its number; 0: the calling thread.
  package static func bind(_ thread: pid_t = 0, to processors: [Int]) throws(KilnError) {
    let numbers = processors.map { Int32(clamping: $0) }
    // Sound: the count passed along is that of the array.
    guard unsafe kiln_bind(thread, numbers, Int32(numbers.count)) == 0 else {
      throw systemError("cannot bind to processors")
    }
  }
}
