import Base
import JobModel
import Testing
import TestSupport

@testable import CommandLine
@testable import JobFiles

@Suite("kiln.yaml")
struct SettingsFileTests {
  @Test("is found in the folder of the call or the nearest above it, and paths are its own")
  func found() throws {
    let folder = try TemporaryFolder()
    writeText(
      "# settings\nstate: ./s\nproject: '底盘'  \noutput: out # here\n\n",
      to: "\(folder.path)/a/kiln.yaml")
    writeText("project: user\n", to: "\(folder.path)/home/.config/kiln/kiln.yaml")
    let surroundings = Surroundings(
      environment: ["HOME": "\(folder.path)/home"], folder: "\(folder.path)/a/b/c")
    let settings = try Settings.read(Arguments(), surroundings)
    #expect(settings.state == "\(folder.path)/a/./s")
    #expect(settings.standardProject == ProjectName("底盘"))
    #expect(settings.project == nil, "it is weaker than a job file")
    #expect(settings.output == "\(folder.path)/a/out")
    var elsewhere = surroundings
    elsewhere.folder = folder.path
    #expect(try Settings.read(Arguments(), elsewhere).standardProject == ProjectName("user"))
  }

  @Test("reports every line that it does not understand")
  func mistakes() {
    let text = "stat: x\nproject\nproject: [a]\noutput: o\noutput: p\nstate: \"a\n"
    let problems = #expect(throws: Problems.self) {
      try SettingsFile(text, path: "/w/kiln.yaml", folder: "/w")
    }
    #expect(
      problems?.all.map(\.description) == [
        "/w/kiln.yaml:1:1: unknown setting 'stat'; did you mean 'state'?",
        "/w/kiln.yaml:2:1: this is no setting; write `key: value`",
        "/w/kiln.yaml:3:1: 'project' has no plain value",
        "/w/kiln.yaml:5:1: 'output' is set twice", "/w/kiln.yaml:6:1: 'state' has no plain value",
      ])
  }
}

@Suite("The files of a job")
struct InputCollectorTests {
  @Test("are searched as if every line were read", arguments: 1...200)
  func sieve(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let alphabet = Array("*{}a=\n\n\r {load}*include,input=x\n".utf8)
    let text = (0..<Int.random(in: 0...200, using: &random)).map { _ in
      alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
    }
    let sieved = SievedText(text)
    let lines = sieved.bytes
    let name = "seed \(seed)"
    #expect(Placeholder.scan(lines) == Placeholder.scan(text), "\(name)")
    #expect(
      DeckScan.placeholders(in: lines, of: "", numbers: sieved.numbers)
        == DeckScan.placeholders(in: text, of: ""), "\(name)")
    #expect(
      DeckScan.includes(in: lines, numbers: sieved.numbers) == DeckScan.includes(in: text),
      "\(name)")
    #expect(SievedText(lines).bytes == lines, "\(name)")
  }

  @Test("are found with all that decks include, relative to the deck, each once")
  func includes() throws {
    let folder = try TemporaryFolder()
    writeText(
      "*INCLUDE, INPUT=mesh/a.inc\n*include,input=../common.inc\n*CLOAD\n1,1,{load}\n",
      to: "\(folder.path)/job/decks/d.inp")
    writeText(
      "*INCLUDE,INPUT=mesh/b.inc\n{thickness=2}\n", to: "\(folder.path)/job/decks/mesh/a.inc")
    writeText("*INCLUDE,INPUT=mesh/a.inc\n", to: "\(folder.path)/job/decks/mesh/b.inc")
    writeText("** common\n", to: "\(folder.path)/job/common.inc")
    let collector = InputCollector(folder: "\(folder.path)/job")
    let found = try collector.collect([
      JobFile.InputPath(path: "decks/d.inp", mayInclude: true, hasPlaceholders: true)
    ])
    let rows = found.map { "\($0.file.path) \($0.file.name) \($0.file.includedBy ?? "-")" }
    #expect(
      Set(rows) == [
        "decks/d.inp d.inp -", "mesh/a.inc mesh/a.inc decks/d.inp",
        "../common.inc common.inc decks/d.inp", "mesh/b.inc mesh/b.inc mesh/a.inc",
        "mesh/a.inc mesh/a.inc mesh/b.inc",
      ])
    #expect(rows.count == Set(rows).count)
    let placeholders = collector.placeholders("decks/d.inp")
    #expect(
      placeholders?.map { "\($0.placeholder.name) \($0.file):\($0.line)" } == [
        "load decks/d.inp:4", "thickness mesh/a.inc:2",
      ])
    #expect(collector.placeholders("decks/none.inp") == nil)
  }

  @Test("that are missing are all reported, with who includes them")
  func missing() throws {
    let folder = try TemporaryFolder()
    writeText("*INCLUDE,INPUT=x.inc\n*INCLUDE,INPUT=y.inc\n", to: "\(folder.path)/d.inp")
    let problems = #expect(throws: Problems.self) {
      try InputCollector(folder: folder.path).collect([
        JobFile.InputPath(path: "d.inp", mayInclude: true, hasPlaceholders: true),
        JobFile.InputPath(path: "z.csv", mayInclude: false, hasPlaceholders: false),
      ])
    }
    #expect(
      problems?.all.map(\.description) == [
        "x.inc: there is no such file; d.inp includes it in line 1",
        "y.inc: there is no such file; d.inp includes it in line 2",
        "z.csv: there is no such file",
      ])
  }
}
