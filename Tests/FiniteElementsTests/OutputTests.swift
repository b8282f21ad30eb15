import Testing

@testable import FiniteElements

@Suite("output files") struct OutputTests {
  @Test(
    "numbers are written as Fortran writes them",
    arguments: [
      (0.0, " 0.000000E+00"), (1, " 1.000000E+00"), (-1.5e-9, "-1.500000E-09"),
      (9.9999996, " 1.000000E+01"), (9.9999994, " 9.999999E+00"), (123456.789, " 1.234568E+05"),
      (1e-120, " 0.000000E+00"), (-7.25e98, "-7.250000E+98"),
    ])
  func scientific(_ value: Double, _ text: String) throws {
    var bytes: [UInt8] = []
    var buffer = OutputBuffer { bytes += $0 }
    buffer.scientific(value, decimals: 6)
    try buffer.flush()
    #expect(String(decoding: bytes, as: UTF8.self) == text)
  }

  /// A cube pulled to one thousandth: sigma zz = 210 for Poisson's ratio zero.
  private static func pulledCube() throws -> Deck {
    try Decks.parse(
      Decks.cube(
        """
        *NSET, NSET=TOP
        5, 6, 7, 8
        *BOUNDARY
        TOP, 3, 3, 0.001
        TOP, 1, 2
        *NODE PRINT, NSET=TOP
        U
        *NODE PRINT, NSET=TOP, TOTALS=ONLY
        RF
        *EL PRINT, ELSET=EALL, TOTALS=YES
        S, ENER, EVOL
        *NODE FILE
        U
        *EL FILE
        S
        """, material: "*ELASTIC\n210000., 0.\n*DENSITY\n2."
      )
      .replacing("*DENSITY\n2.\n", with: "*DENSITY\n2.\n"))
  }

  @Test("the .dat file has CalculiX's layout")
  func dat() throws {
    let dat = try Decks.solve(Self.pulledCube()).dat
    // Exact zeros may come out as rounding of either sign: blank them before comparing.
    let lines = dat.split(separator: "\n", omittingEmptySubsequences: false)
      .map { Self.withoutRounding(String($0)) }
    let stress = (1...8).map {
      "         1   \($0)  0.000000E+00  0.000000E+00  2.100000E+02"
        + "  0.000000E+00  0.000000E+00  0.000000E+00"
    }
    let energy = (1...8).map { "         1   \($0)  1.050000E-01" }
    let rows = (5...8).map { "         \($0)  0.000000E+00  0.000000E+00  1.000000E-03" }
    let header = [
      "", "                        S T E P       1", "", "",
      "                                INCREMENT     1", "",
    ]
    let expected =
      header
      + ["", " displacements (vx,vy,vz) for set TOP and time  0.1000000E+01", ""] + rows
      + ["", " total force (fx,fy,fz) for set TOP and time  0.1000000E+01", ""]
      + ["        0.000000E+00  0.000000E+00  2.100000E+02"]
      + [
        "",
        " stresses (elem, integ.pnt.,sxx,syy,szz,sxy,sxz,syz) for set EALL and time  0.1000000E+01",
        "",
      ] + stress
      + [
        "",
        " internal energy density (elem, integ.pnt.,energy) for set EALL and time  0.1000000E+01",
        "",
      ] + energy
      + ["", " volume (element, volume) for set EALL and time  0.1000000E+01", ""]
      + ["         1  1.000000E+00"]
      + ["", " total volume for set EALL and time  0.1000000E+01", "", "        1.000000E+00", ""]
    #expect(lines == expected)
  }

  @Test("the .frd file has CalculiX's records")
  func frd() throws {
    let frd = try Decks.solve(Self.pulledCube()).frd
    let lines = frd.split(separator: "\n").map { Self.withoutRounding(String($0)) }
    #expect(lines[0] == "    1C")
    #expect(lines[1].hasPrefix("    1UOne cube"))
    #expect(
      lines.contains("    2C                             8                                     1"))
    #expect(lines.contains(" -1         7 1.00000E+00 1.00000E+00 1.00000E+00"))
    #expect(lines.contains(" -1         1    1    0    1"))
    #expect(
      lines.contains(
        " -2         1         2         3         4         5         6         7         8"))
    #expect(
      lines.contains("    1PSTEP                         1           1           1          "))
    #expect(
      lines.contains("  100CL  101 1.000000000           8                     0    1           1"))
    #expect(lines.contains(" -4  DISP        4    1"))
    #expect(lines.contains(" -5  ALL         1    2    0    0    1ALL"))
    #expect(lines.contains(" -1         5 0.00000E+00 0.00000E+00 1.00000E-03"))
    #expect(lines.contains(" -5  SYZ         1    4    2    3"))
    #expect(
      lines.contains(
        " -1         3 0.00000E+00 0.00000E+00 2.10000E+02 0.00000E+00 0.00000E+00 0.00000E+00"))
    #expect(lines.last == " 9999")
  }

  @Test("totals alone are those of forces and elements; other quantities keep their rows")
  func totalsAlone() throws {
    let deck = try Decks.parse(
      Decks.cube(
        "*CLOAD\n7, 3, 1.\n*NODE PRINT, NSET=NALL, TOTALS=ONLY\nU, RF\n"
          + "*EL PRINT, ELSET=EALL, TOTALS=ONLY\nS, EVOL"))
    let dat = try Decks.solve(deck).dat
    #expect(dat.contains("displacements (vx,vy,vz) for set NALL"))
    #expect(!dat.contains(" forces (fx,fy,fz)") && dat.contains("total force (fx,fy,fz)"))
    #expect(dat.contains("stresses (elem, integ.pnt.,sxx,syy,szz,sxy,sxz,syz) for set EALL"))
    #expect(!dat.contains(" volume (element, volume)") && dat.contains("total volume"))
  }

  @Test(
    "a shell's own node with a prescribed temperature shows that and nothing else in the .frd file")
  func shellTemperature() throws {
    let deck = try Decks.parse(
      """
      *NODE, NSET=NALL
      1, 0, 0, 0
      2, 1, 0, 0
      3, 1, 1, 0
      4, 0, 1, 0
      *ELEMENT, TYPE=S4, ELSET=EALL
      1, 1, 2, 3, 4
      *MATERIAL, NAME=M
      *CONDUCTIVITY
      50.
      *SHELL SECTION, ELSET=EALL, MATERIAL=M
      .1
      *INITIAL CONDITIONS, TYPE=TEMPERATURE
      NALL, 0.
      *STEP
      *HEAT TRANSFER, STEADY STATE
      *BOUNDARY
      1, 11, 11, 100.
      4, 11, 11, 100.
      *CFLUX
      2, 11, 3.
      *NODE FILE
      NT
      *EL FILE
      HFL
      *END STEP

      """)
    let blocks = try Decks.solve(deck).frd.split(separator: " -4  ").dropFirst()
    let rows = blocks.map { block in
      block.split(separator: "\n").filter { $0.hasPrefix(" -1") }.count
    }
    // Eight nodes of the brick, and nodes 1 and 4 of the deck with their temperature.
    #expect(rows == [10, 8])
  }

  @Test("the .vtu file holds each array where its header says")
  func vtu() throws {
    let deck = try Self.pulledCube()
    let bytes = try Decks.solve(deck).vtu
    let marker = Array("<AppendedData encoding=\"raw\">\n_".utf8)
    let start = try #require(Self.index(of: marker, in: bytes)) + marker.count
    let header = String(decoding: bytes[..<start], as: UTF8.self)
    #expect(header.contains("NumberOfPoints=\"8\" NumberOfCells=\"1\""))
    let offset = try #require(Self.offset(of: "displacement", in: header))
    #expect(Self.integer(bytes, start + offset) == 8 * 3 * 8)
    // The z displacement of node 5, the fifth of the points.
    let bits = Self.integer(bytes, start + offset + 8 + 8 * (3 * 4 + 2))
    #expect(Double(bitPattern: bits) == 0.001)
  }

  @Test("the summary tells the largest values, where they are, and the mass")
  func summary() throws {
    let summary = try Decks.solve(Self.pulledCube()).3
    #expect(summary.displacement?.value == 0.001)
    #expect(summary.displacement?.node == 5)
    #expect(abs((summary.vonMises?.value ?? 0) - 210) < 1e-9)
    #expect(abs((summary.mass ?? 0) - 2) < 1e-12)
    #expect(summary.equations == 0 && summary.nodes == 8 && summary.elements == 1)
  }

  @Test(
    "the summary names a node of the deck for what a shell was expanded to, and takes no turn for a way"
  )
  func shellSummary() throws {
    let deck = try StructureReadingTests.plate(
      "*SHELL SECTION, ELSET=EALL, MATERIAL=EL\n1.",
      step: "*BOUNDARY\n2, 1, 6\n3, 1, 3\n4, 1, 3\n4, 4, 6\n*BOUNDARY\n3, 4, 4, 0.5")
    let summary = try Decks.solve(deck).3
    let peak = try #require(summary.displacement)
    // About half of the thickness times the turn of node 3, not the turn.
    #expect(abs(peak.value - 0.25) < 0.01)
    #expect(peak.node == 3 && abs(abs(peak.position.z) - 0.5) < 1e-12)
  }

  @Test("TOTALS=ONLY leaves out the rows of what has totals, and surfaces are given once")
  func totals() throws {
    let dat = try Decks.solve(
      Decks.parse(
        "*SURFACE, NAME=HEAD\n1, S2\n"
          + Decks.cube(
            """
            *CLOAD
            5, 3, 1.
            *NODE PRINT, NSET=FOOT, TOTALS=ONLY
            U, RF
            *EL PRINT, ELSET=EALL, TOTALS=ONLY
            S, EVOL
            *SECTION PRINT, SURFACE=HEAD, NAME=A
            SOF
            *SECTION PRINT, SURFACE=HEAD, NAME=B
            SOM
            """))
    ).dat
    for (title, count) in [
      (" displacements", 1), (" forces (fx", 0), (" total force", 1), (" stresses", 1),
      (" volume (element", 0), (" total volume", 1), (" statistics for surface set HEAD", 1),
    ] {
      #expect(dat.split(separator: "\n").count { $0.hasPrefix(title) } == count, "\(title)")
    }
  }

  @Test("thermal strains bring the total and the mechanical ones along")
  func thermalStrain() throws {
    let frd = try Decks.solve(
      Decks.parse(Decks.cube("*CLOAD\n5, 3, 1.\n*EL FILE\nTHE"))
    ).frd
    let blocks = frd.split(separator: " -4  ").dropFirst().map { $0.prefix(8) }
    #expect(blocks == ["TOSTRAIN", "MESTRAIN", "THSTRAIN"])
  }

  @Test("PHS gives size and phase of harmonic stresses at the nodes")
  func stressPhases() throws {
    let harmonic = """
      *END STEP
      *STEP
      *STEADY STATE DYNAMICS
      1000., 1000.
      *MODAL DAMPING
      1, 5, 0.1
      *CLOAD
      5, 1, 1.
      *EL FILE
      S, PHS, NOE
      """
    let text = Decks.cube(harmonic).replacing("*STATIC\n*END", with: "*FREQUENCY\n5\n*END")
    let frd = try Decks.solve(Decks.parse(text)).frd
    let blocks = frd.split(separator: " -4  ").dropFirst().map(String.init)
    #expect(blocks.map { $0.prefix(8) } == ["STRESS  ", "STRESSI ", "PSTRESS "])
    let rows = blocks.map(Self.firstRow)
    for component in 0..<6 {
      let value = HarmonicValue(rows[0][component], rows[1][component])
      // Six printed digits of both parts.
      #expect(abs(rows[2][component] - value.size) < 1e-5 * abs(rows[0][0]))
    }
    #expect(rows[2].count == 12)
  }

  // MARK: - Reading back

  /// The numbers of the first node of a block, continuation lines included.
  private static func firstRow(_ block: String) -> [Double] {
    var numbers: [Double] = []
    for line in block.split(separator: "\n").drop(while: { !$0.hasPrefix(" -1") }) {
      guard line.hasPrefix(numbers.isEmpty ? " -1" : " -2") else { break }
      var rest = line.dropFirst(13)
      while rest.count >= 12 {
        numbers.append(Double(rest.prefix(12).drop { $0 == " " }) ?? .nan)
        rest = rest.dropFirst(12)
      }
    }
    return numbers
  }

  private static func withoutRounding(_ line: String) -> String {
    line.replacing(#/[ -]\d\.\d+E-(0[89]|[1-9]\d)/#) { match in
      " 0." + String(repeating: "0", count: match.0.count - 7) + "E+00"
    }
  }

  private static func index(of marker: [UInt8], in bytes: [UInt8]) -> Int? {
    (0..<(bytes.count - marker.count)).first {
      bytes[$0..<($0 + marker.count)].elementsEqual(marker)
    }
  }

  private static func offset(of name: String, in header: String) -> Int? {
    guard let tag = header.split(separator: "<").first(where: { $0.contains("Name=\"\(name)\"") }),
      let text = tag.split(separator: "offset=\"").last?.split(separator: "\"").first
    else { return nil }
    return Int(text)
  }

  private static func integer(_ bytes: [UInt8], _ start: Int) -> UInt64 {
    (0..<8).reduce(0) { $0 | UInt64(bytes[start + $1]) << (8 * UInt64($1)) }
  }
}
