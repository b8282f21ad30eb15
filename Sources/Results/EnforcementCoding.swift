import Base
import JobModel

// The binary form of what was enforced.

extension ByteWriter {
  mutating func enforcement(_ enforcement: Enforcement) {
    let memory: UInt8 =
      switch enforcement.memory {
      case .cgroup1: 0
      case .cgroup2: 1
      case .polled: 2
      }
    integer(memory)
    integer(enforcement.memoryLimit.bytes)
    integer(UInt16(clamping: enforcement.processors.count))
    for processor in enforcement.processors.prefix(Int(UInt16.max)) {
      integer(UInt16(clamping: processor))
    }
    integer(UInt16(clamping: enforcement.threads))
    flag(enforcement.isolation == .sandbox)
    integer(UInt16(clamping: enforcement.missing.count))
    for sentence in enforcement.missing.prefix(Int(UInt16.max)) { text(sentence) }
  }
}

extension ByteReader {
  mutating func enforcement() -> Enforcement? {
    guard let memory = memoryGuard(), let limit = integer(Int64.self),
      let processors = list({ $0.integer(UInt16.self).map(Int.init) }),
      let threads = integer(UInt16.self), let isSandboxed = flag(),
      let missing = list({ $0.text() })
    else { return nil }
    return Enforcement(
      memory: memory, memoryLimit: ByteCount(limit), processors: processors,
      threads: Int(threads), isolation: isSandboxed ? .sandbox : .none, missing: missing)
  }

  private mutating func memoryGuard() -> Enforcement.MemoryGuard? {
    switch integer(UInt8.self) {
    case 0: .cgroup1
    case 1: .cgroup2
    case 2: .polled
    case .some, .none: nil
    }
  }

  private mutating func list<Element>(
    _ element: (inout ByteReader) -> Element?
  ) -> [Element]? {
    guard let count = integer(UInt16.self) else { return nil }
    var elements: [Element] = []
    for _ in 0..<count {
      guard let next = element(&self) else { return nil }
      elements.append(next)
    }
    return elements
  }
}
