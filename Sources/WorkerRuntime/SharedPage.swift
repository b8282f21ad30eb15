import Base
import CLinux
import Glibc
import JobModel
import Wire

/// The worker's side of its ``StatusPage``: a file mapped into memory, locked while the process lives.
///
/// Stores are single words and cost nothing; the page survives the process because the file does.
@safe
final class SharedPage: Sendable {
  private let file: Descriptor
  /// Sound to share: every access is one atomic word, and the mapping stays until the process ends.
  nonisolated(unsafe) private let words: UnsafeMutablePointer<Int64>

  init(path: String, slot: SlotID) throws(KilnError) {
    file = try Descriptor.open(path, O_RDWR | O_CREAT | O_NOFOLLOW)
    _ = file.lock(waiting: true)
    guard ftruncate(file.number, off_t(StatusPage.size)) == 0 else {
      throw systemError("cannot size the status page", at: path, code: .storage)
    }
    // Sound: the file has this size, and the mapping is never removed.
    guard
      let memory = unsafe mmap(
        nil, StatusPage.size, PROT_READ | PROT_WRITE, MAP_SHARED, file.number, 0),
      unsafe memory != MAP_FAILED
    else { throw systemError("cannot map the status page", at: path, code: .storage) }
    unsafe words = memory.bindMemory(to: Int64.self, capacity: StatusPage.size / 8)
    for word in StatusPage.Word.allCases { self[word] = 0 }
    self[.pid] = Int64(getpid())
    self[.slot] = Int64(slot.number)
    self[.format] = StatusPage.format
  }

  subscript(word: StatusPage.Word) -> Int64 {
    // Sound: the index is below the number of mapped words.
    get { unsafe kiln_load_word(words + word.rawValue) }
    set { unsafe kiln_store_word(words + word.rawValue, newValue) }
  }

  var verdict: StatusPage.Verdict {
    get { StatusPage.Verdict(rawValue: self[.verdict]) ?? .none }
    set { self[.verdict] = newValue.rawValue }
  }

  /// For the handler of fatal signals, which may touch nothing else.
  var address: UInt { unsafe UInt(bitPattern: words) }
}
