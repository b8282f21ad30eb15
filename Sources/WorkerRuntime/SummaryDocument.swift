import Base
import Catalogue
import JobModel
import Kernels

/// Builds `summary.json`: what was computed, the scalars, and how to compute it again.
struct SummaryDocument {
  private let kernel: String
  private let threads: Int
  private let memory: ByteCount
  /// The versions, the same for every task of the lease, as encoded JSON.
  private let versions: [UInt8]

  static let fileName = "summary.json"

  /// - Parameter memory: what the task was granted, on which the choice of a solver depends.
  init(kernel: any Kernel, threads: Int, memory: ByteCount) {
    self.kernel = kernel.name
    self.threads = threads
    self.memory = memory
    var writer = JSONWriter()
    var versions = kernel.libraries
    versions["kiln"] = Kiln.version
    writer.object(versions) { $0.string($1) }
    self.versions = writer.bytes
  }

  func bytes(_ summary: Summary, of task: ResolvedTask) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("kernel")
    writer.string(kernel)
    summary.write(into: &writer)
    writer.key("provenance")
    writer.beginObject()
    writer.key("versions")
    writer.raw(versions)
    writer.key("inputs")
    writer.object(task.digests) { $0.string($1.hex) }
    writer.key("parameters")
    writer.object(task.parameters) { $1.write(into: &$0) }
    writer.key("placeholders")
    writer.object(task.placeholders) { $0.string($1) }
    writer.key("threads")
    writer.integer(threads)
    writer.key("memory")
    writer.integer(Int(memory.bytes))
    writer.key("processor")
    writer.string(Processor.name)
    writer.endObject()
    writer.endObject()
    writer.newline()
    return writer.bytes
  }

  /// The summary of a command that wrote none.
  static func bytes(command: String, exit: Int, seconds: Seconds, leftOut: [String]) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("command")
    writer.string(command)
    writer.key("exit")
    writer.integer(exit)
    writer.key("seconds")
    writer.number(seconds.value)
    if !leftOut.isEmpty {
      writer.key("left_out")
      writer.beginArray()
      for name in leftOut { writer.string(name) }
      writer.endArray()
    }
    writer.endObject()
    writer.newline()
    return writer.bytes
  }
}

extension JSONWriter {
  /// An object with its members sorted by name.
  fileprivate mutating func object<Member>(
    _ members: [String: Member], _ write: (inout JSONWriter, Member) -> Void
  ) {
    beginObject()
    for (name, member) in members.sorted(by: { $0.key < $1.key }) {
      key(name)
      write(&self, member)
    }
    endObject()
  }
}

extension Value {
  fileprivate func write(into writer: inout JSONWriter) {
    switch self {
    case .text(let text): writer.string(text)
    case .number(let number): writer.number(number)
    case .quantity: writer.string(description)
    case .flag(let flag): writer.boolean(flag)
    }
  }
}

/// The processor of this machine.
enum Processor {
  /// As `/proc/cpuinfo` names it, else the architecture.
  static let name: String = {
    for line in ProcessFacts.text("/proc/cpuinfo").split(separator: 10) {
      let text = String(decoding: line, as: UTF8.self)
      guard text.hasPrefix("model name"), let colon = text.firstIndex(of: ":") else { continue }
      return String(text[text.index(after: colon)...].drop { $0 == " " })
    }
    return architecture
  }()

  private static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "unknown"
    #endif
  }
}
