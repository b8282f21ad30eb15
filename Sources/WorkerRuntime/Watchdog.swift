import Base

/// Looks at the running attempt twenty times a second, whatever the attempt does; rests while there is none.
enum Watchdog {
  private static let interval = Seconds.milliseconds(50)
  /// Every second look is at memory as well.
  private static let memoryEvery = 2

  static func start(_ control: AttemptControl, _ capture: OutputCapture) {
    _ = Thread("watchdog") {
      var look = 0
      while true {
        pause(interval)
        look += 1
        let looksAtMemory = look % memoryEvery == 0
        let isRunning = control.enforce(at: .now(), looksAtMemory: looksAtMemory)
        if isRunning, looksAtMemory { capture.trim() }
        if !isRunning { control.waitForAttempt() }
      }
    }
  }
}
