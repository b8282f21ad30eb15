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
  package static func forSlurm(
    _ request: SlurmRequest, script: String?, folder: String, begin: Timestamp?
  ) -> String {
    let name = request.name ?? script.map { stem(of: $0) } ?? "wrap"
    var lines = ["\"name\": \(jsonText(jobName(name)))"]
    if let account = request.account { lines.append("\"project\": \(jsonText(account))") }
    if let priority = request.priority { lines.append("\"priority\": \(priority)") }
    if let most = request.maxRunning { lines.append("\"max_running\": \(most)") }
    if let begin { lines.append("\"begin\": \(jsonText(begin.spelled))") }
    if let script { lines.append("\"inputs\": {\"script\": \(jsonText(script))}") }
    if let array = request.array {
      let values = array.map(String.init).joined(separator: ", ")
      lines.append("\"sweep\": {\"array\": [\(values)]}")
    }
    lines.append("\"resources\": {\(resources(request).joined(separator: ", "))}")
    if let isRequeued = request.isRequeued {
      lines.append("\"retry\": " + (isRequeued ? "{\"lost\": 3}" : "\"never\""))
    }
    let command = command(request, name: name, hasScript: script != nil, folder: folder)
    lines.append("\"command\": [\n  \(command.map(jsonText).joined(separator: ",\n  "))]")
    return "{\(lines.joined(separator: ",\n "))}\n"
  }

  private static func resources(_ request: SlurmRequest) -> [String] {
    let cpus = request.cpusPerTask * request.tasks
    var members = ["\"cpus\": \(cpus)"]
    let perCpu = request.memoryPerCpu.map { ByteCount($0.bytes * Int64(cpus)) }
    if let memory = request.memory ?? perCpu { members.append("\"memory\": \"\(memory.bytes) B\"") }
    if let time = request.time { members.append("\"time\": \"\(Value.spell(time.value)) s\"") }
    if let gpus = request.gpus { members.append("\"gpus\": \(gpus)") }
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
        + " SLURM_CPUS_PER_TASK=\(request.cpusPerTask) SLURM_NTASKS=\(request.tasks)"
        + " SLURM_RESTART_COUNT=$((KILN_ATTEMPT - 1))",
    ]
    if isArray {
      shell.append("export SLURM_ARRAY_JOB_ID=\"$KILN_JOB\" SLURM_ARRAY_TASK_ID=\"$index\"")
    }
    let standard = isArray ? "slurm-%A_%a.out" : "slurm-%j.out"
    shell.append("exec >\"\(shellPattern(request.output ?? standard))\"")
    shell.append(request.error.map { "exec 2>\"\(shellPattern($0))\"" } ?? "exec 2>&1")
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
