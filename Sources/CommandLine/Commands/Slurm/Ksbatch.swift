import Base
import JobFiles
import JobModel

extension CommandDeclaration {
  static let importScript = CommandDeclaration(
    "import", "Turn a script with #SBATCH lines into a job file.",
    discussion: """
      Prints a job file that does what sbatch would: the script runs in the folder where it is \
      submitted, its output goes where --output says, and it finds Slurm's variables. Flags of \
      sbatch may stand before the script; one that Kiln does not understand is refused by name.
      """,
    positionals: [
      Positional("SCRIPT", "A script with #SBATCH lines, flags before it.", completion: .file)
    ],
    takesForeignWords: true,
    examples: [Example("kiln import run.sh > run.yaml", "look at it, then `kiln submit run.yaml`")]
  ) { arguments, context in
    let call = try SlurmCall(arguments.words, context)
    context.out.write(try call.source())
    for notice in call.request.notices { context.say("note: \(notice)") }
    return .success
  }

  static let ksbatch = CommandDeclaration(
    "ksbatch", "Submit as sbatch does: the same flags, the same lines in scripts.",
    discussion: """
      Understands -J, -c, -n, --ntasks-per-node, -N 1, --mem, --mem-per-cpu, -t, -a, -i, -o, -e, \
      --open-mode, -D, -A, -L, -G, --gpus-per-node, --gpus-per-task, --gres=gpu:N, --priority, --nice, -H, \
      --requeue, --no-requeue, -b, --deadline, -d, --signal, --wrap, --parsable, -Q, -W, --test-only and \
      --export; passes over -p, -q, --comment, --mail-type and --mail-user; refuses everything else by \
      name. -d waits for jobs: afterok, afternotok, afterany and aftercorr. A link to kiln that is \
      called ksbatch is this command.
      """,
    positionals: [Positional("SCRIPT", "The script, with flags of sbatch before it.")],
    takesForeignWords: true,
    examples: [
      Example("kiln ksbatch -c 4 --mem 8G run.sh", "prints `Submitted batch job 17`"),
      Example(
        "kiln ksbatch -a 0-15%4 --wrap './case $SLURM_ARRAY_TASK_ID'", "sixteen, four at once"),
      Example("kiln ksbatch -d afterok:17:18 collect.sh", "once both have succeeded"),
    ]
  ) { arguments, context in
    let call = try SlurmCall(arguments.words, context)
    let folder = context.surroundings.folder
    let job = try JobLoader(context: context).prepare(
      Array(try call.source().utf8), named: call.script ?? "wrap", folder: folder)
    for notice in call.request.notices { context.say("note: \(notice)") }
    if call.request.isTest {
      context.say("valid: \(job.taskCount) tasks; nothing was submitted")
      return .success
    }
    var options = SubmissionOptions()
    options.isHeld = call.request.isHeld
    let receipt = try Submitter(context: context, leavesWhenIdle: false).submit(job, options)
    if !call.request.isQuiet {
      context.out.line(
        call.request.isParsable ? "\(receipt.job)" : "Submitted batch job \(receipt.job)")
    }
    context.out.flush()
    guard call.request.waits else { return .success }
    let client = try context.client()
    let detail = try client.job(.id(receipt.job))
    _ = try Follower(client: client, presenter: SilentPresenter()).follow(detail)
    return ExitCode(try client.job(.id(receipt.job)).summary.state)
  }
}
