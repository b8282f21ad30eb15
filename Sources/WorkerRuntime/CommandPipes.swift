import Base
import CLinux
import Glibc
import Results

/// The pipes through which commands print; they stay for the life of a lease, so that a task costs no
/// set-up.
final class CommandPipes {
  /// What a command gets as its descriptors 0, 1 and 2.
  let input: Descriptor
  let outputEnd: Descriptor
  let errorEnd: Descriptor

  private let outputSource: Descriptor
  private let errorSource: Descriptor
  private var output = HeadAndTail()
  private var error = HeadAndTail()
  private var outputMetrics = MetricLines()
  private var errorMetrics = MetricLines()
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)
  /// Called for each metric that the running command prints.
  var report: (String, Double) -> Void = { _, _ in }

  init() throws(KilnError) {
    input = try Descriptor.open("/dev/null", O_RDONLY)
    (outputSource, outputEnd) = try Self.pipe()
    (errorSource, errorEnd) = try Self.pipe()
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

  /// Collects what the command prints until it has ended.
  func follow(_ command: ProcessHandle) {
    let watches = [command.watch, Watch(outputSource.number), Watch(errorSource.number)]
    while !wait(for: watches, atMost: nil)[0] { drain() }
  }

  /// Collects what lies in the pipes.
  private func drain() {
    // Bounded, so that a command that prints without end does not hide its own end.
    for _ in 0..<64 {
      let more = read(outputSource, into: &output, &outputMetrics)
      if !read(errorSource, into: &error, &errorMetrics), !more { return }
    }
  }

  /// Takes everything printed, after all who could print are gone.
  func take() -> (output: [UInt8], error: [UInt8]) {
    while read(outputSource, into: &output, &outputMetrics) {}
    while read(errorSource, into: &error, &errorMetrics) {}
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
