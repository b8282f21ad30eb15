import Testing

/// One mistake and what is said about it.
struct Mistake: Sendable, CustomTestStringConvertible {
  let source: String
  let problem: String

  init(_ source: String, _ problem: String) {
    self.source = source
    self.problem = problem
  }

  var testDescription: String { source }
}

@Suite("what is said about mistakes in job files")
struct ProblemTextTests {
  @Test("a mistake in the YAML", arguments: syntax)
  func saysWhatIsWrongInSyntax(_ mistake: Mistake) { expect(mistake) }

  @Test("a mistake in the keys of the job", arguments: job)
  func saysWhatIsWrongInJob(_ mistake: Mistake) { expect(mistake) }

  @Test("a mistake in what to run", arguments: work)
  func saysWhatIsWrongInWork(_ mistake: Mistake) { expect(mistake) }

  @Test("a mistake in a parameter", arguments: parameters)
  func saysWhatIsWrongInParameters(_ mistake: Mistake) { expect(mistake) }

  @Test("a mistake in an input", arguments: inputs)
  func saysWhatIsWrongInInputs(_ mistake: Mistake) { expect(mistake) }

  @Test("a mistake in a sweep", arguments: sweeps)
  func saysWhatIsWrongInSweeps(_ mistake: Mistake) { expect(mistake) }

  @Test("a mistake in units", arguments: units)
  func saysWhatIsWrongInUnits(_ mistake: Mistake) { expect(mistake) }

  @Test("a mistake in resources, retry or outputs", arguments: resources)
  func saysWhatIsWrongInResources(_ mistake: Mistake) { expect(mistake) }

  @Test("a mistake in steps", arguments: steps)
  func saysWhatIsWrongInSteps(_ mistake: Mistake) { expect(mistake) }

  @Test("an input that stands beside its kernel is told where it belongs")
  func input() {
    #expect(
      JobFileFixture().problems("kernel: fe.solve\ndeck: a.inp").contains(
        "job.yaml:2:1: unknown key `deck`; it is an input of fe.solve: write `inputs: {deck: FILE}`"
      ))
  }

  private func expect(_ mistake: Mistake) {
    #expect(JobFileFixture().problems(mistake.source) == [mistake.problem])
  }
}
