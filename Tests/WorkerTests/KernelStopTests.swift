import Base
import JobModel
import TestSupport
import Testing

@Suite("what stops a kernel early") struct KernelStopTests {
  @Test("what an earlier step has come to does not end the solution of a later one")
  func laterStep() throws {
    let whole = try Self.solve(until: nil)
    let stopped = try Self.solve(until: "time >= 0.5")
    #expect(whole.message == nil)
    #expect(stopped.message == "stopped early by stop_when")
    // Increments of 0.1: the first step ends after five of ten, and the second is solved as ever.
    #expect(whole.temperatures == 10 && stopped.temperatures == 5)
    #expect(stopped.displacements == whole.displacements)
    #expect(whole.displacements.contains { !$0.hasSuffix(" 0.000000E+00") })
  }

  private struct Outcome {
    var message: String?
    var temperatures = 0
    var displacements: [String] = []
  }

  /// A bar that is heated in one step and pulled in the next, the latter by iterations.
  private static func solve(until condition: String?) throws -> Outcome {
    let world = try PoolWorld()
    let input = try world.store(bar, path: "bar.inp", name: "bar.inp")
    let grant = world.grant(.kernel("fe.solve"), parameters: ["solver": .text("auto")]) {
      $0.spec.inputs = [InputBinding(name: "deck", source: .file("bar.inp"))]
      $0.files = [input]
    }
    var stopping = grant
    stopping.spec.stopWhen = try condition.map(StopCondition.init)
    let delivery = try world.deliver(stopping)
    try #require(delivery.outcomes.map(\.reason) == [.succeeded])
    let printed = try #require(try world.text("bar.dat", in: delivery.segment))
    var outcome = Outcome(message: delivery.outcomes.first?.message)
    var isDisplacement = false
    for line in printed.split(separator: "\n").map(String.init) {
      if line.contains("temperatures") { outcome.temperatures += 1 }
      if line.contains("(") || line.contains("time") {
        isDisplacement = line.contains("displacements")
      } else if isDisplacement {
        outcome.displacements.append(line)
      }
    }
    return outcome
  }

  private static let bar: String = {
    var lines = ["*NODE, NSET=ALL"]
    func node(_ x: Int, _ y: Int, _ z: Int) -> Int { 1 + x + 7 * (y + 3 * z) }
    for z in 0...2 {
      for y in 0...2 { for x in 0...6 { lines.append("\(node(x, y, z)),\(x),\(y),\(z)") } }
    }
    lines.append("*ELEMENT, TYPE=C3D8, ELSET=BAR")
    for z in 0...1 {
      for y in 0...1 {
        for x in 0...5 {
          let corners = [z, z + 1].flatMap {
            [node(x, y, $0), node(x + 1, y, $0), node(x + 1, y + 1, $0), node(x, y + 1, $0)]
          }
          let number = 1 + x + 6 * (y + 2 * z)
          lines.append("\(number)," + corners.map { "\($0)" }.joined(separator: ","))
        }
      }
    }
    let foot = (0...2).flatMap { z in (0...2).map { node(0, $0, z) } }
    lines.append("*NSET, NSET=FOOT")
    lines += foot.map { "\($0)" }
    return lines.joined(separator: "\n") + """

      *MATERIAL, NAME=STEEL
      *ELASTIC
      210000, 0.3
      *DENSITY
      1
      *SPECIFIC HEAT
      1
      *CONDUCTIVITY
      1
      *SOLID SECTION, ELSET=BAR, MATERIAL=STEEL
      *INITIAL CONDITIONS, TYPE=TEMPERATURE
      ALL, 0
      *STEP
      *HEAT TRANSFER, DIRECT
      0.1, 1
      *BOUNDARY
      FOOT, 11, 11, 100
      *NODE PRINT, NSET=FOOT
      NT
      *END STEP
      *STEP
      *STATIC, SOLVER=ITERATIVE
      *BOUNDARY
      FOOT, 1, 3
      *CLOAD
      7, 3, 1000
      *NODE PRINT, NSET=ALL
      U
      *END STEP

      """
  }()
}
