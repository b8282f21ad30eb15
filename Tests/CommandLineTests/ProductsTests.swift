import Base
import JobModel
import Testing
import TestSupport

@testable import CommandLine

@Suite("What comes from the declarations")
struct ProductsTests {
  @Test("help is what it was", arguments: CommandDeclaration.all.map(\.name) + ["", "server"])
  func help(_ name: String) {
    let path = name.split(separator: " ").map(String.init)
    let file = name.isEmpty ? "help" : "help-" + path.joined(separator: "-")
    expectSnapshot(Program.helpText(path), in: "CommandLine", named: file)
  }

  @Test("help fits into 80 columns")
  func helpWidth() {
    for command in CommandDeclaration.all {
      for line in Help.page(command).split(separator: "\n") {
        #expect(displayWidth(line) <= 80, "\(line)")
      }
    }
  }

  @Test("docs/commands.md is up to date")
  func reference() {
    let path = repositoryFile("docs/commands.md")
    let text = Reference.markdown(CommandDeclaration.all)
    if isRecording { writeText(text, to: path) }
    #expect(textOfFile(path) == text, "write it anew: kiln help --markdown > docs/commands.md")
    #expect(!isRecording, "recorded \(path)")
  }

  @Test("completion knows every command and every option", arguments: Shell.allCases)
  func completion(_ shell: Shell) {
    let script = shell.script(CommandDeclaration.all)
    for command in CommandDeclaration.all {
      for word in command.path { #expect(script.contains(word), "\(word)") }
      for option in command.options {
        #expect(script.contains(option.name.dropFirst(2)), "\(command.name) \(option.name)")
      }
    }
  }

  @Test("bash accepts its completion, and completes with it")
  func bash() throws {
    let folder = try TemporaryFolder()
    let script = "\(folder.path)/kiln.bash"
    writeText(Shell.bash.script(CommandDeclaration.all), to: script)
    let cases = [
      ("kiln ser", "server"), ("kiln server u", "up"), ("kiln --state /x completion ba", "bash"),
      ("kiln pull 17 --fil", "--files"), ("kiln kernel show test.sl", "test.sleep"),
      ("kiln wa", "watch wait"),
    ]
    for (line, expected) in cases {
      let words = line.split(separator: " ").map { "'\($0)'" }.joined(separator: " ")
      let program = """
        source \(script); COMP_WORDS=(\(words)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); \
        _kiln; echo "${COMPREPLY[*]}"
        """
      #expect(try output(of: ["bash", "--norc", "-c", program]) == expected + "\n", "\(line)")
    }
  }

  @Test("every kind of error has its exit code")
  func exitCodes() {
    let expected: [KilnError.Code: Int32] = [
      .usage: 2, .invalidFile: 2, .notFound: 3, .conflict: 9, .refused: 7, .cannotBePlaced: 8,
      .unreachable: 6, .transfer: 10, .storage: 70, .taskFailed: 1, .cancelled: 4, .timedOut: 5,
      .internalError: 70,
    ]
    for code in KilnError.Code.allCases {
      #expect(ExitCode(code).rawValue == expected[code], "\(code)")
    }
    #expect(JobState.allCases.map { ExitCode($0).rawValue } == [5, 5, 5, 0, 1, 4])
    #expect(ExitCode.command(42).rawValue == 42)
  }
}

@Suite("The program")
struct ProgramTests {
  private struct Outcome {
    let code: Int32
    let out: String
    let messages: String
  }

  private func kiln(
    _ line: String, environment: [String: String] = [:], state: String = "/nowhere/kiln"
  ) -> Outcome {
    let (out, messages) = (MemorySink(), MemorySink())
    let code = Program.run(
      line.split(separator: " ").map(String.init),
      surroundings: Surroundings(
        environment: ["KILN_STATE": state].merging(environment) { $1 }, folder: "/srv"),
      out: out, messages: messages)
    return Outcome(code: code.rawValue, out: out.text, messages: messages.text)
  }

  @Test("without words shows the overview")
  func overview() {
    let outcome = kiln("")
    #expect(outcome.code == 0)
    #expect(outcome.out.hasPrefix("Kiln runs simulation jobs"))
  }

  @Test("prints its version, also as JSON")
  func version() {
    #expect(kiln("version").out == "kiln \(Kiln.version)\n")
    #expect(kiln("--version").out == "kiln \(Kiln.version)\n")
    #expect(kiln("version --json").out == #"{"version":"\#(Kiln.version)","api":"v1"}"# + "\n")
  }

  @Test(
    "says that no server is there, with exit code 6", arguments: ["list", "show 17", "pull last"])
  func unreachable(_ line: String) {
    let outcome = kiln(line)
    #expect(outcome.code == 6)
    #expect(outcome.out.isEmpty)
    #expect(
      outcome.messages
        == "kiln: no server is running here; start one with `kiln server up`\n")
  }

  @Test("a state directory with a long path is no obstacle")
  func longPath() throws {
    let folder = try TemporaryFolder()
    let long = folder.path + "/" + String(repeating: "x", count: 120)
    #expect(kiln("list", state: long).code == 6)
    _ = try output(of: ["mkdir", long])
    #expect(kiln("list", state: long).code == 6)
  }

  @Test("escapes what it repeats of a hostile command line")
  func hostile() {
    #expect(
      kiln("list \u{1B}[31m").messages
        == "kiln: `kiln list` does not take '\\x1b[31m'; usage: kiln list [options]\n")
  }

  @Test("a state directory is found in this order")
  func precedence() throws {
    func state(_ environment: [String: String], flag: [String] = []) throws -> String {
      let words = flag + ["version"]
      guard
        case .command(_, let arguments) = try ArgumentParser(commands: CommandDeclaration.all)
          .parse(words)
      else { return "" }
      return try Settings.read(
        arguments, Surroundings(environment: environment, folder: "/srv")
      ).state
    }
    let all = ["HOME": "/h", "XDG_STATE_HOME": "/x", "KILN_STATE": "k/"]
    #expect(try state(all, flag: ["--state", "/f/"]) == "/f")
    #expect(try state(all) == "/srv/k")
    #expect(try state(["HOME": "/h", "XDG_STATE_HOME": "/x"]) == "/x/kiln")
    #expect(try state(["HOME": "/h"]) == "/h/.local/state/kiln")
    #expect(throws: KilnError.self) { try state([:]) }
  }
}
