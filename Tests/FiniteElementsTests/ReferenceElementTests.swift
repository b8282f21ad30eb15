import Testing

@testable import FiniteElements

@Suite("reference elements") struct ReferenceElementTests {
  static let points: [SIMD3<Double>] = [[0.2, 0.3, 0.1], [0.05, 0.15, 0.6], [0.31, 0.02, 0.4]]

  @Test("shape functions sum to one", arguments: ElementKind.solids, points)
  func partitionOfUnity(_ kind: ElementKind, _ point: SIMD3<Double>) {
    let sum = kind.reference.basis(at: point).reduce(0, +)
    #expect(abs(sum - 1) < 1e-14)
  }

  @Test(
    "shape function i is one at node i and zero at the others", arguments: ElementKind.solids)
  func nodality(_ kind: ElementKind) {
    for (i, node) in kind.reference.nodes.enumerated() {
      for (j, value) in kind.reference.basis(at: node).enumerated() {
        #expect(abs(value - (i == j ? 1 : 0)) < 1e-14)
      }
    }
  }

  @Test(
    "gradients agree with central differences", arguments: ElementKind.solids, points)
  func gradient(_ kind: ElementKind, _ point: SIMD3<Double>) {
    // The functions are cubic at most: the truncation error is about step², rounding 1e-16 / step.
    let step = 1e-5
    let slopes = kind.reference.gradient(at: point)
    for direction in 0..<3 {
      var shift = SIMD3<Double>()
      shift[direction] = step
      let ahead = kind.reference.basis(at: point + shift)
      let behind = kind.reference.basis(at: point - shift)
      for node in slopes.indices {
        let difference = (ahead[node] - behind[node]) / (2 * step)
        #expect(abs(slopes[node][direction] - difference) < 1e-9)
      }
    }
  }

  @Test("quadrature weights add up to the volume", arguments: ElementKind.solids)
  func volume(_ kind: ElementKind) {
    let volume = kind.cornerCount == 4 ? 1.0 / 6 : kind.cornerCount == 6 ? 1.0 : 8.0
    #expect(abs(kind.quadrature.reduce(0) { $0 + $1.weight } - volume) < 1e-14)
    #expect(kind.quadrature.count == kind.pointCount)
    #expect(kind.reference.nodes.count == kind.nodeCount)
  }

  @Test(
    "a field of the fitted kind is carried to the nodes exactly", arguments: ElementKind.solids)
  func extrapolation(_ kind: ElementKind) {
    let table = ElementTable(kind)
    // Linear where the fit is: one integration point can tell a constant only, two a slope along z.
    let slope: SIMD3<Double> =
      switch kind.pointCount {
      case 1: [0, 0, 0]
      case 2: [0, 0, 0.5]
      default: [1, -2, 0.5]
      }
    let field = { (place: SIMD3<Double>) -> Double in 3 + (slope * place).sum() }
    let atPoints = kind.quadrature.map { field($0.position) }
    for (node, position) in kind.reference.nodes.enumerated() {
      let value = atPoints.indices.reduce(0) {
        $0 + table.extrapolation[table.pointCount * node + $1] * atPoints[$1]
      }
      #expect(abs(value - field(position)) < 1e-12)
    }
  }

  @Test(
    "the corners of a face span its nodes, and faces close the surface",
    arguments: ElementKind.solids)
  func faces(_ kind: ElementKind) {
    let nodes = kind.reference.nodes
    var closed = SIMD3<Double>()
    for face in kind.reference.faces.indices {
      for point in FaceTable(kind, face).points {
        let alongS = zip(point.slopesS, nodes).reduce(SIMD3<Double>()) { $0 + $1.0 * $1.1 }
        let alongT = zip(point.slopesT, nodes).reduce(SIMD3<Double>()) { $0 + $1.0 * $1.1 }
        let normal = cross(alongS, alongT)
        closed += point.weight * normal
        let onFace = Set(kind.reference.faces[face])
        for (node, value) in point.basis.enumerated() where !onFace.contains(node) {
          #expect(abs(value) < 1e-14, "node \(node) reaches face \(face)")
        }
        let place = zip(point.basis, nodes).reduce(SIMD3<Double>()) { $0 + $1.0 * $1.1 }
        let centre = nodes.reduce(SIMD3<Double>(), +) / Double(nodes.count)
        #expect(dot(normal, centre - place) > 0, "face \(face) is seen from outside")
      }
    }
    #expect(length(closed) < 1e-13)
  }
}
