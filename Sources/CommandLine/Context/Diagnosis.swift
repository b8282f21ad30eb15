import Base
import Client
import Glibc
import Wire

/// The checks of `kiln doctor`, each independent of the others.
struct Diagnosis {
  let context: CommandContext

  func findings() -> [Finding] {
    [
      server, stateDirectory, freeSpace, worker, processor, openFiles, socketPath,
      tool("bwrap", for: "confining commands", package: "bubblewrap"), sandbox,
      tool("sbatch", for: "the Slurm engine", package: "slurm-client"),
    ]
  }

  private var server: Finding {
    do {
      let info = try context.client().server()
      guard info.version == Kiln.version else {
        return Finding(
          check: "server", verdict: .warn,
          text: "version \(info.version), and this is \(Kiln.version)",
          fix: "restart it: `kiln server down`, then `kiln server up`")
      }
      return Finding(
        check: "server", verdict: .ok,
        text: "up, process \(info.pid), \(info.busyCpus) of \(info.cpus) cpus busy")
    } catch {
      let isStopped = Files.exists(context.state.serverSocket) == false
      return isStopped
        ? Finding(
          check: "server", verdict: .ok,
          text: "not running; `kiln run` and `kiln submit` start it when they need it")
        : Finding(
          check: "server", verdict: .warn, text: "\(error.all.first?.message ?? "no answer")",
          fix: "start it with `kiln server up`; see \(context.state.serverLog)")
    }
  }

  private var stateDirectory: Finding {
    let root = context.state.root
    if Files.exists(root) {
      return Files.isFolder(root) && Files.isWritable(root)
        ? Finding(check: "state", verdict: .ok, text: root)
        : Finding(
          check: "state", verdict: .fail, text: "\(root) cannot be written",
          fix: "give yourself the right to write it, or name another with --state")
    }
    let parent = existingParent(root)
    return Files.isWritable(parent)
      ? Finding(check: "state", verdict: .ok, text: "\(root), to be made at first use")
      : Finding(
        check: "state", verdict: .fail, text: "\(root) cannot be made",
        fix: "name another folder with --state or KILN_STATE")
  }

  private var freeSpace: Finding {
    guard let free = Files.freeSpace(existingParent(context.state.root)) else {
      return Finding(check: "disk", verdict: .warn, text: "the free space is unknown")
    }
    let isTight = free < .gibibytes(1)
    return Finding(
      check: "disk", verdict: isTight ? .warn : .ok, text: "\(free) free for the state directory",
      fix: isTight ? "make room, or name a folder on a larger disk with --state" : nil)
  }

  private func existingParent(_ path: String) -> String {
    var path = path
    while !Files.exists(path), path.count > 1 { path = Files.folder(of: path) }
    return path
  }

  private var worker: Finding {
    let program = context.workerProgram
    return Files.isExecutable(program)
      ? Finding(check: "worker", verdict: .ok, text: program)
      : Finding(
        check: "worker", verdict: .fail, text: "\(program) is not there, or not executable",
        fix: "install kiln-worker beside kiln, or name it with KILN_WORKER")
  }

  private var processor: Finding {
    let cpus = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    #if arch(x86_64)
      let facts = processorFacts
      let flags = String(decoding: facts, as: UTF8.self).split(separator: "\n")
        .first { $0.hasPrefix("flags") }
      let words = Set((flags ?? "").split(separator: " ").map(String.init))
      guard words.isSuperset(of: ["avx2", "fma", "bmi2"]) else {
        return Finding(
          check: "processor", verdict: .fail, text: "\(cpus) cpus without AVX2 and FMA",
          fix: "kernels need a processor of 2013 or later (x86-64-v3)")
      }
      return Finding(check: "processor", verdict: .ok, text: "\(cpus) cpus with AVX2 and FMA")
    #else
      return Finding(check: "processor", verdict: .ok, text: "\(cpus) cpus")
    #endif
  }

  private var processorFacts: [UInt8] {
    do {
      return try Files.read("/proc/cpuinfo", bytesMax: 16 << 20)
    } catch {
      // Without it the check fails, and says what is missing.
      return []
    }
  }

  private var openFiles: Finding {
    var limit = rlimit()
    // Sound: `limit` is a local that outlives the call.
    guard unsafe getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit) == 0 else {
      return Finding(check: "open files", verdict: .warn, text: "the limit is unknown")
    }
    let isLow = limit.rlim_max < 1024
    return Finding(
      check: "open files", verdict: isLow ? .warn : .ok,
      text: "\(limit.rlim_cur) allowed, \(limit.rlim_max) at most",
      fix: isLow ? "raise it: `ulimit -n 4096`, or in /etc/security/limits.conf" : nil)
  }

  private var socketPath: Finding {
    let length = context.state.serverSocket.utf8.count
    return Finding(
      check: "socket", verdict: .ok,
      text: length <= 107
        ? context.state.serverSocket : "\(length) bytes long, reached through its folder")
  }

  private var sandbox: Finding {
    let program = "\(Files.folder(of: context.workerProgram))/kiln-sandbox"
    return Files.isExecutable(program)
      ? Finding(check: "sandbox", verdict: .ok, text: program)
      : Finding(
        check: "sandbox", verdict: .warn,
        text: "\(program) is not there; confining commands is not available",
        fix: "install kiln-sandbox beside kiln-worker, if you need it")
  }

  private func tool(_ name: String, for purpose: String, package: String) -> Finding {
    let folders = (context.surroundings.variable("PATH") ?? "").split(separator: ":")
    if let folder = folders.first(where: { Files.isExecutable("\($0)/\(name)") }) {
      return Finding(check: name, verdict: .ok, text: "\(folder)/\(name)")
    }
    return Finding(
      check: name, verdict: .warn, text: "not found; \(purpose) is not available",
      fix: "install the package \(package), if you need it")
  }
}
