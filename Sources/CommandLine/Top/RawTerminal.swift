import Base
import Glibc

/// The terminal as a screen of our own: keys come one by one, and what was there before comes back.
@safe
final class RawTerminal {
  private var before = termios()
  private var isOpen = false

  /// Nil where standard input and output are no terminal.
  init?() {
    guard isatty(0) == 1, isatty(1) == 1 else { return nil }
    // Sound, here and below: the structures are locals, or this object's own, and outlive the calls.
    guard unsafe tcgetattr(0, &before) == 0 else { return nil }
    open()
  }

  deinit { close() }

  /// Keys come at once and are not shown; the screen is the alternate one, without a cursor.
  func open() {
    guard !isOpen else { return }
    isOpen = true
    var raw = before
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
    raw.c_iflag &= ~tcflag_t(IXON | ICRNL | BRKINT | INPCK | ISTRIP)
    unsafe tcsetattr(0, TCSADRAIN, &raw)
    write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[2J")
  }

  /// As it was.
  func close() {
    guard isOpen else { return }
    isOpen = false
    write("\u{1B}[?7h\u{1B}[?25h\u{1B}[0m\u{1B}[?1049l")
    unsafe tcsetattr(0, TCSADRAIN, &before)
  }

  /// Gives the terminal back, stops with the rest of the command line, and takes it again.
  func suspend() {
    close()
    var stop = sigset_t()
    unsafe sigemptyset(&stop)
    unsafe sigaddset(&stop, SIGTSTP)
    unsafe pthread_sigmask(SIG_UNBLOCK, &stop, nil)
    kill(0, SIGTSTP)
    unsafe pthread_sigmask(SIG_BLOCK, &stop, nil)
    // Whoever had the terminal in the meantime may have changed it.
    unsafe tcgetattr(0, &before)
    open()
  }

  /// Bytes of keys, waited for until the limit is over; nil where nobody is there any more.
  func keys(within limit: Seconds) -> [UInt8]? {
    var watched = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    let count = unsafe poll(&watched, 1, Int32(max(0, limit.value * 1000)))
    if count == 0 || (count < 0 && errno == EINTR) { return [] }
    var bytes = [UInt8](repeating: 0, count: 256)
    let length = unsafe bytes.withUnsafeMutableBytes { room in
      unsafe read(0, room.baseAddress, room.count)
    }
    if length < 0, errno == EINTR || errno == EAGAIN { return [] }
    return length > 0 ? Array(bytes[..<length]) : nil
  }

  func write(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { all in
        unsafe Glibc.write(1, all.baseAddress, all.count)
      }
      if count < 0, errno != EINTR, errno != EAGAIN { return }
      rest = rest.dropFirst(max(count, 0))
    }
  }
}
