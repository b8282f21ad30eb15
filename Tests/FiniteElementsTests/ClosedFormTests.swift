import Glibc
import Testing

@testable import FiniteElements

@Suite("closed forms") struct ClosedFormTests {
  @Test("a bar under tension stretches by F L / (E A)", arguments: ElementKind.solids)
  func bar(_ kind: ElementKind) throws {
    let mesh = Bodies.brick(kind, cells: [3, 1, 1], size: [30, 10, 10])
    var step = Step(number: 1, place: Place(file: "", line: 0))
    for node in 0..<mesh.nodeCount {
      let place = mesh.position(of: node)
      for direction in 0..<3 where place[direction] == 0 {
        step.prescribed[3 * node + direction] = .value(0)
      }
    }
    // A pressure of -100 on the end pulls with 100.
    let ends = Self.faces(mesh, at: 30)
    for (face, elements) in ends {
      step.distributed.append(
        DistributedLoad(kind: .pressure(face: face), magnitude: -100, elements: elements))
    }
    let result = try Bodies.solve(Bodies.deck(mesh, steps: [step]))
    for node in 0..<mesh.nodeCount {
      let place = mesh.position(of: node)
      let strain = 100 / 210_000.0
      let exact = SIMD3(strain * place.x, -0.3 * strain * place.y, -0.3 * strain * place.z)
      for direction in 0..<3 {
        #expect(abs(result.displacements[3 * node + direction] - exact[direction]) < 1e-12)
      }
    }
    let reaction = (0..<mesh.nodeCount).filter { mesh.position(of: $0).x == 0 }
      .reduce(0) { $0 + result.internalForces[3 * $1] }
    #expect(abs(reaction + 100 * 100) < 1e-7)
  }

  @Test(
    "weight and centrifugal force add up to mass times acceleration",
    arguments: ElementKind.solids)
  func bodyForces(_ kind: ElementKind) {
    let mesh = Bodies.brick(kind, cells: [2, 2, 1], size: [4, 3, 2])
    let all = Array(0..<mesh.elementCount)
    var step = Step(number: 1, place: Place(file: "", line: 0))
    step.distributed = [
      DistributedLoad(kind: .gravity([0, 0, -9810]), magnitude: 1, elements: all),
      DistributedLoad(
        kind: .centrifugal(omegaSquared: 100, point: [0, 1.5, 0], direction: [0, 0, 1]),
        magnitude: 1, elements: all),
    ]
    let forces = LoadVector(deck: Bodies.deck(mesh, steps: [step])).forces(of: step)
    let mass = 24 * 7.8e-9
    let sums = (0..<3).map { direction in
      stride(from: direction, to: forces.count, by: 3).reduce(0) { $0 + forces[$1] }
    }
    // The centre of gravity is at x = 2 and on the axis in y.
    #expect(abs(sums[0] - mass * 100 * 2) < 1e-14)
    #expect(abs(sums[1]) < 1e-14)
    #expect(abs(sums[2] + mass * 9810) < 1e-14)
  }

  @Test(
    "stress converges with the order of the shape functions",
    arguments: [
      (ElementKind.c3d4, 1.0), (.c3d8, 1.0), (.c3d10, 2.0), (.c3d20, 2.0), (.c3d20r, 2.0),
    ])
  func convergence(_ kind: ElementKind, _ order: Double) throws {
    // The gradient of a harmonic function is in equilibrium for every isotropic law.
    let errors = try [2, 4].map { count -> Double in
      let mesh = Bodies.brick(kind, cells: [count, count, count], size: [1, 1, 1])
      let step = Bodies.step(mesh, isHeld: { PatchTests.isOnCube(mesh.position(of: $0)) }) {
        Self.harmonicGradient($0)
      }
      let result = try Bodies.solve(Bodies.deck(mesh, steps: [step]))
      return Self.stressError(mesh, result)
    }
    // The coarse meshes are not yet in the limit: two tenths are granted.
    let measured = log2(errors[0] / errors[1])
    #expect(measured > order - 0.2, "order \(measured), errors \(errors)")
  }

  @Test("MacNeal and Harder's straight cantilever deflects as published")
  func cantilever() throws {
    let mesh = Bodies.brick(.c3d20, cells: [6, 1, 1], size: [6, 0.2, 0.1])
    let law = Elasticity.isotropic(young: 1e7, poisson: 0.3)
    var step = Bodies.step(mesh, isHeld: { mesh.position(of: $0).x == 0 }) { _ in [0, 0, 0] }
    let end = (0..<mesh.nodeCount).filter { abs(mesh.position(of: $0).x - 6) < 1e-9 }
    for node in end {
      let place = mesh.position(of: node)
      let isCorner = abs(place.y - 0.1) > 0.09 && abs(place.z - 0.05) > 0.04
      step.forces.append(
        PointLoad(freedom: 3 * node + 1, value: isCorner ? -1.0 / 12 : 1.0 / 3))
    }
    let result = try Bodies.solve(Bodies.deck(mesh, law, steps: [step]))
    let tip = end.map { result.displacements[3 * $0 + 1] }.reduce(0, +) / Double(end.count)
    // 0.1081 is the beam's; published ratios of 20-node bricks are 0.97 to 1.
    #expect((0.97...1.005).contains(tip / 0.1081), "ratio \(tip / 0.1081)")
  }

  /// grad (e^x cos(0.6 y) cos(0.8 z)).
  private static func harmonicGradient(_ place: SIMD3<Double>) -> SIMD3<Double> {
    let (e, cosY, sinY) = (exp(place.x), cos(0.6 * place.y), sin(0.6 * place.y))
    let (cosZ, sinZ) = (cos(0.8 * place.z), sin(0.8 * place.z))
    return 1e-3 * e * SIMD3(cosY * cosZ, -0.6 * sinY * cosZ, -0.8 * cosY * sinZ)
  }

  /// Root mean square over the body of the error in sigma xx = 2 mu (d/dx)^2 of the function.
  private static func stressError(_ mesh: Mesh, _ result: Frame) -> Double {
    let mu = 210_000 / 2.6
    var sum = 0.0
    for element in 0..<mesh.elementCount {
      let kind = mesh.elementKinds[element]
      let nodes = Array(mesh.nodes(of: element))
      for (point, rule) in kind.quadrature.enumerated() {
        let place = zip(kind.reference.basis(at: rule.position), nodes)
          .reduce(SIMD3<Double>()) { $0 + $1.0 * mesh.position(of: $1.1) }
        let index = result.fields.starts[element] + point
        let exact = 2 * mu * harmonicGradient(place).x
        let error = result.fields.stress[6 * index] - exact
        sum += result.fields.volumes[index] * error * error
      }
    }
    return sum.squareRoot()
  }

  /// The element faces whose nodes all have the given x, by face.
  static func faces(_ mesh: Mesh, at x: Double) -> [(face: Int, elements: [Int])] {
    var found: [Int: [Int]] = [:]
    for element in 0..<mesh.elementCount {
      let nodes = Array(mesh.nodes(of: element))
      for (face, members) in mesh.elementKinds[element].reference.faces.enumerated()
      where members.allSatisfy({ abs(mesh.position(of: nodes[$0]).x - x) < 1e-9 }) {
        found[face, default: []].append(element)
      }
    }
    return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
