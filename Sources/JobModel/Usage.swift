import Base

/// What attempts consumed: wall and processor time are sums, memory is the largest.
package struct Usage: Hashable, Sendable, Codable {
  package var wall: Seconds
  package var cpu: Seconds
  package var peakMemory: ByteCount

  package init(wall: Seconds = .zero, cpu: Seconds = .zero, peakMemory: ByteCount = .zero) {
    self.wall = wall
    self.cpu = cpu
    self.peakMemory = peakMemory
  }

  package static func + (a: Usage, b: Usage) -> Usage {
    Usage(
      wall: a.wall + b.wall, cpu: a.cpu + b.cpu, peakMemory: max(a.peakMemory, b.peakMemory))
  }
}
