import Testing

@testable import FiniteElements

/// Decks that CalculiX reads are read, even where it passes something over.
@Suite("what may stand in a deck") struct DeckToleranceTests {
  @Test("parameters and outputs that CalculiX does not know are passed over with a notice")
  func unknown() throws {
    let deck = try Decks.parse(
      Decks.cube("*CLOAD, REGION=7\n5, 3, 1.\n*EL PRINT, ELSET=EALL\nS, MISES"))
    let notices = deck.notices.map(\.description)
    #expect(
      notices.contains("cube.inp:26: *CLOAD: REGION is no parameter of CalculiX; passed over"))
    #expect(
      notices.contains {
        $0.hasPrefix("cube.inp:29: *EL PRINT: MISES is no output of CalculiX; passed over")
      })
  }

  @Test("a parameter that would change the result is refused")
  func foreign() {
    #expect(
      Decks.problems(Decks.cube("*CLOAD, USER\n5, 3, 1."))
        .contains("*CLOAD: parameter USER is not supported"))
  }

  @Test("displacements other than zero may be given before the steps")
  func early() throws {
    let text = Decks.cube("*NODE PRINT, NSET=NALL\nU")
      .replacing(
        "*STEP", with: "*BOUNDARY\n5, 3, 3, .1\n6, 3, 3, .1\n7, 3, 3, .1\n8, 3, 3, .1\n*STEP")
    let frame = try BarDeck.solve(text).frame
    #expect(abs(frame.displacements[3 * 4 + 2] - 0.1) < 1e-12)
  }

  @Test("an amplitude may be shifted")
  func shift() throws {
    let text = Decks.cube("*CLOAD, AMPLITUDE=UP\n5, 3, 10.")
      .replacing("*STEP", with: "*AMPLITUDE, NAME=UP, SHIFTX=.5, SHIFTY=1.\n0., 0., 1., 4.\n*STEP")
    // At time 1 the table is read at 0.5: 2, and 1 on top.
    #expect(try Decks.parse(text).steps[0].forcesByFreedom[3 * 4 + 2] == 30)
  }

  @Test(
    "only an amplitude of the total time goes on in later steps",
    arguments: [("", 20.0), (", TIME=TOTAL TIME", 40.0)])
  func later(_ parameter: String, _ force: Double) throws {
    let text = Decks.cube("*CLOAD, AMPLITUDE=UP\n5, 3, 10.\n*END STEP\n*STEP\n*STATIC")
      .replacing(
        "*MATERIAL", with: "*AMPLITUDE, NAME=UP\(parameter)\n0., 0., 1., 2., 2., 4.\n*MATERIAL")
    #expect(try Decks.parse(text).steps[1].forcesByFreedom[3 * 4 + 2] == force)
  }

  @Test("the time of a static step may be set back or set")
  func times() throws {
    let text = Decks.cube("*END STEP\n*STEP\n*STATIC, TOTAL TIME AT START=7.\n1., 2.")
      .replacing("*STEP\n*STATIC\n*END", with: "*STEP\n*STATIC, TIME RESET\n*END")
    #expect(try Decks.parse(text).steps.map(\.endTime) == [0, 9])
  }

  @Test("large displacements make no difference where only temperatures change")
  func heat() throws {
    let text = Decks.cube("*BOUNDARY\nFOOT, 11, 11, 5.", material: "*CONDUCTIVITY\n50.")
      .replacing("*STEP\n*STATIC", with: "*STEP, NLGEOM\n*HEAT TRANSFER, STEADY STATE")
    #expect(Decks.problems(text).isEmpty)
    #expect(
      Decks.problems(Decks.cube("").replacing("*STEP", with: "*STEP, NLGEOM"))
        .contains("*STEP: NLGEOM is not supported"))
  }

  @Test("results are printed in the order of the cards")
  func order() throws {
    let deck = try Decks.parse(
      Decks.cube(
        "*CLOAD\n5, 3, 10.\n*EL PRINT, ELSET=EALL\nS\n*NODE PRINT, NSET=NALL\nU\n"
          + "*EL PRINT, ELSET=EALL\nE"))
    let titles = try Decks.solve(deck).dat.split(separator: "\n").filter { $0.contains("for set") }
      .compactMap { $0.split(separator: " ").first }
    #expect(titles == ["stresses", "displacements", "strains"])
  }

  @Test("vectors in result files may follow the nodes' own axes")
  func local() throws {
    let file = { (parameter: String) in
      let text = Decks.cube("*CLOAD\n5, 1, 10.\n*NODE FILE\(parameter)\nU")
        .replacing("*MATERIAL", with: "*TRANSFORM, NSET=NALL\n0., 1., 0., -1., 0., 0.\n*MATERIAL")
      let lines = try Decks.solve(Decks.parse(text)).frd.split(separator: "\n")
      let start = try #require(lines.firstIndex { $0.hasPrefix(" -4  DISP") })
      let row = try #require(lines[start...].first { $0.hasPrefix(" -1         5") })
      return (0..<3).map { place in
        let from = row.index(row.startIndex, offsetBy: 13 + 12 * place)
        return Double(row[from..<row.index(from, offsetBy: 12)].filter { $0 != " " }) ?? .nan
      }
    }
    let (global, own) = try (file(""), file(", GLOBAL=NO"))
    #expect(abs(global[0]) + abs(global[1]) > 0)
    #expect(own == [global[1], -global[0], global[2]])
  }

  @Test("springs between two nodes are lines of the result file, with rows for both")
  func springs() throws {
    let text = Decks.cube("*CLOAD\n5, 1, 10.\n*NODE FILE\nU")
      .replacing(
        "*MATERIAL",
        with: """
          *NODE
          20, 0., 0., 3.
          *ELEMENT, TYPE=SPRINGA, ELSET=PULL
          7, 5, 20
          *SPRING, ELSET=PULL
          50.
          *BOUNDARY
          20, 1, 3
          *MATERIAL
          """)
    let lines = try Decks.solve(Decks.parse(text)).frd.split(separator: "\n")
    let spring = try #require(lines.firstIndex { $0.hasPrefix(" -1         7   11") })
    #expect(lines[spring + 1] == " -2         5        20")
    let fields = try #require(lines.firstIndex { $0.hasPrefix(" -4  DISP") })
    #expect(lines[fields...].contains { $0.hasPrefix(" -1        20 0.00000E+00") })
  }
}
