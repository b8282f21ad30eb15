import Testing

@Suite("the main job, end to end")
struct MainJobTests {
  @Test("a sweep is submitted, watched, tabulated and pulled")
  func sweep() throws {
    let world = World()
    let job = world.file(
      "naps.yaml",
      """
      name: 小睡
      kernel: test.sleep
      parameters: {duration: 10 ms}
      sweep: {value: [3, 1, 4, 1, 5]}
      """)
    let submitted = world.kiln("submit", job)
    #expect(submitted.status == 0, "\(submitted.errors)")
    #expect(submitted.output == "1\n")
    #expect(world.kiln("watch", "last").status == 0)

    let table = world.kiln("table", "last")
    let header = try #require(table.lines.first).split(separator: "\t")
    let column = try #require(header.lastIndex(of: "value"))
    let values = table.lines.dropFirst().map { $0.split(separator: "\t")[column] }
    #expect(values == ["3", "1", "4", "1", "5"])

    let pulled = world.kiln("pull", "last", "-o", "\(world.folder)/out")
    #expect(pulled.status == 0, "\(pulled.errors)")
    #expect(readText("\(world.folder)/out/5/summary.json").contains("\"value\":5"))
  }

  @Test("run needs no server, leaves none behind and gives the results of the only task")
  func embedded() throws {
    let world = World()
    let job = world.file("one.yaml", "name: one\nkernel: test.sleep\nparameters: {value: 42}\n")
    let ran = world.kiln("run", job, "-o", "\(world.folder)/out")
    #expect(ran.status == 0, "\(ran.errors)")
    #expect(readText("\(world.folder)/out/summary.json").contains("\"value\":42"))
    #expect(until(.init(30)) { world.serverProcess == nil }, "the server stayed")
  }

  @Test("a deck by itself is a job, as with ccx -i")
  func deck() throws {
    let world = World()
    let deck = "\(World.checkout)/models/bracket/bracket-5mm.inp"
    let ran = world.kiln("run", deck, "--output", "\(world.folder)/out")
    #expect(ran.status == 0, "\(ran.errors)")
    for name in ["bracket-5mm.dat", "bracket-5mm.frd", "bracket-5mm.vtu", "summary.json"] {
      #expect(readBytes("\(world.folder)/out/\(name)")?.isEmpty == false, "\(name) is missing")
    }
  }

  @Test("a mesh of Gmsh with material and loads from the job file bends as Timoshenko's beam")
  func mesh() throws {
    let world = World()
    let job = "\(World.checkout)/jobs/automotive/beam-materials.yaml"
    let ran = world.kiln("run", job, "-o", "\(world.folder)/out")
    #expect(ran.status == 0, "\(ran.errors)")
    let table = world.kiln("table", "last")
    let header = try #require(table.lines.first).split(separator: "\t")
    let column = try #require(header.firstIndex(of: "max_displacement"))
    let displacements = try table.lines.dropFirst().map {
      try #require(Double($0.split(separator: "\t")[column]))
    }
    // F L^3 / (3 E I) + F L / (k G A) of models/beam/README.md, in inverse proportion to E.
    try #require(displacements.count == 3)
    for (young, displacement) in zip([210.0, 114, 70], displacements) {
      #expect(abs(displacement / (0.1920 * 210 / young) - 1) < 0.01)
    }
  }

  @Test("the same deck with the same threads gives the same bytes")
  func sameBytes() throws {
    let world = World()
    let job = world.file(
      "bracket.yaml",
      """
      name: twice
      kernel: fe.solve
      inputs: {deck: "\(World.checkout)/models/bracket/bracket-4mm.inp"}
      resources: {cpus: 2}
      """)
    for run in ["a", "b"] {
      let ran = world.kiln("run", job, "-o", "\(world.folder)/\(run)")
      #expect(ran.status == 0, "\(ran.errors)")
    }
    for name in ["bracket-4mm.dat", "bracket-4mm.vtu"] {
      let first = try #require(readBytes("\(world.folder)/a/\(name)"))
      #expect(readBytes("\(world.folder)/b/\(name)") == first, "\(name) differs")
    }
  }

  @Test("displacement grows in proportion to the load and falls with the wall's thickness")
  func bracket() throws {
    let world = World()
    let job = "\(World.checkout)/jobs/automotive/bracket.yaml"
    let ran = world.kiln("run", job, "-o", "\(world.folder)/out", limit: .init(300))
    #expect(ran.status == 0, "\(ran.errors)")
    let table = world.kiln("table", "last")
    let header = try #require(table.lines.first).split(separator: "\t")
    let column = try #require(header.firstIndex(of: "max_displacement"))
    let displacement = try table.lines.dropFirst().map {
      try #require(Double($0.split(separator: "\t")[column]))
    }
    try #require(displacement.count == 12)
    for wall in 0..<3 {
      // Linear statics: four times the load is four times the displacement.
      let ratio = displacement[4 * wall + 3] / displacement[4 * wall]
      #expect(abs(ratio - 4) < 1e-6)
    }
    #expect(displacement[0] > displacement[4] && displacement[4] > displacement[8])
  }
}
