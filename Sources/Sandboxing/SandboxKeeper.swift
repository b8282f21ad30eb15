import Base
import CLinux
import Glibc

/// The program that starts the commands of a worker in namespaces of their own.
///
/// It lives inside a bubblewrap that has prepared what all of them see: the system, read-only. It has no
/// rights there; for each command it forks into a new user namespace, where the copy has the right to
/// mount what is the command's own (``CommandRoot``), and none from then on. Descriptor 0 is the socket to the
/// worker, 1 and 2 are where commands print. It ends with the worker, and with it all that it started.
package struct SandboxKeeper: ~Copyable {
  private var channel: FrameChannel
  private let nothing: Descriptor
  private let user = CommandRoot.User()
  /// Ended, and not reaped: its number is not given to another process while the worker may signal it.
  private var last: pid_t?
  /// What was made to hold the mounts of the last command, outermost first.
  private var points: [String] = []

  /// Serves until the worker is gone.
  /// - Returns: the status with which the process ends.
  package static func run() -> Int32 {
    do {
      let nothing = try Descriptor.open("/dev/null", O_RDWR)
      let number = kiln_fcntl(0, F_DUPFD_CLOEXEC, 3)
      guard number >= 0, dup2(nothing.number, 0) >= 0 else {
        throw systemError("cannot keep the worker's socket")
      }
      let channel = FrameChannel(
        Descriptor(owning: number), frameBytesMax: sandboxFrameBytesMax)
      var keeper = SandboxKeeper(channel: channel, nothing: nothing)
      try keeper.serve()
      return 0
    } catch {
      let bytes = Array("kiln-sandbox: \(error)\n".utf8)
      // Sound: the length is the array's. Without a place to complain there is nobody to tell.
      _ = unsafe Glibc.write(2, bytes, bytes.count)
      return 1
    }
  }

  private init(channel: consuming FrameChannel, nothing: Descriptor) {
    self.channel = channel
    self.nothing = nothing
  }

  private mutating func serve() throws(KilnError) {
    channel.send(SandboxReply.ready(getpid()).bytes)
    while true {
      _ = wait(for: [channel.watch], atMost: nil)
      for frame in channel.receive() {
        guard let request = SandboxRequest(bytes: frame) else {
          throw KilnError(.usage, "the worker sent what is no request")
        }
        guard try run(request) else { return }
      }
      if channel.isClosed { return }
      channel.flush()
    }
  }

  /// - Returns: false once the worker is gone.
  private mutating func run(_ request: SandboxRequest) throws(KilnError) -> Bool {
    reap()
    do {
      try makePoints(for: [request.folder] + request.writable)
    } catch {
      channel.send(SandboxReply.failed("\(error)").bytes)
      return true
    }
    var ends: [Int32] = [-1, -1]
    // Sound: the call fills an array of two.
    guard unsafe kiln_pipe(&ends) == 0 else { throw systemError("cannot create a pipe") }
    let words = Descriptor(owning: ends[0])
    let first = kiln_fork_into(CommandRoot.namespaces)
    if first == 0 {
      close(channel.socket.number)
      let report = Descriptor(owning: ends[1])
      CommandRoot(request, of: user, input: nothing.number, report: report).run()
    }
    let refusal = first < 0 ? CommandRoot.refusal("namespaces") : ""
    // Only the copy has it: the pipe ends with it.
    close(ends[1])
    guard first > 0 else {
      channel.send(SandboxReply.failed(refusal).bytes)
      return true
    }
    last = first
    channel.send(SandboxReply.started(first).bytes)
    return follow(first, words)
  }

  /// Waits until a command's first process has ended, and with it all others of its namespace.
  /// - Returns: false once the worker is gone.
  private mutating func follow(_ first: pid_t, _ words: Descriptor) -> Bool {
    var said: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let ready = wait(for: [Watch(words.number), channel.watch], atMost: nil)
      if ready[1] {
        _ = channel.receive()
        channel.flush()
        if channel.isClosed { return false }
      }
      guard ready[0] else { continue }
      // Sound: the length passed along is the buffer's.
      let got = unsafe Glibc.read(words.number, &buffer, buffer.count)
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { break }
      said += buffer[..<got]
    }
    var usage = rusage()
    // Sound: `usage` is a local that outlives the call.
    while unsafe kiln_await_child(first, &usage) < 0, errno == EINTR {}
    channel.send(CommandRoot.reply(said, usage).bytes)
    return true
  }

  private mutating func reap() {
    guard let last else { return }
    while waitpid(last, nil, 0) < 0, errno == EINTR {}
    self.last = nil
  }

  /// Makes what is missing of these folders, and removes what was made for others: a command sees the
  /// names of its own only.
  private mutating func makePoints(for folders: [String]) throws(KilnError) {
    let wanted = folders.filter { !CommandRoot.isFresh($0) }.flatMap(Self.withParents)
    guard !wanted.allSatisfy(Set(points).contains) else { return }
    // Sound, here and below: paths are strings that live through the calls.
    for point in points.reversed() { _ = unsafe rmdir(point) }
    points = []
    for folder in wanted {
      if unsafe mkdir(folder, 0o755) == 0 {
        points.append(folder)
      } else if errno != EEXIST {
        throw systemError("cannot make a place in the sandbox", at: folder)
      }
    }
  }

  private static func withParents(_ path: String) -> [String] {
    let names = path.split(separator: "/")
    return names.indices.map { "/" + names[...$0].joined(separator: "/") }
  }
}
