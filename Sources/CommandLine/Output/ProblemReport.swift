import Base

/// Writes problems for people: those of a file begin with their place, so that editors find it.
enum ProblemReport {
  static func write(_ problems: Problems, to messages: any TextSink) {
    for problem in problems.all {
      let text = problem.description.split(separator: "\n", omittingEmptySubsequences: false)
        .map { escaped($0) }.joined(separator: "\n")
      messages.line(problem.place == nil ? "kiln: \(text)" : text)
    }
    messages.flush()
  }

  static func json(_ problems: Problems) -> JSONValue {
    .object([
      "problems": .array(
        problems.all.map { problem in
          .object([
            "code": .text(problem.code.rawValue), "message": .text(problem.message),
            "place": Cell(problem.place).json, "fix": Cell(problem.fix).json,
          ])
        })
    ])
  }
}
