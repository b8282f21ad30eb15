/// The closest point of an element face to a point in space.
struct FaceProjection {
  /// Shape functions of the face's nodes at the closest point.
  let weights: [(node: Int, weight: Double)]
  let position: SIMD3<Double>
  /// How far the point is from the face along its normal.
  let distance: Double
  /// How far it lies beside the face.
  let overshoot: Double
}

/// The surface of an element face with two coordinates: -1 to 1 each, or a triangle from 0 to 1.
struct FacePatch {
  private let kind: ElementKind
  private let nodes: [Int]
  private let faceNodes: [Int]
  private let positions: [SIMD3<Double>]
  private let origin: SIMD3<Double>
  private let alongS: SIMD3<Double>
  private let alongT: SIMD3<Double>
  private let isTriangle: Bool
  /// The box that holds the nodes.
  let low: SIMD3<Double>
  let high: SIMD3<Double>

  init(_ mesh: Mesh, element: Int, face: Int) {
    kind = mesh.elementKinds[element]
    let reference = kind.reference
    let own = reference.faces[face]
    isTriangle = own.count == 3 || own.count == 6
    let corners = own.prefix(isTriangle ? 3 : 4).map { reference.nodes[$0] }
    alongS = (corners[1] - corners[0]) / (isTriangle ? 1 : 2)
    alongT = ((isTriangle ? corners[2] : corners[3]) - corners[0]) / (isTriangle ? 1 : 2)
    origin = isTriangle ? corners[0] : (corners[0] + corners[2]) / 2
    let nodes = Array(mesh.nodes(of: element))
    self.nodes = nodes
    positions = nodes.map { mesh.position(of: $0) }
    faceNodes = own
    let places = own.map { mesh.position(of: nodes[$0]) }
    low = places.reduce(places[0]) { pointwiseMin($0, $1) }
    high = places.reduce(places[0]) { pointwiseMax($0, $1) }
  }

  func contains(_ node: Int) -> Bool { faceNodes.contains { nodes[$0] == node } }

  /// The closest point to `point`: inside by Newton's method, else on the nearest edge.
  func project(_ point: SIMD3<Double>) -> FaceProjection {
    var best = settle(inside(point), point)
    if best == nil || !isInside(best ?? SIMD2()) {
      let ends: [SIMD2<Double>] =
        isTriangle ? [[0, 0], [1, 0], [0, 1]] : [[-1, -1], [1, -1], [1, 1], [-1, 1]]
      for (one, other) in zip(ends, ends.dropFirst() + [ends[0]]) {
        let candidate = onEdge(one, other, point)
        if let known = best, isInside(known), gap(known, point) <= gap(candidate, point) {
          continue
        }
        best = candidate
      }
    }
    return projection(best ?? SIMD2(), point)
  }

  private func isInside(_ place: SIMD2<Double>) -> Bool {
    let slack = 1e-9
    if isTriangle {
      return place.x >= -slack && place.y >= -slack && place.x + place.y <= 1 + slack
    }
    return abs(place.x) <= 1 + slack && abs(place.y) <= 1 + slack
  }

  private func settle(_ place: SIMD2<Double>?, _ point: SIMD3<Double>) -> SIMD2<Double>? {
    guard let place, isInside(place) else { return nil }
    return place
  }

  private func evaluate(
    _ place: SIMD2<Double>
  ) -> (position: SIMD3<Double>, s: SIMD3<Double>, t: SIMD3<Double>) {
    let at = origin + place.x * alongS + place.y * alongT
    let basis = kind.reference.basis(at: at)
    let gradient = kind.reference.gradient(at: at)
    var (position, s, t) = (SIMD3<Double>(), SIMD3<Double>(), SIMD3<Double>())
    for index in nodes.indices {
      position += basis[index] * positions[index]
      s += dot(gradient[index], alongS) * positions[index]
      t += dot(gradient[index], alongT) * positions[index]
    }
    return (position, s, t)
  }

  private func gap(_ place: SIMD2<Double>, _ point: SIMD3<Double>) -> Double {
    length(point - evaluate(place).position)
  }

  /// Gauss–Newton from the middle; nil when it leaves the neighbourhood of the face.
  private func inside(_ point: SIMD3<Double>) -> SIMD2<Double>? {
    var place: SIMD2<Double> = isTriangle ? [1.0 / 3, 1.0 / 3] : [0, 0]
    for _ in 0..<30 {
      let (position, s, t) = evaluate(place)
      let rest = point - position
      let (ss, st, tt) = (dot(s, s), dot(s, t), dot(t, t))
      let determinant = ss * tt - st * st
      guard determinant > 0 else { return nil }
      let (rs, rt) = (dot(rest, s), dot(rest, t))
      let step = SIMD2((tt * rs - st * rt) / determinant, (ss * rt - st * rs) / determinant)
      place += step
      guard abs(place.x) < 3, abs(place.y) < 3 else { return nil }
      if max(abs(step.x), abs(step.y)) < 1e-12 { break }
    }
    return place
  }

  private func onEdge(
    _ one: SIMD2<Double>, _ other: SIMD2<Double>, _ point: SIMD3<Double>
  ) -> SIMD2<Double> {
    let along = other - one
    var share = 0.5
    for _ in 0..<30 {
      let (position, s, t) = evaluate(one + share * along)
      let tangent = along.x * s + along.y * t
      let square = dot(tangent, tangent)
      guard square > 0 else { break }
      let next = min(max(share + dot(point - position, tangent) / square, 0), 1)
      let change = abs(next - share)
      share = next
      if change < 1e-12 { break }
    }
    return one + share * along
  }

  private func projection(_ place: SIMD2<Double>, _ point: SIMD3<Double>) -> FaceProjection {
    let (position, s, t) = evaluate(place)
    let basis = kind.reference.basis(at: origin + place.x * alongS + place.y * alongT)
    let normal = cross(s, t)
    let rest = point - position
    let distance = dot(rest, normal) / length(normal)
    let beside = rest - distance / length(normal) * normal
    return FaceProjection(
      weights: faceNodes.map { (nodes[$0], basis[$0]) }.filter { abs($0.1) > 1e-12 },
      position: position, distance: abs(distance), overshoot: length(beside))
  }

  /// Distances of the centres of the triangles of the face from their first edges, whose mean is
  /// CalculiX's measure of a mesh's size.
  var edgeDistances: [Double] {
    let triangles: [[Int]] =
      switch faceNodes.count {
      case 3: [[0, 1, 2]]
      case 4: [[0, 1, 3], [1, 2, 3]]
      case 6: [[0, 3, 5], [3, 1, 4], [4, 2, 5], [3, 4, 5]]
      default: [[0, 4, 7], [4, 1, 5], [6, 5, 2], [7, 6, 3], [7, 4, 6], [4, 5, 6]]
      }
    return triangles.map { corners in
      let places = corners.map { positions[faceNodes[$0]] }
      let edge = places[1] - places[0]
      return length(cross(edge, places[2] - places[0])) / length(edge) / 3
    }
  }
}
