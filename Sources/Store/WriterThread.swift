import CLinux

extension Store {
  /// Makes the calling thread wake up soon after an fsync although kernels saturate the cores.
  /// - Returns: false where the system does not know how; the store works the same, only slower.
  @discardableResult
  package static func prepareWriterThread() -> Bool {
    kiln_set_scheduler_slice(100_000) == 0
  }
}
