import Base
import JobFiles
import JobModel
import Testing

@Suite("scripts for Slurm") struct SlurmScriptTests {
  @Test("directives and flags are read as Slurm's manual spells them")
  func request() throws {
    var request = try SlurmRequest(commandLine: ["-c", "8", "run.sh", "--deep", "x"])
    try request.add(
      script: """
        #!/bin/bash -l
        # a comment
        #SBATCH --job-name="crash 12" --time=1-02:03:04   # a day
        #SBATCH -c 2 --mem=8G -L nastran:2,abaqus
        #SBATCH --array=0-6:2,9%2

        echo start
        #SBATCH --time=5
        """, fileName: "run.sh")
    #expect(request.name == "crash 12")
    #expect(request.time == Seconds(93_784))
    #expect(request.cpusPerTask == 8, "the command line stands above the script")
    #expect(request.memory == .gibibytes(8))
    #expect(request.licences == ["nastran": 2, "abaqus": 1])
    #expect(request.array == [0, 2, 4, 6, 9])
    #expect(request.maxRunning == 2)
    #expect(request.interpreter == ["/bin/bash", "-l"])
    #expect(request.words == ["run.sh", "--deep", "x"])
  }

  @Test(
    "gpus are counted, whatever they are called",
    arguments: [
      (["-G", "2"], 2), (["--gpus=a100:4"], 4), (["--gres=gpu"], 1), (["--gres=gpu:3"], 3),
      (["--gres", "gpu:tesla:2"], 2),
    ])
  func gpus(_ words: [String], _ count: Int) throws {
    #expect(try SlurmRequest(commandLine: words).gpus == count)
  }

  @Test(
    "jobs that are waited for are read with what they must come to",
    arguments: [
      ("afterok:12", [JobNeed(JobID(12))]),
      ("afterok:12:13:12", [JobNeed(JobID(12)), JobNeed(JobID(13))]),
      (
        "afterany:14,afternotok:15,aftercorr:16",
        [JobNeed(JobID(14), .any), JobNeed(JobID(15), .notOk), JobNeed(JobID(16), .each)]
      ),
    ])
  func dependencies(_ text: String, _ needs: [JobNeed]) throws {
    #expect(try SlurmRequest(commandLine: ["--dependency=\(text)"]).after == needs)
    var request = try SlurmRequest(commandLine: ["run.sh"])
    try request.add(script: "#!/bin/sh\n#SBATCH -d \(text)\n", fileName: "run.sh")
    #expect(request.after == needs)
    let job = try parsed(request)
    #expect(job.after == needs)
  }

  @Test(
    "dependencies that Kiln has no word for are refused with those that it has",
    arguments: ["after:12", "afterok", "afterok:12_3", "afterok:1?afterany:2", "singleton", "12"])
  func refusedDependency(_ text: String) {
    let problems = #expect(throws: Problems.self) {
      try SlurmRequest(commandLine: ["-d", text])
    }
    #expect(
      problems?.all.map(\.description) == [
        "`--dependency` cannot be `\(text)`; write afterok:12:13, afternotok:, afterany: or aftercorr:, "
          + "with commas between several; Kiln waits for whole jobs, and for all of them"
      ])
  }

  @Test(
    "a signal before the time limit becomes a checkpoint's",
    arguments: [
      ("USR1@60", SignalName.usr1, 60.0), ("B:SIGTERM@120", .term, 120), ("10", .usr1, 60),
    ])
  func signals(_ text: String, _ signal: SignalName, _ seconds: Double) throws {
    let request = try SlurmRequest(commandLine: ["--signal", text, "-t", "10", "run.sh"])
    let job = try parsed(request)
    #expect(job.steps[0].checkpoint == CheckpointPolicy(signal: signal, before: Seconds(seconds)))
  }

  @Test("what is counted for each task or node becomes what the one machine must have")
  func counts() throws {
    let request = try SlurmRequest(commandLine: [
      "--ntasks-per-node=3", "--gpus-per-task=a100:2", "-c", "2", "--nice", "run.sh",
    ])
    let job = try parsed(request)
    #expect(job.steps[0].resources.cpus == 6)
    #expect(job.steps[0].resources.gpus == Amount(6))
    #expect(job.priority == -100)
    #expect(try SlurmRequest(commandLine: ["--nice=7", "--priority=9", "x"]).nice == 7)
  }

  @Test("the script reads what `--input` says and adds to its output where it is asked to")
  func streams() throws {
    let request = try SlurmRequest(commandLine: [
      "-i", "in_%a.txt", "--open-mode=append", "-e", "err.txt", "-a", "2,7", "run.sh",
    ])
    guard case .command(let words) = try parsed(request).steps[0].work else {
      Issue.record("no command")
      return
    }
    #expect(
      words[2].contains("exec <\"in_${index}.txt\"\nexec >>\"slurm-${KILN_JOB}_${index}.out\""))
    #expect(words[2].contains("exec 2>>\"err.txt\""))
    #expect(
      words[2].contains("SLURM_ARRAY_TASK_COUNT=2 SLURM_ARRAY_TASK_MIN=2 SLURM_ARRAY_TASK_MAX=7"))
  }

  private func parsed(_ request: SlurmRequest) throws -> JobSpec {
    let text = JobFile.forSlurm(request, script: "run.sh", folder: "/data", begin: nil)
    return try JobFile.parse(
      source: text, fileName: "run.sh", context: JobFileContext { _ in [] })
  }

  @Test(
    "times are read as minutes, clocks and days",
    arguments: [
      ("90", 5400.0), ("10:30", 630), ("2:00:00", 7200), ("1-0", 86_400), ("1-12:30", 131_400),
    ])
  func times(_ text: String, _ seconds: Double) throws {
    #expect(try SlurmRequest(commandLine: ["-t", text]).time == Seconds(seconds))
  }

  @Test(
    "what is not understood is refused by name, with its line",
    arguments: [
      (
        "#SBATCH --gres=fpga:2",
        "run.sh:2: `--gres` cannot be `fpga:2`; Kiln knows gpus: write `--gres=gpu:2`"
      ),
      (
        "#SBATCH --exclusive",
        "run.sh:2: the flag `--exclusive` of sbatch is not understood; ask for every processor with `-c`"
      ),
      (
        "#SBATCH -w node7",
        "run.sh:2: the flag `-w` of sbatch is not understood; remove it: everything runs on the machine of the server"
      ),
      (
        "#SBATCH --uid=3",
        "run.sh:2: the flag `--uid` of sbatch is not understood; remove it; `kiln help ksbatch` lists what is"
      ),
      (
        "#SBATCH --open-mode=add",
        "run.sh:2: `--open-mode` cannot be `add`; write append or truncate"
      ),
      (
        "#SBATCH --tme=3",
        "run.sh:2: the flag `--tme` of sbatch is not understood; did you mean `--time`?"
      ),
      ("#SBATCH -N 2", "run.sh:2: `--nodes` cannot be `2`; Kiln runs a task on one node; write 1"),
      (
        "#SBATCH --array=5-1",
        "run.sh:2: `--array` cannot be `5-1`; write 0-15, 1,3,5-7, 1-9:2, with %4 behind it for at most four at once"
      ),
      (
        "#SBATCH --job-name=\"x",
        "run.sh:2: a quote is not closed; close it, or put a backslash before it"
      ),
    ])
  func refusals(_ line: String, _ problem: String) throws {
    var request = try SlurmRequest(commandLine: ["run.sh"])
    let problems = #expect(throws: Problems.self) {
      try request.add(script: "#!/bin/sh\n\(line)\n", fileName: "run.sh")
    }
    #expect(problems?.all.map(\.description) == [problem])
  }

  @Test("the job file of a script is valid, whatever its name and its arguments hold")
  func jobFile() throws {
    var request = try SlurmRequest(
      commandLine: ["-J", "it's \"x\" $y", "-a", "1-3%2", "-o", "%x-%A_%a.log", "a b.sh", "don't"])
    try request.add(script: "#!/usr/bin/env python3\n", fileName: "a b.sh")
    let begin = try #require(Timestamp(spelling: "2026-12-01T08:00:30+08:00"))
    let text = JobFile.forSlurm(request, script: "a b.sh", folder: "/data/run 1", begin: begin)
    let job = try JobFile.parse(
      source: text, fileName: "a b.sh", context: JobFileContext { _ in [] })
    #expect(job.name == "it's \"x\" $y")
    #expect(job.maxRunning == 2)
    #expect(job.begin == begin)
    #expect(job.steps[0].sweep.count == 3)
    guard case .command(let words) = job.steps[0].work else {
      Issue.record("no command")
      return
    }
    #expect(words.prefix(2) == ["sh", "-c"])
    #expect(words.suffix(5) == ["{script}", "/data/run 1", "it's \"x\" $y", "{array}", "don't"])
    #expect(words[2].contains("exec >\"${name}-${KILN_JOB}_${index}.log\""))
    #expect(words[2].hasSuffix("exec '/usr/bin/env' 'python3' \"$script\" \"$@\""))
  }

  @Test(
    "a point in time is written in UTC and read back", arguments: [0, 951_782_400, 4_102_444_799])
  func timestamps(_ seconds: Int64) {
    let time = Timestamp(milliseconds: seconds * 1000)
    #expect(Timestamp(spelling: time.spelled) == time)
  }
}
