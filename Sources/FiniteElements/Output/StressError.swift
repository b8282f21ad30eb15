import Glibc

/// An estimate of the error of the stress at the nodes, in per cent.
///
/// The principal stress of largest size varies over the integration points of an element; the more, the
/// coarser the mesh. The relation between the two was fitted to examples for each kind of element
/// [CalculiX manual, section "*EL FILE", ERR].
enum StressError {
  /// - Parameters:
  ///   - stress: at the integration points, order xx yy zz xy xz yz.
  ///   - isLayered: whether an element is integrated by layers, for which no relation is known.
  ///   - isPlane: whether an element stands for a plane or an axisymmetric one.
  /// - Returns: by node; zero where no relation is known, the mean of the corners between them.
  static func estimate(
    _ mesh: Mesh, stress: [Double], starts: [Int], isLayered: (Int) -> Bool = { _ in false },
    isPlane: (Int) -> Bool = { _ in false }
  ) -> [Double] {
    var variation = [Double](repeating: 0, count: mesh.nodeCount)
    for element in 0..<mesh.elementCount {
      let value = Self.variation(
        stress, points: points(mesh.elementKinds[element], starts[element]))
      for node in mesh.corners(of: element) { variation[node] = max(variation[node], value) }
    }
    var error = [Double](repeating: 0, count: mesh.nodeCount)
    for element in 0..<mesh.elementCount {
      guard !isLayered(element),
        let relation = Relation(mesh.elementKinds[element], isPlane: isPlane(element))
      else { continue }
      for node in mesh.corners(of: element) {
        error[node] = max(error[node], relation.error(variation[node]))
      }
    }
    for element in 0..<mesh.elementCount {
      let kind = mesh.elementKinds[element]
      let first = mesh.connectivityStarts[element]
      for (middle, ends) in kind.middles.enumerated() {
        let sum =
          error[mesh.connectivity[first + ends.0]] + error[mesh.connectivity[first + ends.1]]
        error[mesh.connectivity[first + kind.cornerCount + middle]] = sum / 2
      }
    }
    return error
  }

  /// The points that are looked at: of a section with many, as many as a brick has.
  private static func points(_ kind: ElementKind, _ first: Int) -> Range<Int> {
    switch kind {
    case .beam, .pipe, .box: first..<(first + ElementKind.c3d20r.pointCount)
    case .c3d4, .c3d6, .c3d8, .c3d8r, .c3d8i, .bubble, .c3d10, .c3d15, .c3d20, .c3d20r:
      first..<(first + kind.pointCount)
    }
  }

  /// Largest minus smallest value over the points of the principal stress that is largest in size, as
  /// a share of it.
  private static func variation(_ stress: [Double], points: Range<Int>) -> Double {
    var (lowest, highest) = (SIMD2(repeating: Double.infinity), SIMD2(repeating: -Double.infinity))
    for point in points {
      let extreme = extremePrincipals(stress, at: 6 * point)
      lowest = pointwiseMin(lowest, extreme)
      highest = pointwiseMax(highest, extreme)
    }
    let which = highest.y >= -lowest.x ? 1 : 0
    let largest = max(abs(highest[which]), abs(lowest[which]))
    return largest < 1e-30 ? 0 : (highest[which] - lowest[which]) / largest
  }

  /// The smallest and the largest eigenvalue of a stress tensor, from the angle in its deviator's
  /// invariants [Smith 1961, Comm. ACM 4, 168].
  static func extremePrincipals(_ s: [Double], at i: Int) -> SIMD2<Double> {
    let (xy, xz, yz) = (s[i + 3], s[i + 4], s[i + 5])
    let mean = (s[i] + s[i + 1] + s[i + 2]) / 3
    let (xx, yy, zz) = (s[i] - mean, s[i + 1] - mean, s[i + 2] - mean)
    let square = (xx * xx + yy * yy + zz * zz + 2 * (xy * xy + xz * xz + yz * yz)) / 6
    guard square > 0 else { return [mean, mean] }
    let size = square.squareRoot()
    let determinant =
      xx * (yy * zz - yz * yz) - xy * (xy * zz - yz * xz) + xz * (xy * yz - yy * xz)
    let cosine = determinant / (2 * size * square)
    let angle = acos(min(max(cosine, -1), 1)) / 3
    return [mean + 2 * size * cos(angle + 2 * .pi / 3), mean + 2 * size * cos(angle)]
  }

  /// Error in per cent over variation: two straight lines.
  private struct Relation {
    let bend: Double
    let slopes: (Double, Double)
    let offset: Double

    /// - Parameter isPlane: whether it stands for a plane or an axisymmetric element.
    init?(_ kind: ElementKind, isPlane: Bool) {
      switch kind {
      case .c3d8 where isPlane: self.init(.infinity, 74.074, 0, 0)
      case .c3d20 where isPlane: self.init(0.325, 9.538, 53.695, -14.351)
      case .c3d20r where isPlane: self.init(.infinity, 54.054, 0, 0)
      case .c3d4, .c3d6, .c3d8r: return nil
      case .c3d8: self.init(0.157, 31.847, 85.324, -8.396)
      case .c3d8i, .bubble: self.init(0.165, 30.303, 139.535, -18.023)
      case .c3d10: self.init(.infinity, 30, 0, 0)
      case .c3d15: self.init(.infinity, 46.189, 0, 0)
      case .c3d20: self.init(0.26, 5.115, 27.792, -5.895)
      case .c3d20r, .beam, .pipe, .box: self.init(0.18, 20.278, 74.318, -9.727)
      }
    }

    private init(_ bend: Double, _ first: Double, _ second: Double, _ offset: Double) {
      self.bend = bend
      slopes = (first, second)
      self.offset = offset
    }

    func error(_ variation: Double) -> Double {
      variation <= bend ? slopes.0 * variation : slopes.1 * variation + offset
    }
  }
}

extension Mesh {
  /// The corners of an element.
  func corners(of element: Int) -> ArraySlice<Int> {
    nodes(of: element).prefix(elementKinds[element].cornerCount)
  }
}
