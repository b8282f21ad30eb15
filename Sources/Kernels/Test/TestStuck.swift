import Base

/// Never returns and never looks whether it is to stop.
struct TestStuck: Kernel {
  let name = "test.stuck"

  func run(_ context: KernelContext) throws {
    context.progress("stuck")
    while true { pause(.milliseconds(50)) }
  }
}
