import Base
import TestSupport
import Testing

@Suite("Slurm's words") struct SlurmWordsTests {
  @Test("an array script runs where it was submitted and leaves Slurm's files there")
  func array() throws {
    let world = World()
    world.file(
      "run.sh",
      """
      #!/bin/sh
      #SBATCH --job-name=three --array=1-3%2
      echo "$SLURM_JOB_NAME $SLURM_ARRAY_TASK_ID of $SLURM_ARRAY_JOB_ID: $1"
      """)
    let submitted = world.begin(["ksbatch", "-W", "run.sh", "it's"], in: world.folder)
      .wait(limit: Seconds(60))
    #expect(submitted.status == 0, "\(submitted.errors)")
    #expect(submitted.output == "Submitted batch job 1\n")
    for index in 1...3 {
      #expect(
        readText("\(world.folder)/slurm-1_\(index).out") == "three \(index) of 1: it's\n")
    }
    let queue = world.kiln("ksqueue", "-h", "-t", "all")
    #expect(queue.output.contains("three"))
    #expect(queue.output.contains(" CD "))
  }

  @Test("a task of an array is cancelled by its index, and the script's failure is the exit code")
  func cancel() throws {
    let world = World()
    let submitted = world.kiln("ksbatch", "--parsable", "-H", "-a", "5-7", "--wrap", "exit 3")
    #expect(submitted.output == "1\n", "\(submitted.errors)")
    #expect(world.kiln("kscancel", "1_6").status == 0)
    #expect(world.kiln("kscancel", "1_9").status == 3)
    #expect(world.kiln("release", "1").status == 0)
    #expect(world.kiln("wait", "1").status == 1)
    let states = world.kiln("show", "1.2", "--json").output
    #expect(states.contains("cancelled"), "\(states)")
  }

  @Test("a flag that is not understood is refused before anything is submitted")
  func refusal() throws {
    let world = World()
    let refused = world.kiln("ksbatch", "--exclusive", "--wrap", "true")
    #expect(refused.status == 2)
    #expect(refused.errors.contains("the flag `--exclusive` of sbatch is not understood"))
  }
}
