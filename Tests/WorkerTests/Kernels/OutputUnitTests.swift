import JobModel
import Testing

@Suite("units of results") struct OutputUnitTests {
  @Test("errors of a calibration are in the response's unit")
  func calibration() throws {
    let table = "x,y [MPa]\n1,2.1\n2,3.9\n3,6.2\n4,7.8\n5,10.1\n"
    let run = try KernelRun(
      "data.pls", ["response": .text("y"), "validation": .text("leave-one-out")],
      ["table": table, "new": table])
    for name in ["rmsec", "rmsecv", "rmsep"] {
      #expect(run.summary[name]?["unit"]?.text == "MPa", "\(name)")
    }
  }

  @Test("coefficients of a calibration say per which unit they are")
  func slopes() throws {
    let table = "x [mm],z,y [MPa]\n1,5,2.1\n2,3,3.9\n3,4,6.2\n4,1,7.8\n5,2,10.1\n"
    let run = try KernelRun(
      "data.pls", ["response": .text("y"), "validation": .text("none")], ["table": table])
    #expect(run.headings("coefficients.csv") == ["term", "per", "y [MPa]", "VIP"])
    #expect(run.column("per", of: "coefficients.csv") == ["", "mm", ""])
  }

  @Test("the residual deviation of an analysis of variance is in the response's unit")
  func variance() throws {
    let run = try KernelRun(
      "data.anova", ["response": .text("y"), "factors": .text("g")],
      ["table": "g,y [N]\na,1\na,2\nb,3\nb,5\n"])
    #expect(run.summary["residual_deviation"]?["unit"]?.text == "N")
  }

  @Test(
    "coefficients are in the response's unit per unit of their term",
    arguments: [
      ("x [mm],y [MPa]", "x, x^2", ["MPa", "MPa/mm", "MPa/mm^2"]),
      ("x [mm],z [K],y [MPa]", "x, x*z", ["MPa", "MPa/mm", "MPa/(mm*K)"]),
      ("x,z [K],y", "x, z", ["", "", "1/K"]),
      ("x [mm],y [mm]", "x, x^2", ["mm", "", "1/mm"]),
    ])
  func coefficients(heading: String, terms: String, units: [String]) throws {
    let rows = (1...8).map { index in
      let x = Double(index)
      let z = Double(index * index * index % 11)
      return heading.contains("z") ? "\(x),\(z),\(x * z + x)" : "\(x),\(x * x + x)"
    }
    let run = try KernelRun(
      "data.regress", ["response": .text("y"), "terms": .text(terms)],
      ["table": ([heading] + rows).joined(separator: "\n")])
    #expect(run.column("unit", of: "coefficients.csv") == units)
  }

  @Test("counted cycles have the unit of their channel")
  func cycles() throws {
    let rows = [(0, 0), (5, 3), (-1, 1), (6, 2), (-4, 9), (3, 0)].map { "\($0),\($1)" }
    let run = try KernelRun(
      "signal.fatigue", ["time": .text("none"), "rate": .quantity(1, unit: "Hz")],
      ["signal": (["a [MPa],b [kN]"] + rows).joined(separator: "\n")])
    for file in ["ranges.csv", "matrix.csv", "residue.csv"] {
      let pairs = Set(
        zip(run.column("channel", of: file), run.column("unit", of: file)).map { "\($0) \($1)" })
      #expect(pairs == ["a MPa", "b kN"], "\(file)")
    }
    #expect(run.summary["channels"]?.items?.map { $0["unit"]?.text } == ["MPa", "kN"])
  }

  @Test("where stress is scaled from a signal, only turning points keep the signal's unit")
  func scaled() throws {
    let run = try KernelRun(
      "signal.fatigue",
      ["time": .text("none"), "rate": .quantity(1, unit: "Hz"), "scale": .number(2)],
      ["signal": "a [kN]\n0\n5\n-1\n6\n-4\n"])
    #expect(Set(run.column("unit", of: "ranges.csv")) == [""])
    #expect(Set(run.column("unit", of: "residue.csv")) == ["kN"])
  }

  @Test(
    "rms and equivalent load of a spectrum are in the root of its unit",
    arguments: [
      ("MPa^2/Hz", "MPa"), ("MPa²/Hz", "MPa"), ("(m/s^2)^2/Hz", "m/s^2"), ("g*g/Hz", nil),
    ])
  func spectrum(unit: String, root: String?) throws {
    let run = try KernelRun(
      "signal.fatigue", [:], ["psd": "frequency [Hz],stress [\(unit)]\n1,1\n2,4\n3,1\n"])
    #expect(run.summary["rms"]?["unit"]?.text == root)
    #expect(run.summary["equivalent_load"]?["unit"]?.text == root)
    #expect(run.column("unit", of: "moments.csv") == [root ?? ""])
  }

  @Test("the series of a grid keeps the profile's unit of time")
  func series() throws {
    let run = try KernelRun(
      "network.powerflow", [:],
      ["case": twoBuses, "profile": "time [h],load [%]\n0,90\n1,100\n"])
    #expect(run.numbers("time [h]", of: "series.csv") == [0, 1])
  }
}

/// A generator, a line, a load.
let twoBuses = """
  function mpc = two
  mpc.version = '2';
  mpc.baseMVA = 100;
  mpc.bus = [
    1 3 0  0 0 0 1 1 0 110 1 1.1 0.9;
    2 1 50 20 0 0 1 1 0 110 1 1.1 0.9;
  ];
  mpc.gen = [ 1 0 0 300 -300 1 100 1 250 10; ];
  mpc.branch = [ 1 2 0.01 0.05 0 100 100 100 0 0 1 -360 360; ];

  """
