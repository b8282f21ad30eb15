import LinearAlgebra
import Synchronization

/// Elements of one kind and one sort of law, eight at a time: one in each lane of a vector.
final class ElementGroup {
  let kind: ElementKind
  let table: ElementTable
  let law: GroupLaw
  /// The batches of each part.
  let batchStarts: [Int]
  /// Elements of the mesh, shape `[batches, 8]`; a lane without one repeats the last.
  let elements: Buffer<Int32>
  /// How many lanes of each batch have an element.
  let laneCounts: Buffer<UInt8>
  /// Three times the place of each node, shape `[batches, nodes, 8]`.
  let nodes: Buffer<Int32>
  /// Inverse Jacobian `d xi_d / d x_k` (index 3 d + k) and weighted determinant, shape
  /// `[batches, points, 10, 8]`.
  let geometry: Buffer<Double>
  let singleGeometry: Buffer<Float>
  /// Lamé's lambda and mu, shape `[batches, 2, 8]`; empty for a general law.
  let lame: Buffer<Double>
  let singleLame: Buffer<Float>
  /// The matrix of a general law, shape `[6, 6]`; empty for isotropic laws.
  let constants: Buffer<Double>
  let singleConstants: Buffer<Float>
  /// Reference gradients, shape `[points, nodes, 3]`.
  let gradients: Buffer<Double>
  let singleGradients: Buffer<Float>

  enum GroupLaw: Hashable {
    case isotropic
    /// The section whose law all elements have.
    case general(section: Int)
  }

  /// - Parameter parts: the elements of each part.
  init(
    _ problem: SolidProblem, laws: [StiffnessLaw], kind: ElementKind, law: GroupLaw,
    parts: [[Int32]]
  ) {
    self.kind = kind
    self.law = law
    table = ElementTable.all[kind.rawValue]
    var starts = [0]
    for part in parts { starts.append(starts[starts.count - 1] + (part.count + 7) / 8) }
    batchStarts = starts
    let batches = starts[parts.count]
    elements = Buffer(repeating: 0, count: 8 * batches)
    laneCounts = Buffer(repeating: 8, count: batches)
    nodes = Buffer(repeating: 0, count: 8 * batches * table.nodeCount)
    geometry = Buffer(repeating: 0, count: 80 * batches * table.pointCount)
    singleGeometry = Buffer(repeating: 0, count: 80 * batches * table.pointCount)
    let isIsotropic = law == .isotropic
    lame = Buffer(repeating: 0, count: isIsotropic ? 16 * batches : 0)
    singleLame = Buffer(repeating: 0, count: isIsotropic ? 16 * batches : 0)
    var matrix: [Double] = []
    if case .general(let section) = law { matrix = problem.elasticities[section].matrix }
    constants = Buffer(repeating: 0, count: matrix.count)
    singleConstants = Buffer(repeating: 0, count: matrix.count)
    for (index, value) in matrix.enumerated() {
      constants.view[index] = value
      singleConstants.view[index] = Float(value)
    }
    gradients = Buffer(repeating: 0, count: table.gradients.count)
    singleGradients = Buffer(repeating: 0, count: table.gradients.count)
    for (index, value) in table.gradients.enumerated() {
      gradients.view[index] = value
      singleGradients.view[index] = Float(value)
    }
    fillElements(parts)
    if isIsotropic { fillLame(problem, laws) }
  }

  var batchCount: Int { laneCounts.count }

  private func fillElements(_ parts: [[Int32]]) {
    for (part, list) in parts.enumerated() {
      for batch in batchStarts[part]..<batchStarts[part + 1] {
        let first = 8 * (batch - batchStarts[part])
        for lane in 0..<8 {
          elements.view[8 * batch + lane] = list[min(first + lane, list.count - 1)]
        }
        laneCounts.view[batch] = UInt8(min(8, list.count - first))
      }
    }
  }

  private func fillLame(_ problem: SolidProblem, _ laws: [StiffnessLaw]) {
    for batch in 0..<batchCount {
      for lane in 0..<8 {
        let element = Int(elements.view[8 * batch + lane])
        guard case .isotropic(let lambda, let mu) = laws[problem.sectionOfElement[element]]
        else { preconditionFailure("an isotropic group has isotropic laws") }
        lame.view[16 * batch + lane] = lambda
        lame.view[16 * batch + 8 + lane] = mu
        singleLame.view[16 * batch + lane] = Float(lambda)
        singleLame.view[16 * batch + 8 + lane] = Float(mu)
      }
    }
  }
}

extension ElementGroup {
  /// Fills the geometry of the batches in `range`.
  ///
  /// - Returns: elements whose Jacobian determinant is not positive.
  func evaluate(_ mesh: Mesh, _ range: Range<Int>) -> [Int] {
    let coordinates = Buffer(repeating: 0.0, count: 24 * table.nodeCount)
    let x = coordinates.view
    let (slopes, target, single) = (gradients.view, geometry.view, singleGeometry.view)
    var inverted: [Int] = []
    for batch in range {
      for lane in 0..<8 {
        let first = mesh.connectivityStarts[Int(elements.view[8 * batch + lane])]
        for a in 0..<table.nodeCount {
          let node = mesh.connectivity[first + a]
          for i in 0..<3 { x[8 * (3 * a + i) + lane] = mesh.coordinates[3 * node + i] }
        }
      }
      var isGood = SIMDMask<SIMD8<Int64>>(repeating: true)
      for point in 0..<table.pointCount {
        let at = 80 * (batch * table.pointCount + point)
        let determinant = Self.invert(
          x, slopes, 3 * table.nodeCount * point, nodes: table.nodeCount,
          weight: table.weights[point], into: target, at: at)
        isGood = isGood .& (determinant .> 0)
        let lanes = Int(laneCounts.view[batch])
        for lane in lanes..<8 { target[at + 72 + lane] = 0 }
        for index in at..<(at + 80) { single[index] = Float(target[index]) }
      }
      for lane in 0..<Int(laneCounts.view[batch]) where !isGood[lane] {
        inverted.append(Int(elements.view[8 * batch + lane]))
      }
    }
    return inverted
  }

  // With X, Y, Z the rows of J = sum_a x_a grad N_a, the columns of the inverse are Y x Z, Z x X and
  // X x Y over the determinant.
  private static func invert(
    _ x: MutableView<Double>, _ slopes: MutableView<Double>, _ first: Int, nodes: Int,
    weight: Double, into target: MutableView<Double>, at: Int
  ) -> SIMD8<Double> {
    var sum = LaneTensor<Double>()
    for a in 0..<nodes {
      sum.addProduct(
        x[vector8: 24 &* a], x[vector8: 24 &* a &+ 8], x[vector8: 24 &* a &+ 16],
        slopes[first &+ 3 &* a], slopes[first &+ 3 &* a &+ 1], slopes[first &+ 3 &* a &+ 2])
    }
    let c = sum.cofactors
    let determinant = sum.xx * c.xx + sum.xy * c.xy + sum.xz * c.xz
    let inverse = 1 / determinant
    target[vector8: at] = c.xx * inverse
    target[vector8: at &+ 8] = c.yx * inverse
    target[vector8: at &+ 16] = c.zx * inverse
    target[vector8: at &+ 24] = c.xy * inverse
    target[vector8: at &+ 32] = c.yy * inverse
    target[vector8: at &+ 40] = c.zy * inverse
    target[vector8: at &+ 48] = c.xz * inverse
    target[vector8: at &+ 56] = c.yz * inverse
    target[vector8: at &+ 64] = c.zz * inverse
    target[vector8: at &+ 72] = determinant * weight
    return determinant
  }
}

extension ElementGroup {
  /// What a product reads with numbers of `size` bytes.
  func bytes(numberSize size: Int) -> Double {
    Double(size) * Double(geometry.count + lame.count) + 4 * Double(nodes.count)
  }

  var input: KernelInput<Double> {
    KernelInput(
      nodeCount: table.nodeCount, pointCount: table.pointCount, gradients: gradients.view,
      geometry: geometry.view, nodes: nodes.view, lame: lame.view, constants: constants.view)
  }

  var singleInput: KernelInput<Float> {
    KernelInput(
      nodeCount: table.nodeCount, pointCount: table.pointCount, gradients: singleGradients.view,
      geometry: singleGeometry.view, nodes: nodes.view, lame: singleLame.view,
      constants: singleConstants.view)
  }

  /// Fills the geometry of all batches; returns elements that are inverted or flat.
  func evaluate(_ mesh: Mesh, team: ThreadTeam) -> [Int] {
    let found = Mutex<[Int]>([])
    team.run { part in
      let inverted = evaluate(mesh, batchStarts[part]..<batchStarts[part + 1])
      if !inverted.isEmpty { found.withLock { $0 += inverted } }
    }
    return found.withLock { $0 }
  }
}
