import Base
import CLinux
import Glibc

/// How a command and all that it started ended, and what they used.
struct CommandEnd {
  var end: ProcessEnd
  var cpu: Seconds
  /// Resident memory of the largest process.
  var peak: ByteCount
}

/// Collects ended children; the worker adopts what its commands leave behind (PR_SET_CHILD_SUBREAPER).
enum Reaper {
  private static let patience = Seconds(2)
  /// Between two looks at what does not end at once, such as a sandbox that is taken down.
  private static let firstRest = Seconds.milliseconds(0.1)
  private static let lastRest = Seconds.milliseconds(2)

  static func adoptOrphans() { _ = kiln_prctl(PR_SET_CHILD_SUBREAPER, 1) }

  /// Reaps a command that has ended, then ends and reaps all that it left behind, even in groups and
  /// sessions of their own.
  static func reap(_ command: pid_t, group: ControlGroup?) -> CommandEnd {
    var status: Int32 = 0
    var usage = rusage()
    // Sound: both are locals that outlive the calls.
    while unsafe wait4(command, &status, 0, &usage) < 0, errno == EINTR {}
    var cpu = processorTime(usage)
    let peak = ByteCount.kibibytes(Int64(usage.ru_maxrss))
    let start = Instant.now()
    var rest = firstRest
    while Instant.now() - start < patience {
      var ignored: Int32 = 0
      let pid = unsafe wait4(-1, &ignored, WNOHANG, &usage)
      if pid > 0 { cpu = cpu + processorTime(usage) }
      if pid < 0 { break }
      if pid == 0 {
        group?.endAll()
        for stray in ProcessFacts.descendants(of: getpid()) { kill(stray, SIGKILL) }
        pause(rest)
        rest = min(rest * 2, lastRest)
      }
    }
    return CommandEnd(end: ProcessEnd(status: status), cpu: cpu, peak: peak)
  }

  private static func processorTime(_ usage: rusage) -> Seconds {
    let user = Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) * 1e-6
    let system = Double(usage.ru_stime.tv_sec) + Double(usage.ru_stime.tv_usec) * 1e-6
    return Seconds(user + system)
  }
}
