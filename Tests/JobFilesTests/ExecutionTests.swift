import Base
import JobModel
import Testing

@testable import JobFiles

@Suite("how tasks are run, as job files say it") struct ExecutionTests {
  private static let command = "command: [solver]\n"

  @Test(
    "mistakes are named with their place",
    arguments: [
      (
        command + "isolation: sanbox",
        "2:12: `isolation` must be `none` or `sandbox`, not `sanbox`; did you mean `sandbox`?"
      ),
      (
        "kernel: test.sleep\nisolation: sandbox",
        "2:1: `isolation` is for commands, not for test.sleep; remove it"
      ),
      (
        "kernel: test.sleep\ncheckpoint: {}",
        "2:1: `checkpoint` is for commands, not for test.sleep; remove it"
      ),
      (
        command + "checkpoint: {signal: USR3}",
        "2:22: `USR3` is no signal; did you mean `USR1`?"
      ),
      (
        command + "checkpoint: {before: 60}",
        "2:22: `before` needs a unit; write it like `10 min`"
      ),
      (
        command + "resources: {time: 1 min}\ncheckpoint: {before: 60 s}",
        "3:22: `before` is not shorter than the time limit of 1 min; make it shorter, or `resources: {time: …}` longer"
      ),
      (
        command + "checkpoint: {sginal: USR1}",
        "2:14: unknown key `sginal`; did you mean `signal`?"
      ),
      (
        command + "checkpoint: yes",
        "2:13: `checkpoint` must be a mapping; write `checkpoint: {signal: USR1, before: 60 s}`"
      ),
      (
        command + "stop_when: residual <",
        "2:12: `stop_when`, column 11 of `residual <`: the name of a metric or a number is missing here; write it like `residual < 1e-6 or iterations > 500`"
      ),
      (
        "kernel: test.sleep\nstop_when: elapsd > 3",
        "2:12: test.sleep reports no metric `elapsd`; did you mean `elapsed`?"
      ),
      (
        "kernel: test.stuck\nstop_when: residual < 1",
        "2:12: test.stuck reports no metric `residual`; it reports none; remove `stop_when`"
      ),
    ])
  func mistakes(source: String, problem: String) {
    #expect(JobFileFixture().problems(source) == ["job.yaml:" + problem])
  }

  @Test("a checkpoint without details has a signal and a time of its own")
  func defaults() throws {
    let step = try #require(try JobFileFixture().read(Self.command + "checkpoint: {}").steps.first)
    #expect(step.checkpoint == CheckpointPolicy(signal: .usr1, before: Seconds(60)))
    #expect(step.isolation == nil && step.stopWhen == nil)
  }

  @Test("what is written reaches the step")
  func values() throws {
    let source =
      Self.command + """
        isolation: sandbox
        checkpoint: {signal: SIGTERM, before: 5 s}
        stop_when: residual < 1e-6 or iterations > 500
        """
    let step = try #require(try JobFileFixture().read(source).steps.first)
    #expect(step.isolation == .sandbox)
    #expect(step.checkpoint == CheckpointPolicy(signal: .term, before: Seconds(5)))
    #expect(step.stopWhen?.metrics == ["iterations", "residual"])
  }
}
