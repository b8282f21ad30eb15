import Base
import Formats
import Glibc
import LinearAlgebra
import Networks

/// `network.powerflow`: a grid's voltages and flows, for one operating point or many.
struct PowerFlow: Kernel {
  let name = "network.powerflow"

  var libraries: [String: String] { ["KLU": SparseLU.version] }

  func run(_ context: KernelContext) throws {
    let start = Instant.now()
    let clock = KernelClock()
    context.progress("read", fraction: 0)
    let grid = try Self.grid(context)
    context.summary.set("read_seconds", (Instant.now() - start).value, unit: "s")
    let given = ScenarioInjections(grid)
    if try context.text("method") == "dc" {
      try DirectFlowOutput(grid, given.injections, context).write()
      clock.summarise(context)
      return
    }
    context.progress("solve", fraction: 0)
    let options = try Self.options(context)
    let solveStart = (wall: Instant.now(), processor: ThreadClock.seconds())
    let solution: PowerFlowSolution
    do {
      solution = try PowerFlowSolver(grid, options).solve(given.injections)
    } catch {
      throw OutOfMemory("the factors of the grid's equations do not fit into memory")
    }
    let results = GridResults(grid, solution, given.injections)
    context.summary.set("solve_seconds", (Instant.now() - solveStart.wall).value, unit: "s")
    context.summary.set(
      "solve_cpu_seconds", ThreadClock.seconds() - solveStart.processor, unit: "s")
    let output = PowerFlowOutput(
      grid: grid, solution: solution, results: results, given: given.injections,
      loadingMax: try context.number("loading_limit"))
    try output.write(context)
    try context.checkCancelled()
    let seriesStart = (wall: Instant.now(), processor: ThreadClock.seconds())
    let scenarios = try PowerFlowScenarios(grid, options, solution, context)
    let band = try scenarios.run()
    context.summary.set("series_seconds", (Instant.now() - seriesStart.wall).value, unit: "s")
    context.summary.set(
      "series_cpu_seconds", ThreadClock.seconds() - seriesStart.processor, unit: "s")
    try context.figure("powerflow.svg", PowerFlowFigure(output, band).figure)
    clock.summarise(context)
  }

  /// The case with the job's factors.
  private static func grid(_ context: KernelContext) throws -> Grid {
    let path = try context.input("case")
    let file = try Descriptor.open(path, O_RDONLY)
    let bytes = try file.read(at: 0, count: Int(file.size ?? 0))
    let name = path.split(separator: "/").last.map(String.init) ?? path
    var source = try GridCase.matpower(file: name, text: bytes)
    let loadScale = try context.number("load_scale")
    let generationScale = try context.number("generation_scale")
    for bus in source.buses.indices {
      source.buses[bus].loadMW *= loadScale
      source.buses[bus].loadMVAr *= loadScale
    }
    for generator in source.generators.indices {
      source.generators[generator].activeMW *= generationScale
    }
    do {
      return try Grid(source)
    } catch .noReference {
      throw KilnError(
        .invalidFile, "the case has no reference bus and no generator that could serve as one",
        at: name, fix: "give one bus type 3, with a generator in service")
    } catch .badVoltage(let bus) {
      throw KilnError(
        .invalidFile, "the voltage given for bus \(bus) is not positive", at: name,
        fix: "set Vm of the bus and Vg of its generators near 1")
    }
  }

  private static func options(_ context: KernelContext) throws(KilnError) -> PowerFlowOptions {
    var options = PowerFlowOptions()
    options.start = PowerFlowStart(rawValue: try context.text("start")) ?? .file
    options.tolerance = try context.number("tolerance")
    options.iterationsMax = try context.integer("max_iterations")
    options.enforcesReactiveLimits = try context.text("reactive_limits") == "enforce"
    return options
  }
}
