import Base
import Glibc
import TestSupport
import Testing

@testable import CommandLine

@Suite("completion in the shells themselves")
struct ShellTests {
  static func isInstalled(_ shell: String) -> Bool {
    // Sound: the text is lent to the call as a terminated string.
    ["/bin", "/usr/bin", "/usr/local/bin"].contains { unsafe access("\($0)/\(shell)", X_OK) == 0 }
  }

  private func script(_ shell: Shell, in folder: TemporaryFolder) -> String {
    let path = "\(folder.path)/kiln.\(shell.rawValue)"
    writeText(shell.script(CommandDeclaration.all), to: path)
    return path
  }

  @Test(
    "fish completes commands, nouns, values and files",
    .enabled(if: ShellTests.isInstalled("fish"), "fish is not installed"),
    arguments: [
      ("kiln ser", "server"), ("kiln server u", "up"), ("kiln --state /x completion ba", "bash"),
      ("kiln pull 17 --fil", "--files"), ("kiln kernel show signal.ps", "signal.psd"),
      ("kiln list --only hel", "held"), ("kiln run --arg-file kiln.fi", "kiln.fish"),
      ("kiln validate kiln.fi", "kiln.fish"),
    ])
  func fish(line: String, expected: String) throws {
    let folder = try TemporaryFolder()
    let path = script(.fish, in: folder)
    let program = "cd \(folder.path); source \(path); complete -C '\(line)' | cut -f1"
    let found = try output(of: ["fish", "--no-config", "-c", program])
    #expect(found == "\(expected)\n")
  }

  @Test(
    "zsh can read its completion",
    .enabled(if: ShellTests.isInstalled("zsh"), "zsh is not installed"))
  func zsh() throws {
    let folder = try TemporaryFolder()
    let path = script(.zsh, in: folder)
    #expect(try output(of: ["zsh", "-f", "-c", "zsh -n \(path) && echo good"]) == "good\n")
  }
}
