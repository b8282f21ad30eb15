import JobModel
import Testing

@testable import JobFiles

@Suite("jobs that wait for jobs, and reuse") struct JobNeedTests {
  @Test("`after` takes numbers, conditions before numbers, and mappings")
  func forms() throws {
    let source = "kernel: test.sleep\nafter: [12, not-ok:13, {job: 14, condition: each}]\n"
    let spec = try JobFile.parse(
      source: source, fileName: "job.yaml",
      context: JobFileContext(exists: { _ in false }, placeholders: { _ in nil }))
    #expect(
      spec.after == [
        JobNeed(JobID(12)), JobNeed(JobID(13), .notOk), JobNeed(JobID(14), .each),
      ])
  }

  @Test(
    "a mistake in `after` or `reuse`",
    arguments: [
      ("reuse: maybe", "job.yaml:2:8: `reuse` must be `true` or `false`, not `maybe`"),
      (
        "after: [late]",
        "job.yaml:2:9: `late` names no job to wait for; write its number, as in `12`, or with a "
          + "condition: `not-ok:12`, `any:12`, `each:12`"
      ),
      (
        "after: [{job: 3, condition: notok}]",
        "job.yaml:2:29: `condition` must be `ok`, `not-ok`, `any` or `each`, not `notok`; "
          + "did you mean `not-ok`?"
      ),
    ])
  func mistakes(_ line: String, _ problem: String) {
    #expect(JobFileFixture().problems("kernel: test.sleep\n" + line) == [problem])
  }
}
