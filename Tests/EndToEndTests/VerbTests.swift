import Base
import Glibc
import Testing

@Suite("verbs and exit codes")
struct VerbTests {
  @Test("run passes the command's own exit code and output through")
  func commandCode() {
    let world = World()
    let ran = world.kiln("run", "--", "sh", "-c", "echo hello; exit 7")
    #expect(ran.status == 7)
    #expect(ran.output.contains("hello"))
  }

  @Test("the same key never makes a second job, and another job under it is a conflict")
  func keys() {
    let world = World()
    let job = world.file("one.yaml", "name: one\nkernel: test.sleep\n")
    let other = world.file("two.yaml", "name: two\nkernel: test.sleep\n")
    #expect(world.kiln("submit", "--key", "k", job).output == "1\n")
    #expect(world.kiln("submit", "--key", "k", job).output == "1\n")
    #expect(world.kiln("submit", "--key", "k", other).status == 9)
  }

  @Test("a file with mistakes shows all of them with their places and exits with 2")
  func mistakes() {
    let world = World()
    let job = world.file("bad.yaml", "name: bad\nkernell: test.sleep\nprioritty: 3\n")
    let refused = world.kiln("validate", job)
    #expect(refused.status == 2)
    #expect(refused.errors.contains("bad.yaml:2:1"))
    #expect(refused.errors.contains("did you mean `kernel`?"))
    #expect(refused.errors.contains("bad.yaml:3:1"))
  }

  @Test("a job that asks for more than there is can never be placed: exit code 8")
  func tooLarge() {
    let world = World()
    let job = world.file(
      "big.yaml", "name: big\nkernel: test.sleep\nresources: {cpus: 4096}\n")
    #expect(world.kiln("submit", job).status == 8)
  }

  @Test("a cancelled job ends at once, and waiting for it exits with 4")
  func cancel() {
    let world = World()
    let job = world.file(
      "long.yaml", "name: long\nkernel: test.sleep\nparameters: {duration: 1 h}\n")
    world.kiln("submit", job)
    #expect(until(Seconds(30)) { world.kiln("list", "--json").output.contains("\"running\":1") })
    #expect(world.kiln("cancel", "last").status == 0)
    #expect(world.kiln("wait", "last").status == 4)
  }

  @Test("a held job starts nothing, says so, and runs after its release")
  func hold() {
    let world = World()
    let job = world.file("one.yaml", "name: one\nkernel: test.sleep\n")
    world.kiln("submit", "--hold", job)
    #expect(world.kiln("explain", "1.1").output.contains("held"))
    #expect(world.kiln("wait", "1", "--timeout", "300 ms").status == 5)
    world.kiln("release", "1")
    #expect(world.kiln("wait", "1").status == 0)
  }

  @Test("failed tasks run again when asked to, and only they")
  func retry() {
    let world = World()
    let job = world.file(
      "flaky.yaml",
      """
      name: flaky
      command: [sh, -c, "echo {n} >> \(world.folder)/trace; test {n} != 2 || test -e \(world.folder)/mended"]
      sweep: {n: [1, 2, 3]}
      """)
    world.kiln("submit", job)
    #expect(world.kiln("wait", "1").status == 1)
    world.file("mended", "")
    #expect(world.kiln("retry", "1").status == 0)
    #expect(world.kiln("wait", "1").status == 0)
    #expect(
      readText("\(world.folder)/trace").split(separator: "\n").sorted() == ["1", "2", "2", "3"])
  }

  @Test("a step receives the files of the step before it")
  func steps() {
    let world = World()
    let job = world.file(
      "two.yaml",
      """
      name: two
      steps:
        make: {command: [sh, -c, "echo {n} > n.txt"], sweep: {n: [10, 20, 30]}}
        sum:
          command: [sh, -c, "cat parts/*/n.txt | paste -sd+ | tee sum.txt"]
          inputs: {parts: {step: make, file: n.txt}}
      """)
    let ran = world.kiln("run", job, "-o", "\(world.folder)/out")
    #expect(ran.status == 0, "\(ran.errors)")
    let sum = readText("\(world.folder)/out/sum/sum.txt")
    #expect(sum.contains("10") && sum.contains("20") && sum.contains("30"))
  }

  @Test("nothing matches: exit code 3; no server: exit code 6")
  func nothing() {
    let world = World()
    #expect(world.kiln("show", "99").status == 6)
    world.kiln("server", "up")
    #expect(world.kiln("show", "99").status == 3)
  }
}
