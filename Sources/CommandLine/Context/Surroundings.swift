import Base
import Client
import Glibc

/// What a command finds around itself; read once, so that everything behind it can be tested.
package struct Surroundings: Sendable {
  package var environment: [String: String]
  /// The folder in which the command was called.
  package var folder: String
  /// This program's own file.
  package var program: String
  package var outputIsTerminal: Bool
  package var messagesAreTerminal: Bool
  /// `COLUMNS`, `LINES`, or what the terminal says, when the program started.
  package var size: TerminalSize

  package init(
    environment: [String: String] = [:], folder: String = "/", program: String = "/usr/bin/kiln",
    outputIsTerminal: Bool = false, messagesAreTerminal: Bool = false,
    size: TerminalSize = TerminalSize(columns: 80, rows: 24)
  ) {
    self.environment = environment
    self.folder = folder
    self.program = program
    self.outputIsTerminal = outputIsTerminal
    self.messagesAreTerminal = messagesAreTerminal
    self.size = size
  }

  /// The surroundings of this process.
  package static func current() -> Surroundings {
    Surroundings(
      environment: processEnvironment(), folder: currentFolder(),
      program: linkTarget("/proc/self/exe") ?? "kiln", outputIsTerminal: isatty(1) == 1,
      messagesAreTerminal: isatty(2) == 1, size: .current())
  }

  /// The value of a variable; nil when it is not set, or empty.
  func variable(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// A path as seen from the folder of the call, without a trailing slash.
  func absolute(_ path: String) -> String {
    var full = path.hasPrefix("/") ? path : "\(folder)/\(path)"
    while full.count > 1, full.hasSuffix("/") { full.removeLast() }
    return full
  }

  /// For pages that are read: as wide as the terminal, or generous where there is none.
  var pageWidth: Int { outputIsTerminal ? size.columns : 160 }

  var mayColor: Bool {
    variable("NO_COLOR") == nil && variable("TERM") != "dumb"
  }
}

/// Columns and rows of a terminal.
package struct TerminalSize: Hashable, Sendable {
  package var columns: Int
  package var rows: Int

  package init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }

  /// What the terminal behind one of the standard descriptors says; 80 × 24 without one.
  static func current() -> TerminalSize {
    for descriptor: Int32 in [1, 2, 0] {
      var size = winsize()
      // Sound: TIOCGWINSZ fills the struct that it is given.
      let answer = unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size)
      if answer == 0, size.ws_col > 0 {
        return TerminalSize(columns: Int(size.ws_col), rows: max(Int(size.ws_row), 2))
      }
    }
    return TerminalSize(columns: 80, rows: 24)
  }
}

private func processEnvironment() -> [String: String] {
  var variables: [String: String] = [:]
  // Sound: nothing in this process changes the environment; the texts are copied.
  var entry = unsafe environ
  while let text = unsafe entry.pointee {
    let pair = unsafe String(cString: text)
    if let sign = pair.firstIndex(of: "=") {
      variables[String(pair[..<sign])] = String(pair[pair.index(after: sign)...])
    }
    unsafe entry += 1
  }
  return variables
}

private func currentFolder() -> String {
  // Sound: getcwd allocates a terminated text when it is given no buffer; it is freed here, once.
  guard let text = unsafe getcwd(nil, 0) else { return "/" }
  defer { unsafe free(text) }
  return unsafe String(cString: text)
}

private func linkTarget(_ path: String) -> String? {
  var target = [UInt8](repeating: 0, count: 4096)
  // Sound: readlink writes at most the given count of bytes.
  let count = unsafe target.withUnsafeMutableBytes { room -> Int in
    guard let start = room.baseAddress else { return -1 }
    return unsafe readlink(path, start, room.count)
  }
  return count > 0 ? String(decoding: target[..<count], as: UTF8.self) : nil
}
