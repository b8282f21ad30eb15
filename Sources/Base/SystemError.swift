import Glibc

/// What the operating system refused, as an error for people.
///
/// Call it right after the failed call: it reads `errno`.
package func systemError(
  _ action: String, at place: String? = nil, code: KilnError.Code = .internalError,
  number: Int32 = errno
) -> KilnError {
  switch number {
  case ENOSPC, EDQUOT:
    KilnError(
      .storage, "\(action): the disk is full", at: place, fix: KilnError.diskFullFix)
  case EIO: KilnError(.storage, "\(action): the disk failed", at: place)
  default: KilnError(code, "\(action): \(errorText(number))", at: place)
  }
}

private func errorText(_ number: Int32) -> String {
  // Sound: strerror answers a string that lives until the thread's next call; it is copied here.
  guard let text = unsafe strerror(number) else { return "error \(number)" }
  return unsafe String(cString: text)
}

extension KilnError {
  /// What every error about a full disk advises.
  package static let diskFullFix = "free some space"

  /// Whether it may work later, without any other change than room on the disk.
  package var isDiskFull: Bool { code == .storage && fix == Self.diskFullFix }
}
