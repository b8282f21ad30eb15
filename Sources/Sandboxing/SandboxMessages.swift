import Base
import Glibc

/// A command that the keeper of a sandbox is asked to run in fresh namespaces.
package struct SandboxRequest: Hashable, Sendable {
  package var arguments: [String]
  /// `NAME=value` each.
  package var environment: [String]
  /// Its working folder, which it may write; an absolute path below the folder that the keeper was given.
  package var folder: String
  /// Folders besides that it may write, below the same.
  package var writable: [String]
  /// Paths in ``folder`` that it may only read.
  package var readOnly: [String]
  /// Bytes of data that one of its processes may have (RLIMIT_DATA).
  package var dataLimit: UInt64

  package init(
    arguments: [String], environment: [String], folder: String, writable: [String],
    readOnly: [String], dataLimit: UInt64
  ) {
    self.arguments = arguments
    self.environment = environment
    self.folder = folder
    self.writable = writable
    self.readOnly = readOnly
    self.dataLimit = dataLimit
  }

  package var bytes: [UInt8] {
    var writer = FieldWriter()
    writer.put(dataLimit)
    writer.put(folder)
    for list in [arguments, environment, writable, readOnly] { writer.put(list) }
    return writer.bytes
  }

  /// Nil for bytes that are no request.
  package init?(bytes: [UInt8]) {
    var reader = FieldReader(bytes)
    guard let dataLimit = reader.number(), let folder = reader.text(),
      let arguments = reader.texts(), let environment = reader.texts(),
      let writable = reader.texts(), let readOnly = reader.texts(), reader.isAtEnd
    else { return nil }
    self.init(
      arguments: arguments, environment: environment, folder: folder, writable: writable,
      readOnly: readOnly, dataLimit: dataLimit)
  }
}

/// What the keeper of a sandbox says.
package enum SandboxReply: Hashable, Sendable {
  /// It waits for commands; its number, in the worker's own count of processes.
  case ready(pid_t)
  /// This process is the first of a command's namespace: whoever ends it ends all of the command. Its
  /// number stays taken until the next request.
  case started(pid_t)
  /// Nothing of the command is left.
  /// - Parameters:
  ///   - status: as `waitpid` has it.
  ///   - nanoseconds: of processors, of all its processes.
  ///   - peakKibibytes: resident memory of the largest of them.
  case ended(status: Int32, nanoseconds: Int64, peakKibibytes: Int64)
  /// The command did not begin, and why.
  case failed(String)

  package var bytes: [UInt8] {
    var writer = FieldWriter()
    switch self {
    case .ready(let pid): writer.put(1, Int64(pid))
    case .started(let pid): writer.put(2, Int64(pid))
    case .ended(let status, let nanoseconds, let peak):
      writer.put(3, Int64(status), nanoseconds, peak)
    case .failed(let why):
      writer.put(4)
      writer.put(why)
    }
    return writer.bytes
  }

  /// Nil for bytes that are no reply.
  package init?(bytes: [UInt8]) {
    var reader = FieldReader(bytes)
    let numbers = { (count: Int) in (0..<count).compactMap { _ in reader.signed() } }
    switch reader.number() {
    case 1:
      guard let pid = numbers(1).first.flatMap(pid_t.init(exactly:)) else { return nil }
      self = .ready(pid)
    case 2:
      guard let pid = numbers(1).first.flatMap(pid_t.init(exactly:)) else { return nil }
      self = .started(pid)
    case 3:
      let all = numbers(3)
      guard all.count == 3, let status = Int32(exactly: all[0]) else { return nil }
      self = .ended(status: status, nanoseconds: all[1], peakKibibytes: all[2])
    case 4:
      guard let why = reader.text() else { return nil }
      self = .failed(why)
    default: return nil
    }
    guard reader.isAtEnd else { return nil }
  }
}

/// Neither side sends more at once.
package let sandboxFrameBytesMax = 16 << 20

/// Writes numbers (eight bytes, little endian) and texts (their length and their bytes).
private struct FieldWriter {
  private(set) var bytes: [UInt8] = []

  mutating func put(_ number: UInt64) {
    for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * UInt64(shift)))) }
  }

  mutating func put(_ numbers: Int64...) {
    for number in numbers { put(UInt64(bitPattern: number)) }
  }

  mutating func put(_ text: String) {
    put(UInt64(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  mutating func put(_ texts: [String]) {
    put(UInt64(texts.count))
    for text in texts { put(text) }
  }
}

/// Reads what ``FieldWriter`` wrote; nil where there is not enough.
private struct FieldReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func number() -> UInt64? {
    guard rest.count >= 8 else { return nil }
    defer { rest = rest.dropFirst(8) }
    return rest.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  mutating func signed() -> Int64? { number().map(Int64.init(bitPattern:)) }

  mutating func text() -> String? {
    guard let length = number(), length <= UInt64(rest.count) else { return nil }
    defer { rest = rest.dropFirst(Int(length)) }
    return String(decoding: rest.prefix(Int(length)), as: UTF8.self)
  }

  mutating func texts() -> [String]? {
    guard let count = number(), count <= UInt64(rest.count) else { return nil }
    var texts: [String] = []
    for _ in 0..<count {
      guard let text = text() else { return nil }
      texts.append(text)
    }
    return texts
  }
}
