import Testing

@Suite("hostile job files")
struct HostileTests {
  @Test("all problems of a file are reported at once, in its order")
  func allAtOnce() {
    let problems = JobFileFixture().problems(
      """
      nmae: a
      kernel: test.sleep
      parameters: {duratoin: 1 s, value: two}
      resources: {memory: 512, cpus: 0}
      retry: {lots: 1}
      """)
    #expect(
      problems == [
        "job.yaml:1:1: unknown key `nmae`; did you mean `name`?",
        "job.yaml:3:14: the parameter `duratoin` is no parameter of test.sleep; "
          + "did you mean `duration`?",
        "job.yaml:3:36: `value` must be a number, not `two`",
        "job.yaml:4:21: `memory` needs a unit; write it like `512 MiB`",
        "job.yaml:4:32: `cpus` must be a whole number from 1 to 4096, not `0`",
        "job.yaml:5:9: unknown key `lots`; did you mean `lost`?",
      ])
  }

  @Test("of very many problems the first fifty are shown")
  func manyProblems() {
    let keys = (0..<1000).map { "wrong\($0): 1" }.joined(separator: "\n")
    let problems = JobFileFixture().problems("kernel: test.sleep\n\(keys)")
    #expect(problems.count == 51)
    #expect(problems[0].hasPrefix("job.yaml:2:1: unknown key `wrong0`"))
    #expect(
      problems[50] == "job.yaml:52:1: there are more problems; correct those above first")
  }

  @Test("a file of more than 1 MiB is refused unread")
  func size() {
    let problem =
      "job.yaml:1:1: larger than 1 MiB; "
      + "put data into input files, and long axes into {from: , to: , count: }"
    let text = "name: \"\(String(repeating: "a", count: 10 << 20))\"\nkernel: test.sleep"
    #expect(JobFileFixture().problems(text) == [problem])
  }

  @Test(
    "nesting deeper than 32 levels is refused",
    arguments: [
      (String(repeating: "[", count: 500_000), "job.yaml:1:33"),
      (String(repeating: "- ", count: 500_000), "job.yaml:1:65"),
      (String(repeating: "{a: ", count: 200_000), "job.yaml:1:129"),
      (String(repeating: "? ", count: 500_000), "job.yaml:1:65"),
    ])
  func depth(source: String, place: String) {
    #expect(
      JobFileFixture().problems(source) == [
        "\(place): nested deeper than 32 levels; a job file needs less than ten"
      ])
  }

  @Test("more values than any job needs are refused")
  func values() {
    let list = String(repeating: "1,", count: 200_000)
    #expect(
      JobFileFixture().problems("kernel: test.sleep\nsweep: {value: [\(list)]}") == [
        "job.yaml:2:100003: more than 50000 values; write long axes as {from: , to: , count: }"
      ])
  }

  @Test(
    "more entries than any person writes are refused",
    arguments: [
      ("inputs", "command: [x]\ninputs: {", 1001, "a#: a", "}", "2:9", 1000),
      ("outputs", "command: [x]\noutputs: [", 101, "a#", "]", "2:10", 100),
      ("sweep", "command: [x]\nsweep: {", 1001, "a#: [1]", "}", "2:8", 1000),
      ("steps", "steps: {", 1001, "a#: {kernel: test.sleep}", "}", "1:8", 1000),
    ])
  func entries(
    key: String, head: String, count: Int, entry: String, tail: String, place: String, limit: Int
  ) {
    let entries = (0..<count).map { entry.replacing("#", with: "\($0)") }
    #expect(
      JobFileFixture().problems(head + entries.joined(separator: ", ") + tail) == [
        "job.yaml:\(place): `\(key)` has \(count) entries; at most \(limit) are allowed"
      ])
  }

  @Test(
    "bytes that are no UTF-8 are refused with their place",
    arguments: [
      ([0xFF], "1:1"), ([0x61, 0x0A, 0x62, 0xC0, 0xAF], "2:2"), ([0xED, 0xA0, 0x80], "1:1"),
      ([0xE6, 0x94], "1:1"), ([0xFF, 0xFE, 0x61, 0x00], "1:1"), ([0xF5, 0x80, 0x80, 0x80], "1:1"),
    ] as [([UInt8], String)])
  func encoding(bytes: [UInt8], place: String) {
    #expect(
      JobFileFixture().problems(bytes: bytes) == [
        "job.yaml:\(place): not valid UTF-8; save the file as UTF-8"
      ])
  }

  @Test("an alias bomb is refused anchor by anchor, alias by alias")
  func aliasBomb() {
    var source = "a: &a [x, x]\n"
    for letter in "bcdefghij" { source += "\(letter): &\(letter) [*a, *a, *a]\n" }
    let problems = JobFileFixture().problems(source)
    #expect(problems.contains("job.yaml:1:4: anchors are not allowed; remove the word after `&`"))
    #expect(problems.contains("job.yaml:2:8: aliases are not allowed; write the value itself"))
  }

  @Test("a step name with control characters cannot reach a terminal")
  func terminal() {
    let problems = JobFileFixture().problems("steps: {\"a\\e[31m\": {kernel: test.sleep}}")
    #expect(
      problems == [
        "job.yaml:1:9: `a\\u{1B}[31m` is no name for a step; begin with a letter; "
          + "use letters, digits, `-` and `_`, at most 64 bytes"
      ])
  }

  @Test("files that once surprised somebody are refused", arguments: KeptCases.all)
  func keptCases(source: String) { #expect(!JobFileFixture().problems(source).isEmpty) }
}
