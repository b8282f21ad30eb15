import Base

/// Waits, then writes its value.
struct TestSleep: Kernel {
  let name = "test.sleep"

  func run(_ context: KernelContext) throws {
    let value = try context.number("value")
    let duration = Seconds(try context.quantity("duration"))
    context.summary.set("value", value)
    if duration > .zero { try sleep(duration, context) }
  }

  private func sleep(_ duration: Seconds, _ context: KernelContext) throws {
    let start = Instant.now()
    var elapsed = Seconds.zero
    while elapsed < duration {
      context.progress(
        "sleep", fraction: elapsed.value / duration.value, metrics: ["elapsed": elapsed.value])
      pause(min(duration - elapsed, .milliseconds(20)))
      try context.checkCancelled()
      elapsed = Instant.now() - start
    }
  }
}
