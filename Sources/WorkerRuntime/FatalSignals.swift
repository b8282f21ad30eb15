import CLinux
import Glibc
import Synchronization
import Wire

/// Notes in the status page which signal ended the process, and whether for want of memory.
enum FatalSignals {
  /// Handlers of signals belong to the whole process, and so does what they may touch.
  private static let page = Atomic<UInt>(0)

  static func note(in page: SharedPage) {
    self.page.store(page.address, ordering: .releasing)
    for signal in [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV] {
      // Sound: the handler makes no call that is forbidden in handlers.
      _ = kiln_handle_once(signal) { FatalSignals.handle($0) }
    }
  }

  private static func handle(_ signal: Int32) {
    let failedToAllocate = errno == ENOMEM
    // Sound: the page is mapped for as long as the process lives.
    if let words = unsafe UnsafeMutablePointer<Int64>(
      bitPattern: page.load(ordering: .acquiring))
    {
      unsafe mark(words, signal, failedToAllocate)
    }
    raise(signal)
  }

  private static func mark(
    _ words: UnsafeMutablePointer<Int64>, _ signal: Int32, _ failedToAllocate: Bool
  ) {
    func word(_ word: StatusPage.Word) -> UnsafeMutablePointer<Int64> {
      unsafe words + word.rawValue
    }
    unsafe kiln_store_word(word(.fatalSignal), Int64(signal))
    let limit = unsafe kiln_load_word(word(.memoryLimit))
    let seen = unsafe kiln_load_word(word(.memory))
    // A refused allocation traps; nine tenths of the limit is as near as the watchdog's look allows.
    let wantsMemory = failedToAllocate || (limit > 0 && seen >= limit / 10 * 9)
    let verdict = unsafe kiln_load_word(word(.verdict))
    if wantsMemory, verdict == StatusPage.Verdict.none.rawValue {
      unsafe kiln_store_word(word(.verdict), StatusPage.Verdict.memory.rawValue)
    }
  }
}
