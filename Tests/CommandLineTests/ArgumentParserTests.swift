import Base
import Testing

@testable import CommandLine

/// A small set of commands of its own, so that these tests do not follow every change of the real
/// ones.
private enum Sample {
  static let limit = Option<Int>("--limit", short: "n", integer: 1...9, "N", "How many.")
  static let wait = Option<Seconds>("--timeout", duration: "TIME", "How long.")
  static let quick = Flag("--quick", short: "q", "Quickly.")

  static let commands = [
    CommandDeclaration(
      "fetch", "Fetch things.",
      positionals: [
        Positional("WHAT", "What to fetch."), Positional("MORE", .any, "What else."),
      ], options: [limit.declaration, wait.declaration, quick.declaration]
    ) { _, _ in .success },
    CommandDeclaration("start", "Start.", passthrough: "CMD [ARG...]") { _, _ in .success },
    CommandDeclaration("server up", "Up.") { _, _ in .success },
    CommandDeclaration("server down", "Down.") { _, _ in .success },
  ]

  static func parse(_ line: String) throws -> (name: String, arguments: Arguments) {
    let words = line.split(separator: " ").map(String.init)
    switch try ArgumentParser(commands: commands).parse(words) {
    case .command(let command, let arguments): return (command.name, arguments)
    case .help(let path): return ("help " + path.joined(separator: " "), Arguments())
    }
  }

  static func problems(_ line: String) -> [String] {
    do {
      _ = try parse(line)
      return []
    } catch {
      return Problems(any: error).all.map(\.description)
    }
  }
}

@Suite("The argument parser")
struct ArgumentParserTests {
  @Test(
    "takes a value in every spelling",
    arguments: [
      "fetch x --limit 3", "fetch x --limit=3", "fetch x -n 3", "fetch x -n3", "fetch x -n=3",
      "fetch --limit 3 x", "--state /s fetch --limit 3 x", "fetch x --limit 2 --limit 3",
    ])
  func values(_ line: String) throws {
    let (name, arguments) = try Sample.parse(line)
    #expect(name == "fetch")
    #expect(arguments.words == ["x"])
    #expect(try arguments(Sample.limit) == 3)
    #expect(!arguments[Sample.quick])
  }

  @Test("keeps flags, words and a dash apart")
  func words() throws {
    let (_, arguments) = try Sample.parse("fetch - -q b c --json")
    #expect(arguments.words == ["-", "b", "c"])
    #expect(arguments[Sample.quick])
    #expect(arguments[GlobalOptions.json])
    #expect(try arguments(Sample.limit) == nil)
  }

  @Test("passes what stands behind `--` on, untouched")
  func passthrough() throws {
    let (_, arguments) = try Sample.parse("start -- ccx -i --help bracket -- x")
    #expect(arguments.passthrough == ["ccx", "-i", "--help", "bracket", "--", "x"])
  }

  @Test("takes `--` as the end of options where nothing is passed on")
  func endOfOptions() throws {
    #expect(try Sample.parse("fetch -- --odd").arguments.words == ["--odd"])
  }

  @Test("finds commands of two words")
  func nouns() throws {
    #expect(try Sample.parse("--json server up").name == "server up")
    #expect(try Sample.parse("server").name == "help server")
    #expect(try Sample.parse("").name == "help ")
    #expect(try Sample.parse("fetch --help").name == "help fetch")
    #expect(try Sample.parse("--help").name == "help ")
  }

  @Test(
    "says what is wrong, and what was meant",
    arguments: [
      ("fetc x", "there is no command 'fetc'; did you mean `kiln fetch`?"),
      ("server dwn", "there is no command 'server dwn'; did you mean `kiln server down`?"),
      ("whatever", "there is no command 'whatever'; see `kiln help`"),
      ("fetch x --limt 3", "`kiln fetch` has no option '--limt'; did you mean '--limit'?"),
      ("fetch x -z", "`kiln fetch` has no option '-z'; see `kiln help fetch`"),
      ("fetch x --limit", "--limit needs a value; write `--limit N`"),
      ("fetch x --limit 10", "--limit: '10' is not a whole number from 1 to 9"),
      ("fetch x --quick=1", "--quick takes no value"),
      (
        "fetch x --timeout soon",
        "--timeout: 'soon' is not a duration; write it as 90s, 10min or 2h"
      ),
      (
        "fetch",
        "`kiln fetch` needs WHAT; usage: kiln fetch [options] WHAT [MORE...]"
      ),
      ("server up x", "`kiln server up` does not take 'x'; usage: kiln server up"),
      ("start --", "no command stands behind `--`"),
    ])
  func mistakes(_ line: String, _ message: String) {
    #expect(Sample.problems(line) == [message])
  }

  @Test("reports all mistakes of a line at once")
  func several() {
    #expect(
      Sample.problems("fetch --limit 0 --quik") == [
        "--limit: '0' is not a whole number from 1 to 9",
        "`kiln fetch` has no option '--quik'; did you mean '--quick'?",
        "`kiln fetch` needs WHAT; usage: kiln fetch [options] WHAT [MORE...]",
      ])
  }

  @Test(
    "reads durations",
    arguments: [
      ("90", 90), ("90s", 90), ("1.5 min", 90), ("2h", 7200), ("250ms", 0.25), ("1d", 86_400),
    ])
  func durations(_ text: String, _ seconds: Double) {
    #expect(Seconds(spelling: text) == Seconds(seconds))
  }

  @Test("refuses what is no duration", arguments: ["", "s", "-1s", "1 parsec", "nan", "1e999"])
  func noDurations(_ text: String) {
    #expect(Seconds(spelling: text) == nil)
  }

  @Test(
    "reads sizes",
    arguments: [
      ("512MiB", 536_870_912), ("4 GiB", 4_294_967_296), ("2GB", 2_000_000_000), ("7B", 7),
    ])
  func sizes(_ text: String, _ bytes: Int64) {
    #expect(ByteCount(spelling: text) == ByteCount(bytes))
  }

  @Test("refuses a size without a unit", arguments: ["512", "", "GiB", "-1GiB", "9e30TiB"])
  func noSizes(_ text: String) {
    #expect(ByteCount(spelling: text) == nil)
  }
}

@Suite("The declarations of the commands")
struct DeclarationTests {
  @Test("name every command, and every option of a command, once")
  func unique() {
    let names = CommandDeclaration.all.map(\.name)
    #expect(Set(names).count == names.count)
    for command in CommandDeclaration.all {
      let options = (command.options + GlobalOptions.all)
      let spellings = options.map(\.name) + options.compactMap { $0.short.map(String.init) }
      #expect(Set(spellings).count == spellings.count, "\(command.name)")
    }
  }

  @Test("let no word but the last repeat, and no optional word stand before a needed one")
  func positionals() {
    for command in CommandDeclaration.all {
      for positional in command.positionals.dropLast() {
        #expect(positional.count == .one, "\(command.name): \(positional.name)")
      }
    }
  }

  @Test("give examples that parse")
  func examples() throws {
    let parser = ArgumentParser(commands: CommandDeclaration.all)
    for command in CommandDeclaration.all {
      for example in command.examples where example.line.hasPrefix("kiln ") {
        let line = example.line.prefix { $0 != ">" && $0 != "|" }
        let words = line.split(separator: " ").dropFirst()
          .map { $0.filter { $0 != "'" } }
        guard case .command(let found, _) = try parser.parse(words) else {
          Issue.record("\(example.line) is no command")
          continue
        }
        #expect(found.name == command.name, "\(example.line)")
      }
    }
  }
}
