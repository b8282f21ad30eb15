/// Integration rules of reduced quadratic beams, along and across the section: the beam's axis is the
/// first reference coordinate, its section the other two.
///
/// CalculiX manual, sections "Three-node 3-D beam element" and "Beam section types".
package struct SectionQuadrature {
  let points: [QuadraturePoint]
  /// Values at the corners from those at the points, shape `[8, points]`; the middles lie between.
  let corners: [[Double]]

  /// Values at the nodes from those at the points, shape `[20, points]`.
  var extrapolation: [Double] {
    Hex20.nodes.flatMap { node -> [Double] in
      let shares = Hex8.basis(at: node)
      var sum = [Double](repeating: 0, count: points.count)
      for corner in shares.indices {
        for point in sum.indices { sum[point] += shares[corner] * corners[corner][point] }
      }
      return sum
    }
  }

  /// The extrapolation of ``rectangle``: that of C3D20R, whose points come first.
  static let rectangleExtrapolation: [Double] = {
    let inner = ElementTable(.c3d20r).extrapolation
    var padded: [Double] = []
    for node in 0..<20 {
      padded += inner[(8 * node)..<(8 * node + 8)]
      padded += [Double](repeating: 0, count: rectangle.count - 8)
    }
    return padded
  }()

  /// Rectangular and round sections: Kronrod's five points across, two Gauss points along.
  ///
  /// The points of C3D20R come first, then the rest by station.
  static let rectangle: [QuadraturePoint] = {
    let gauss = (1.0 / 3).squareRoot()
    let far = (6.0 / 7).squareRoot()
    let places: [Double] = [-far, -gauss, 0, gauss, far]
    let weights: [Double] = [98.0 / 495, 27.0 / 55, 28.0 / 45, 27.0 / 55, 98.0 / 495]
    func point(_ x: Double, _ j: Int, _ k: Int) -> QuadraturePoint {
      QuadraturePoint(position: [x, places[j], places[k]], weight: weights[j] * weights[k])
    }
    var points: [QuadraturePoint] = []
    for (j, k) in [(1, 1), (3, 1), (1, 3), (3, 3)] {
      points += [point(-gauss, j, k), point(gauss, j, k)]
    }
    for x in [-gauss, gauss] {
      for k in 0..<5 {
        for j in 0..<5 where k % 2 == 0 || j % 2 == 0 { points.append(point(x, j, k)) }
      }
    }
    return points
  }()

  /// A tube: eight points around at two stations.
  ///
  /// - Parameter ratio: inner over outer radius.
  static func pipe(ratio: Double) -> SectionQuadrature {
    let radius = ((ratio * ratio + 1) / 2).squareRoot()
    let weight = Double.pi / 8 * (1 - ratio * ratio)
    let gauss = (1.0 / 3).squareRoot()
    let points = [-gauss, gauss].flatMap { station in
      (0..<8).map { number in
        let (cosine, sine) = cosineAndSine(degrees: 45 * Double(number))
        return QuadraturePoint(
          position: [station, radius * cosine, radius * sine], weight: weight)
      }
    }
    // Values at the Gauss points of C3D20R: the mean of the four points between the axes, and the
    // deviation of the nearest one, scaled to the Gauss point's distance from the axis.
    let scale = (2.0 / 3).squareRoot() / radius
    let atGauss = [5, 13, 7, 15, 3, 11, 1, 9].map { nearest -> [Double] in
      var shares = [Double](repeating: 0, count: 16)
      let station = nearest < 8 ? 0 : 8
      for other in [1, 3, 5, 7] { shares[station + other] += (1 - scale) / 4 }
      shares[nearest] += scale
      return shares
    }
    let fit = Hex8.nodes.map { node in Hex8.basis(at: node * 3.0.squareRoot()) }
    // Gauss points run along the axis first, the corners of the hexahedron around its faces.
    let cornerOfPoint = [0, 1, 3, 2, 4, 5, 7, 6]
    let corners = fit.map { shares -> [Double] in
      var sum = [Double](repeating: 0, count: 16)
      for (point, corner) in cornerOfPoint.enumerated() {
        for other in 0..<16 { sum[other] += shares[corner] * atGauss[point][other] }
      }
      return sum
    }
    return SectionQuadrature(points: points, corners: corners)
  }
}

/// A rectangular tube: outer sizes along axes 1 and 2, and the thickness of its four walls.
package struct BoxSection: Equatable, Sendable {
  let width: Double
  let height: Double
  let walls: [Double]

  /// Walls that meet in the middle.
  static let solid = Self(width: 1, height: 1, walls: [0.5, 0.5, 0.5, 0.5])
}

extension SectionQuadrature {
  /// A box: Simpson's rule along the middle of each wall, corners shared, at two stations.
  static func box(_ box: BoxSection) -> SectionQuadrature {
    let (a, b) = (box.width, box.height)
    let (t1, t2, t3, t4) = (box.walls[0], box.walls[1], box.walls[2], box.walls[3])
    // The middles of the walls, in coordinates from -1 to 1 across the parent section.
    let (top, bottom) = ((a - t1) / a, (t3 - a) / a)
    let (left, right) = ((t2 - b) / b, (b - t4) / b)
    // From the corner (right, top) around: wall 1 at the top, 2 at the left, 3 below, 4 at the right.
    let corners: [SIMD2<Double>] = [[right, top], [left, top], [left, bottom], [right, bottom]]
    var around: [(at: SIMD2<Double>, weight: Double)] = []
    for wall in 0..<4 {
      let (start, end) = (corners[wall], corners[(wall + 1) % 4])
      let span = wall % 2 == 0 ? 2 * b - t2 - t4 : 2 * a - t1 - t3
      let area = box.walls[wall] * span / (a * b)
      for (quarter, share) in [(0.0, 1.0), (1, 4), (2, 2), (3, 4)] {
        around.append((start + quarter / 4 * (end - start), area * share / 6))
      }
    }
    // The far corner of each wall is the first of the next.
    for wall in 0..<4 {
      let span = wall % 2 == 0 ? 2 * b - t2 - t4 : 2 * a - t1 - t3
      around[4 * ((wall + 1) % 4)].weight += box.walls[wall] * span / (a * b) / 6
    }
    let gauss = (1.0 / 3).squareRoot()
    let points = [-gauss, gauss].flatMap { station in
      around.map {
        QuadraturePoint(position: [station, $0.at.x, $0.at.y], weight: $0.weight)
      }
    }
    return SectionQuadrature(points: points, corners: boxCorners(corners))
  }

  /// Trilinear through the values at the walls' corners at the two stations.
  private static func boxCorners(_ corners: [SIMD2<Double>]) -> [[Double]] {
    let (right, top) = (corners[0].x, corners[0].y)
    let (left, bottom) = (corners[2].x, corners[2].y)
    // The point at each corner of the hexahedron that these span.
    let pointOfCorner = [8, 24, 28, 12, 4, 20, 16, 0]
    return Hex8.nodes.map { node in
      let inside = SIMD3(
        node.x * 3.0.squareRoot(), (2 * node.y - left - right) / (right - left),
        (2 * node.z - bottom - top) / (top - bottom))
      var shares = [Double](repeating: 0, count: 32)
      for (corner, value) in Hex8.basis(at: inside).enumerated() {
        shares[pointOfCorner[corner]] += value
      }
      return shares
    }
  }
}
