import Base
import JobModel

extension JobFile {
  /// The job that does what `sbatch` would: the script runs in the folder it was submitted from, its
  /// output goes where `--output` says, and it finds Slurm's variables.
  ///
  /// - Parameters:
  ///   - script: path of the script; nil for `--wrap`.
  ///   - folder: where it was submitted.
  ///   - begin: what `--begin` amounts to.
  ///   - deadline: what `--deadline` amounts to.
  package static func forSlurm(
    _ request: SlurmRequest, script: String?, folder: String, begin: Timestamp?,
    deadline: Timestamp? = nil
  ) -> String {
    let name = request.name ?? script.map { stem(of: $0) } ?? "wrap"
    var lines = ["\"name\": \(jsonText(jobName(name)))"]
    if let account = request.account { lines.append("\"project\": \(jsonText(account))") }
    if let priority = priority(request) { lines.append("\"priority\": \(priority)") }
    if let most = request.maxRunning { lines.append("\"max_running\": \(most)") }
    if let begin { lines.append("\"begin\": \(jsonText(begin.spelled))") }
    if let deadline { lines.append("\"deadline\": \(jsonText(deadline.spelled))") }
    if !request.after.isEmpty {
      let needs = request.after.map {
        "{\"job\": \($0.job), \"condition\": \"\($0.condition.rawValue)\"}"
      }
      lines.append("\"after\": [\(needs.joined(separator: ", "))]")
    }
    if let script { lines.append("\"inputs\": {\"script\": \(jsonText(script))}") }
    if let array = request.array {
      let values = array.map(String.init).joined(separator: ", ")
      lines.append("\"sweep\": {\"array\": [\(values)]}")
    }
    lines.append("\"resources\": {\(resources(request).joined(separator: ", "))}")
    if let isRequeued = request.isRequeued {
      lines.append("\"retry\": " + (isRequeued ? "{\"lost\": 3}" : "\"never\""))
    }
    if let checkpoint = request.checkpoint {
      let before = "\"\(Value.spell(checkpoint.before.value)) s\""
      lines.append(
        "\"checkpoint\": {\"signal\": \"\(checkpoint.signal.rawValue)\", \"before\": \(before)}")
    }
    let command = command(request, name: name, hasScript: script != nil, folder: folder)
    lines.append("\"command\": [\n  \(command.map(jsonText).joined(separator: ",\n  "))]")
    return "{\(lines.joined(separator: ",\n "))}\n"
  }

  /// `--nice` lowers it; within what Kiln knows.
  private static func priority(_ request: SlurmRequest) -> Int? {
    guard request.priority != nil || request.nice != nil else { return nil }
    let most = 1_000_000
    let (raised, lowered) = (request.priority ?? 0, request.nice ?? 0)
    return min(max(min(max(raised, -most), most) - min(max(lowered, -most), most), -1000), 1000)
  }

  private static func resources(_ request: SlurmRequest) -> [String] {
    let cpus = request.cpusPerTask * request.taskCount
    var members = ["\"cpus\": \(cpus)"]
    let perCpu = request.memoryPerCpu.map { ByteCount($0.bytes * Int64(cpus)) }
    if let memory = request.memory ?? perCpu { members.append("\"memory\": \"\(memory.bytes) B\"") }
    if let time = request.time { members.append("\"time\": \"\(Value.spell(time.value)) s\"") }
    let perTask = request.gpusPerTask.map { $0 * request.taskCount }
    if let gpus = request.gpus ?? perTask { members.append("\"gpus\": \(gpus)") }
    if !request.licences.isEmpty {
      let licences = request.licences.sorted { $0.key < $1.key }
        .map { "\(jsonText($0.key)): \($0.value)" }
      members.append("\"licences\": {\(licences.joined(separator: ", "))}")
    }
    return members
  }

  /// A shell that prepares what Slurm promises and becomes the script.
  private static func command(
    _ request: SlurmRequest, name: String, hasScript: Bool, folder: String
  ) -> [String] {
    let isArray = request.array != nil
    var shell = [
      "script=\"$PWD/$1\"; cd \"$2\" || exit 1; name=$3; index=$4; shift 4",
      "export SLURM_JOB_ID=\"$KILN_JOB\" SLURM_JOB_NAME=\"$name\" SLURM_SUBMIT_DIR=\"$PWD\""
        + " SLURM_CPUS_PER_TASK=\(request.cpusPerTask) SLURM_NTASKS=\(request.taskCount)"
        + " SLURM_RESTART_COUNT=$((KILN_ATTEMPT - 1))",
    ]
    if let array = request.array, let first = array.min(), let last = array.max() {
      shell.append(
        "export SLURM_ARRAY_JOB_ID=\"$KILN_JOB\" SLURM_ARRAY_TASK_ID=\"$index\""
          + " SLURM_ARRAY_TASK_COUNT=\(array.count) SLURM_ARRAY_TASK_MIN=\(first)"
          + " SLURM_ARRAY_TASK_MAX=\(last)")
    }
    let standard = isArray ? "slurm-%A_%a.out" : "slurm-%j.out"
    let into = request.appends == true ? ">>" : ">"
    if let input = request.input { shell.append("exec <\"\(shellPattern(input))\"") }
    shell.append("exec \(into)\"\(shellPattern(request.output ?? standard))\"")
    shell.append(request.error.map { "exec 2\(into)\"\(shellPattern($0))\"" } ?? "exec 2>&1")
    let interpreter = (request.interpreter ?? ["/bin/sh"]).map(shellQuoted)
    shell.append(
      hasScript
        ? "exec \(interpreter.joined(separator: " ")) \"$script\" \"$@\"" : "exec sh -c \"$1\"")
    let place = [hasScript ? "{script}" : "-", folder, name, isArray ? "{array}" : "0"]
    let arguments = hasScript ? Array(request.words.dropFirst()) : [request.wrapped ?? ""]
    return ["sh", "-c", shell.joined(separator: "\n"), "sh"] + place + arguments
  }

  private static func shellQuoted(_ word: String) -> String {
    "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }

  /// `%j %A %a %x %%` of a file name, for a text in double quotes of a shell.
  private static func shellPattern(_ pattern: String) -> String {
    var text = ""
    var isMark = false
    for character in pattern {
      if isMark {
        switch character {
        case "j", "A": text += "${KILN_JOB}"
        case "a": text += "${index}"
        case "x": text += "${name}"
        case "%": text += "%"
        default: text += "%\(character)"
        }
        isMark = false
      } else if character == "%" {
        isMark = true
      } else if "\"$`\\".contains(character) {
        text += "\\\(character)"
      } else {
        text.append(character)
      }
    }
    return isMark ? text + "%" : text
  }
}
