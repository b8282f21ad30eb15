import Base
import JobFiles
import JobModel
import Testing

@Suite("scripts that say what they need")
struct KilnScriptTests {
  private let context = JobFileContext(exists: { _ in true }, placeholders: { _ in [] })

  private func script(_ text: String) throws(Problems) -> KilnScript {
    let script = try KilnScript(Array(text.utf8), path: "d/run.sh")
    try script.check(context)
    return script
  }

  private func problems(_ text: String) -> [String] {
    do throws(Problems) {
      _ = try script(text)
      return []
    } catch {
      return error.all.map(\.description)
    }
  }

  @Test("settings and flags are read up to the first command")
  func directives() throws {
    let script = try script(
      """
      #!/bin/bash -l
      # a comment
      #KILN name: 支架
      #KILN resources:
      #KILN   memory: 2 GiB
      #KILN   cpus: 2
        #KILN --time 10min -p "5"
      #KILNish is nothing

      echo go
      #KILN priority: 9
      """)
    #expect(script.flags.map(\.words) == [["--time", "10min", "-p", "5"]])
    #expect(script.flags.map(\.place) == ["d/run.sh:7"])
    let job = try JobFile.parse(
      source: script.source(in: nil), fileName: "run.sh", context: context)
    #expect(job.name == "支架")
    #expect(job.priority == 0)
    #expect(job.steps[0].resources.memory == .gibibytes(2))
    #expect(job.steps[0].resources.cpus == 2)
    #expect(job.steps[0].work == .command(["/bin/bash", "-l", "{script}"]))
    #expect(JobFile.inputPaths(of: job).map(\.path) == ["run.sh"])
  }

  @Test("axes of a sweep are variables, and inputs stand beside the script")
  func sweep() throws {
    let script = try script(
      "#!/bin/sh\n#KILN sweep: {load: [1, 2.5], mesh: [coarse, fine]}\n#KILN inputs: {d: x.inp}\n")
    let job = try JobFile.parse(
      source: script.source(in: nil), fileName: "run.sh", context: context)
    #expect(
      try TaskInstance(step: job.steps[0], task: 4).command
        == ["env", "load=2.5", "mesh=fine", "/bin/sh", "run.sh"])
    #expect(JobFile.inputPaths(of: job).map(\.path) == ["run.sh", "x.inp"])
  }

  @Test(
    "what is wrong is reported at its line and column in the script",
    arguments: [
      (
        "#!/bin/sh\n\n#KILN resourcess: {cpus: 1}\n",
        "d/run.sh:3:7: unknown key `resourcess`; did you mean `resources`?"
      ),
      (
        "#!/bin/sh\n#KILN resources:\n#KILN   cpuss: 3\n",
        "d/run.sh:3:9: unknown key `cpuss`; did you mean `cpus`?"
      ),
      (
        "#!/bin/sh\n#KILN command: [a]\n",
        "d/run.sh:2:7: `command` cannot stand in a script: the script is the command; remove it, or write a job file"
      ),
      (
        "#!/bin/sh\n#KILN --name 'x\n",
        "d/run.sh:2: a quote is not closed; close it, or put a backslash before it"
      ),
    ])
  func mistakes(text: String, problem: String) { #expect(problems(text) == [problem]) }

  @Test("a script is known by its first two bytes")
  func recognition() {
    #expect(KilnScript.isScript(Array("#!/bin/sh\n".utf8)))
    #expect(!KilnScript.isScript(Array("# kernel: x\n".utf8)))
  }
}

@Suite("who is told")
struct NoticeTests {
  @Test("a job names one target or several, and of what they are told")
  func targets() throws {
    let one = try JobFileFixture().read(
      "command: [true]\nnotify: {webhook: \"https://a.example/x?y=1\"}\n")
    #expect(one.notify == [NoticeTarget(.webhook("https://a.example/x?y=1"))])
    let two = try JobFileFixture().read(
      "command: [true]\nnotify: [{command: [tell, me], on: [end]}, {webhook: \"http://b\"}]\n")
    #expect(
      two.notify == [
        NoticeTarget(.command(["tell", "me"]), on: [.end]), NoticeTarget(.webhook("http://b")),
      ])
    #expect(try JobFileFixture().read("command: [true]\n").notify == nil)
  }

  @Test(
    "mistakes are reported with their places",
    arguments: [
      (
        "{webhook: ftp://x}",
        "job.yaml:2:19: `webhook` must be an address, not `ftp://x`; write it like `https://example.org/kiln`"
      ),
      (
        "{on: [end]}",
        "job.yaml:2:9: `notify` needs either `webhook` or `command`; write `notify: {webhook: \"https://example.org/kiln\"}`"
      ),
      ("{command: [a], on: [ends]}", "job.yaml:2:29: `on` knows no `ends`; did you mean `end`?"),
    ])
  func mistakes(notify: String, problem: String) {
    #expect(JobFileFixture().problems("command: [true]\nnotify: \(notify)\n") == [problem])
  }
}
