/// Takes more and more memory, and uses it, until something stops it.
struct TestExhaust: Kernel {
  let name = "test.exhaust"

  func run(_ context: KernelContext) throws {
    var blocks: [[UInt8]] = []
    while !context.isCancelled {
      blocks.append([UInt8](repeating: 1, count: 8 << 20))
      context.progress("allocate")
    }
    throw Cancelled()
  }
}
