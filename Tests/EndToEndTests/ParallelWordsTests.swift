import Base
import Testing

@Suite("GNU parallel's words") struct ParallelWordsTests {
  @Test("a command runs here once for each value, in order, and its failures are counted")
  func values() {
    let world = World()
    world.file("in.txt", "from here\n")
    let ran = world.begin(
      [
        "run", "-k", "--joblog", "log", "--", "sh", "-c", "cat in.txt; echo {} {#}; exit {}", ":::",
        "0", "3", "0",
      ], in: world.folder
    ).wait(limit: Seconds(60))
    #expect(ran.status == 1, "\(ran.errors)")
    #expect(
      ran.output == "from here\n0 1\nfrom here\n3 2\nfrom here\n0 3\n")
    let log = readText("\(world.folder)/log").split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false)
    }
    #expect(
      log.first?.joined(separator: " ")
        == "Seq Host Starttime JobRuntime Send Receive Exitval Signal Command")
    #expect(log.dropFirst().map { $0[0] } == ["1", "2", "3"])
    #expect(log.dropFirst().map { $0[6] } == ["0", "3", "0"])
    #expect(log.dropFirst().map { $0[5] } == ["14", "14", "14"])
    #expect(log[1][8] == "sh -c 'cat in.txt; echo 0 1; exit 0'")
  }

  @Test("values come from files, and without values nothing runs")
  func files() {
    let world = World()
    world.file("list", "a\nb b\n")
    world.file("none", "")
    let ran = world.begin(["run", "-k", "-a", "list", "--", "echo", "{}!"], in: world.folder)
      .wait(limit: Seconds(60))
    #expect(ran.output == "a!\nb b!\n", "\(ran.errors)")
    let nothing = world.begin(["run", "-a", "none", "--", "echo"], in: world.folder)
      .wait(limit: Seconds(60))
    #expect(nothing.status == 0)
    #expect(world.kiln("list").lines.count == 2)
  }

  @Test("a script says what it needs, and flags stand above it")
  func script() {
    let world = World()
    world.file(
      "run.sh",
      """
      #!/bin/sh
      #KILN name: mine
      #KILN resources: {cpus: 2}
      #KILN --time 5min
      echo "$KILN_CPUS" > cpus.txt
      """)
    let ran = world.begin(["run", "-o", "out", "--cpus", "1", "run.sh"], in: world.folder)
      .wait(limit: Seconds(60))
    #expect(ran.status == 0, "\(ran.errors)")
    #expect(readText("\(world.folder)/out/cpus.txt") == "1\n")
    let shown = world.kiln("show", "last", "--json").output
    #expect(shown.contains("\"name\":\"mine\"") && shown.contains("\"time_seconds\":300"))
  }

  @Test("the timeline of a task shows every attempt, and the report what to ask for next")
  func timeline() {
    let world = World()
    let job = world.file(
      "twice.yaml",
      "name: twice\ncommand: [sh, -c, \"test $KILN_ATTEMPT = 2\"]\nretry: {failed: 1}\nresources: {memory: 2 GiB}\n"
    )
    #expect(world.kiln("submit", job).status == 0)
    #expect(world.kiln("wait", "1").status == 0)
    let shown = world.kiln("show", "1.1", "--json").output
    #expect(shown.contains("\"attempt\":1,\"state\":\"failed(1)\""), "\(shown)")
    #expect(shown.contains("\"attempt\":2,\"state\":\"succeeded\""), "\(shown)")
    let report = world.kiln("report", "efficiency", "1").lines
    #expect(report.count == 2)
    #expect(report.first?.hasPrefix("job\tstep\tname\ttasks\tcpus\tbusy") == true)
  }

  @Test("a command is told of the first failure and of the end of a job")
  func notices() {
    let world = World()
    let job = world.file(
      "told.yaml",
      """
      name: told
      command: [sh, -c, "exit {n}"]
      sweep: {n: [0, 1, 2]}
      notify: {command: [sh, -c, "echo $KILN_EVENT $KILN_EVENT_STATE $KILN_EVENT_JOB >> \(world.folder)/told"]}
      """)
    #expect(world.kiln("submit", job).status == 0)
    #expect(world.kiln("wait", "1").status == 1)
    let told = "\(world.folder)/told"
    #expect(
      until(Seconds(30)) { readText(told).split(separator: "\n").count == 2 }, "\(readText(told))")
    #expect(readText(told).contains("first_failure"))
    #expect(readText(told).contains("job_ended failed 1\n"))
  }
}
