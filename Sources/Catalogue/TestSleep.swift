import Base
import JobModel

extension KernelDeclaration {
  /// Waits, then writes its value: it takes the code path of every kernel.
  package static let testSleep = KernelDeclaration(
    name: "test.sleep",
    summary: "Waits for a while and writes its value into the summary.",
    discussion: """
      For trying out an installation and for measuring what a task costs: it reads its parameters, \
      reports progress, can be cancelled and publishes a result as every kernel does, but computes \
      nothing.
      """,
    parameters: [
      ParameterDeclaration(
        "duration", .quantity(dimension: "time", 0...86_400), "How long to wait.",
        default: .quantity(0, unit: "s")),
      ParameterDeclaration(
        "value", .number(-1e300...1e300), "Written into the summary.", default: .number(0)),
      ParameterDeclaration(
        "summary_bytes", .integer(0...1_000_000),
        "So many characters of filling in the summary, different for each value.",
        default: .number(0)),
      ParameterDeclaration(
        "file_bytes", .integer(0...1_000_000_000),
        "Size of a file `data.bin`, different for each value; none for 0.", default: .number(0)),
    ],
    outputs: [
      OutputDeclaration("summary.json", "The value."),
      OutputDeclaration("data.bin", "Random bytes, with `file_bytes`."),
    ],
    scalars: [
      ScalarDeclaration("value", "The parameter `value`."),
      ScalarDeclaration("filling", "Hexadecimal digits, with `summary_bytes`."),
    ],
    metrics: [ScalarDeclaration("elapsed", unit: "s", "Time slept so far.")],
    example: """
      name: ten naps
      kernel: test.sleep
      parameters: {duration: 100 ms}
      sweep: {value: {from: 1, to: 10, count: 10}}
      """,
    estimate: { facts in
      guard case .quantity(let number, let unit)? = facts.parameters["duration"],
        let seconds = UnitSystem.toSI(number, unit: unit, dimension: "time")
      else { return Estimate(seconds: .zero, memory: .mebibytes(16)) }
      return Estimate(seconds: Seconds(seconds), memory: .mebibytes(16))
    })
}
