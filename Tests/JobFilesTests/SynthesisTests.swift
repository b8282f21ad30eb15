import Base
import Catalogue
import JobFiles
import JobModel
import TestSupport
import Testing

@Suite("job files that people do not write")
struct SynthesisTests {
  @Test("a deck by itself is a job")
  func deck() throws {
    let job = try JobFileFixture().read(JobFile.forDeck(path: "plain.inp"))
    #expect(job.name == "plain")
    #expect(job.steps[0].work == .kernel("fe.solve"))
    #expect(JobFile.inputPaths(of: job).map(\.path) == ["plain.inp"])
  }

  @Test(
    "a command arrives word for word, whatever it holds",
    arguments: [
      ["echo", "two words", "", "a\"b\\c", "line\nline", "\t", "\u{7F}\u{85}\u{2028}\u{FEFF}"],
      ["sh", "-c", "echo ${HOME} {n} {n=1} && awk '{print}'"],
      ["/usr/bin/true", "支架", "😀", "\u{FFFE}", "- x", "# y", "&a", "*b", "!!c", "null", "~"],
    ])
  func command(words: [String]) throws {
    let job = try JobFileFixture().read(JobFile.forCommand(words))
    #expect(job.steps[0].work == .command(words))
    #expect(try TaskInstance(step: job.steps[0], task: 1).command == words)
  }

  @Test("names are taken from paths, without what a job's name may not hold")
  func names() throws {
    #expect(try JobFileFixture().read(JobFile.forCommand(["/bin/true"])).name == "true")
    #expect(try JobFileFixture().read(JobFile.forCommand(["a\u{1B}[31mb"])).name == "a[31mb")
    #expect(JobFile.stem(of: "models/bracket-5mm.inp") == "bracket-5mm")
    #expect(JobFile.isDeck(path: "models/BRACKET.INP") && !JobFile.isDeck(path: "inp.yaml"))
    #expect(JobFile.stem(of: ".profile") == ".profile")
  }
}

@Suite("a look into decks")
struct DeckScanTests {
  @Test(
    "included files are found in any case and with any blanks",
    arguments: [
      ("*INCLUDE, INPUT=mesh.inc\n", ["mesh.inc"]),
      ("*include,input = \"my mesh.inc\" \r\n", ["my mesh.inc"]),
      ("* INCLUDE ,Input=a\n*Include, INPUT=b", ["a", "b"]),
      ("  *INCLUDE,\r\n INPUT=a\n*NODE,\n*INCLUDE, INPUT=b\n*INCLUDE\n,INPUT=c", ["a"]),
      (
        "**INCLUDE, INPUT=a\n*NODE, INPUT=b\n*INCLUDE\n*INCLUDE, INPUT=\n 1, *INCLUDE, INPUT=c\n",
        []
      ),
    ] as [(String, [String])])
  func includes(text: String, paths: [String]) {
    #expect(DeckScan.includes(in: Array(text.utf8)).map(\.path) == paths)
  }

  @Test("braces in comments mean nothing")
  func comments() {
    let deck = "** {a}\n*CLOAD\n1, 2, {load=5}\n  **{b}\n{c}{load}"
    #expect(
      DeckScan.placeholders(in: Array(deck.utf8), of: "arm.inp") == [
        PlacedPlaceholder(Placeholder(name: "load", standard: nil), file: "arm.inp", line: 5),
        PlacedPlaceholder(Placeholder(name: "c", standard: nil), file: "arm.inp", line: 5),
      ])
  }
}

@Suite("what is generated from the catalogue")
struct GeneratedTests {
  @Test("the checked-in schema is that of the program")
  func schema() throws {
    let path = repositoryFile("schema/job.schema.json")
    if isRecording {
      writeText(JobFileSchema.json(), to: path)
      Issue.record("recorded \(path): look at it, then run again")
      return
    }
    let checkedIn = try #require(textOfFile(path))
    #expect(
      checkedIn == JobFileSchema.json(),
      "write it anew with RECORD_SNAPSHOTS=1 swift test --filter GeneratedTests")
  }

  @Test("the example of every kernel is a good job file", arguments: Catalogue.kernels.map(\.name))
  func examples(name: String) throws {
    let kernel = try #require(Catalogue.kernel(name))
    let load = Placeholder(name: "load", standard: nil)
    let context = JobFileContext { path in [PlacedPlaceholder(load, file: path, line: 1)] }
    let job = try JobFile.parse(
      source: kernel.example, fileName: "example.yaml", context: context)
    #expect(job.steps[0].work == .kernel(name))
  }

  @Test("the page of a kernel shows all that its declaration says")
  func page() throws {
    let kernel = try #require(Catalogue.kernel("test.sleep"))
    #expect(
      KernelPage.markdown(for: kernel) == """
        # test.sleep

        Waits for a while and writes its value into the summary.

        \(kernel.discussion)

        ## Parameters

        | parameter | value | default | meaning |
        | --- | --- | --- | --- |
        | `duration` | a time from 0 s to 86400 s | `0 s` | How long to wait. |
        | `value` | a number | `0` | Written into the summary. |
        | `summary_bytes` | a whole number from 0 to 1000000 | `0` | So many characters of filling in the summary, different for each value. |
        | `file_bytes` | a whole number from 0 to 1000000000 | `0` | Size of a file `data.bin`, different for each value; none for 0. |

        ## Files

        | file | content |
        | --- | --- |
        | `summary.json` | The value. |
        | `data.bin` | Random bytes, with `file_bytes`. |

        ## Scalars of summary.json

        | scalar | unit | meaning |
        | --- | --- | --- |
        | `value` |  | The parameter `value`. |
        | `filling` |  | Hexadecimal digits, with `summary_bytes`. |

        ## Metrics while it runs

        | metric | unit | meaning |
        | --- | --- | --- |
        | `elapsed` | s | Time slept so far. |

        ## Example

        ```yaml
        \(kernel.example)
        ```

        """)
  }
}
