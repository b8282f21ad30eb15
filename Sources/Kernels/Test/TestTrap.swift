/// Crashes, as a mistake in a kernel would.
struct TestTrap: Kernel {
  let name = "test.trap"

  func run(_ context: KernelContext) throws {
    context.progress("about to trap")
    fatalError("test.trap was asked to crash")
  }
}
