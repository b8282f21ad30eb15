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
    let unknown = world.kiln("ksbatch", "-d", "afterok:77", "--wrap", "true")
    #expect(unknown.status != 0)
    #expect(unknown.errors.contains("there is no job 77 to wait for"), "\(unknown.errors)")
  }

  @Test("a job waits for others as `--dependency` says, and is cancelled when that can never be")
  func dependency() throws {
    let world = World()
    #expect(world.kiln("ksbatch", "--parsable", "-H", "--wrap", "exit 3").output == "1\n")
    let mended = world.kiln("ksbatch", "-Q", "-d", "afternotok:1", "--wrap", "echo mended")
    #expect(mended.status == 0 && mended.output.isEmpty, "\(mended.errors)")
    let lost = world.kiln("ksbatch", "--dependency=afterok:1", "--wrap", "echo lost")
    #expect(lost.output == "Submitted batch job 3\n", "\(lost.errors)")
    #expect(world.kiln("explain", "3").output.contains("job 1"))
    #expect(world.kiln("release", "1").status == 0)
    #expect(world.kiln("wait", "1").status == 1)
    #expect(world.kiln("wait", "2").status == 0)
    #expect(world.kiln("wait", "3").status != 0)
    #expect(world.kiln("ksqueue", "-h", "-j", "3", "-t", "all").output.contains(" CA "))
  }
}
