import Base
import CLinux
import Glibc
import Results

/// The pipes through which commands print; they stay for the life of a lease, so that a task costs no
/// set-up.
final class CommandPipes {
  private let ends: Ends
  private var output = HeadAndTail()
  private var error = HeadAndTail()
  private var outputMetrics = MetricLines()
  private var errorMetrics = MetricLines()
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)
  /// Called for each metric that the running command prints.
  var report: (String, Double) -> Void = { _, _ in }

  init(_ ends: Ends) { self.ends = ends }

  /// What a command gets as its descriptors 0, 1 and 2.
  var input: Descriptor { ends.input }
  var outputEnd: Descriptor { ends.output.target }
  var errorEnd: Descriptor { ends.error.target }

  /// The descriptors: of a lease, or of a sandbox that outlives it.
  struct Ends: Sendable {
    fileprivate let input: Descriptor
    fileprivate let output: (source: Descriptor, target: Descriptor)
    fileprivate let error: (source: Descriptor, target: Descriptor)

    init() throws(KilnError) {
      input = try Descriptor.open("/dev/null", O_RDONLY)
      output = try Self.pipe()
      error = try Self.pipe()
    }

    private static func pipe() throws(KilnError) -> (Descriptor, Descriptor) {
      var ends: [Int32] = [-1, -1]
      // Sound: the call fills an array of two.
      guard unsafe kiln_pipe(&ends) == 0 else { throw systemError("cannot create a pipe") }
      let source = Descriptor(owning: ends[0])
      let target = Descriptor(owning: ends[1])
      guard kiln_fcntl(source.number, F_SETFL, O_NONBLOCK) == 0 else {
        throw systemError("cannot set up a pipe")
      }
      return (source, target)
    }
  }

  /// Collects what the command prints until something happens that tells of its end.
  func follow(until end: Watch) {
    let watches = [end, Watch(ends.output.source.number), Watch(ends.error.source.number)]
    while !wait(for: watches, atMost: nil)[0] { drain() }
  }

  /// Collects what lies in the pipes.
  private func drain() {
    // Bounded, so that a command that prints without end does not hide its own end.
    for _ in 0..<64 {
      let more = read(ends.output.source, into: &output, &outputMetrics)
      if !read(ends.error.source, into: &error, &errorMetrics), !more { return }
    }
  }

  /// Takes everything printed, after all who could print are gone.
  func take() -> (output: [UInt8], error: [UInt8]) {
    while read(ends.output.source, into: &output, &outputMetrics) {}
    while read(ends.error.source, into: &error, &errorMetrics) {}
    defer {
      (output, error) = (HeadAndTail(), HeadAndTail())
      outputMetrics.reset()
      errorMetrics.reset()
    }
    return (output.bytes, error.bytes)
  }

  private func read(
    _ source: Descriptor, into stream: inout HeadAndTail, _ metrics: inout MetricLines
  ) -> Bool {
    // Sound: the length passed along is that of the buffer.
    let got = unsafe Glibc.read(source.number, &buffer, buffer.count)
    guard got > 0 else { return false }
    stream.append(buffer[..<got])
    metrics.take(buffer[..<got], report)
    return true
  }
}
