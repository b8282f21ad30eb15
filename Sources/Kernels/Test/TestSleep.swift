import Base

/// Waits, then writes its value.
struct TestSleep: Kernel {
  let name = "test.sleep"

  func run(_ context: KernelContext) throws {
    let value = try context.number("value")
    let duration = Seconds(try context.quantity("duration"))
    context.summary.set("value", value)
    var random = SplitMix64(seed: value.bitPattern)
    let filling = try context.integer("summary_bytes")
    if filling > 0 {
      var digits = hexadecimal(TestSleep.bytes((filling + 1) / 2, &random))
      if !filling.isMultiple(of: 2) { digits.removeLast() }
      context.summary.set("filling", digits)
    }
    let size = try context.integer("file_bytes")
    if size > 0 { try write(size, &random, context) }
    if duration > .zero { try sleep(duration, context) }
  }

  private func write(
    _ size: Int, _ random: inout SplitMix64, _ context: KernelContext
  ) throws {
    if size <= TestSleep.piece {
      return try context.write("data.bin", TestSleep.bytes(size, &random))
    }
    let file = try context.output("data.bin")
    var left = size
    while left > 0 {
      try file.append(TestSleep.bytes(min(left, TestSleep.piece), &random))
      left -= TestSleep.piece
      try context.checkCancelled()
    }
  }

  private static let piece = 64 << 10

  private static func bytes(_ count: Int, _ random: inout SplitMix64) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 8)
    while bytes.count < count {
      var word = random.next()
      for _ in 0..<8 {
        bytes.append(UInt8(truncatingIfNeeded: word))
        word >>= 8
      }
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }

  /// How often it looks whether it is to stop.
  private static let look = Seconds.milliseconds(20)

  private func sleep(_ duration: Seconds, _ context: KernelContext) throws {
    let start = Instant.now()
    var elapsed = Seconds.zero
    while elapsed < duration {
      let isEnough = context.progress(
        "sleep", fraction: elapsed.value / duration.value, metrics: ["elapsed": elapsed.value])
      if isEnough { return }
      let rest = duration - elapsed
      if rest > Self.look { pause(Self.look) } else { pausePrecisely(rest) }
      try context.checkCancelled()
      elapsed = Instant.now() - start
    }
  }
}
