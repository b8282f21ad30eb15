import Base
import CLinux
import FoundationEssentials
import Glibc

/// What the worker program on disk computes with, asked of itself when it is first needed.
final class WorkerProgram: Sendable {
  private let path: String
  private let known = Monitor<(file: [Int], identity: String?)?>(nil)

  private static let patience = Seconds(5)

  /// - Parameter path: absolute.
  init(path: String) { self.path = path }

  /// Nil where the program does not say.
  var identity: String? {
    let file = fileFacts
    return known.withLock { known in
      if let known, known.file == file { return known.identity }
      let identity = ask()
      known = (file, identity)
      return identity
    }
  }

  /// Differs once the program has been replaced.
  private var fileFacts: [Int] {
    var facts = stat()
    // Sound: the path is a terminated string and `facts` a local; both outlive the call.
    guard unsafe stat(path, &facts) == 0 else { return [] }
    return [Int(facts.st_size), facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec, Int(facts.st_ino)]
  }

  private func ask() -> String? {
    do {
      var ends: [Int32] = [-1, -1]
      // Sound: the call fills an array of two.
      guard unsafe kiln_pipe(&ends) == 0 else { throw systemError("cannot make a pipe") }
      let reader = Descriptor(owning: ends[0])
      return read(from: reader, try start(output: Descriptor(owning: ends[1])))
    } catch {
      Log.write(.warning, "the worker program cannot be asked", ["reason": "\(error)"])
      return nil
    }
  }

  /// The child's copy of the pipe's end is the last one afterwards, so that its end ends the reading.
  private func start(output: Descriptor) throws(KilnError) -> pid_t {
    let nothing = try Descriptor.open("/dev/null", O_RDWR)
    let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
    return try Spawn(
      arguments: [path, "--identity"], environment: environment + ["OPENBLAS_NUM_THREADS=1"],
      input: nothing.number, output: output.number, error: nothing.number
    ).start()
  }

  /// One line of 64 hexadecimal digits.
  private func read(from reader: Descriptor, _ child: pid_t) -> String? {
    var text: [UInt8] = []
    let deadline = Instant.now() + WorkerProgram.patience
    while text.count < 65, Instant.now() < deadline {
      guard wait(for: [Watch(reader.number)], atMost: deadline - .now())[0] else { break }
      var piece = [UInt8](repeating: 0, count: 128)
      // Sound: the length passed along is that of the array.
      let count = unsafe Glibc.read(reader.number, &piece, piece.count)
      guard count > 0 else { break }
      text += piece[..<count]
    }
    kill(child, SIGKILL)
    var status: Int32 = 0
    // Sound: `status` is a local that outlives the call.
    unsafe waitpid(child, &status, 0)
    return SHA256(hex: String(decoding: text.prefix(64), as: UTF8.self))?.hex
  }
}
