/// A field that is the same everywhere in an element: what one integration point can tell.
package enum Constant: ReferenceElement {
  package static let nodes: [SIMD3<Double>] = [[0.25, 0.25, 0.25]]
  package static let faces: [[Int]] = []
  package static func basis(at _: SIMD3<Double>) -> [Double] { [1] }
  package static func gradient(at _: SIMD3<Double>) -> [SIMD3<Double>] { [[0, 0, 0]] }
}

/// A field that is linear in the third coordinate: what two integration points above each other can
/// tell.
package enum Line2: ReferenceElement {
  package static let nodes: [SIMD3<Double>] = [[0, 0, -1], [0, 0, 1]]
  package static let faces: [[Int]] = []
  package static func basis(at point: SIMD3<Double>) -> [Double] {
    [(1 - point.z) / 2, (1 + point.z) / 2]
  }
  package static func gradient(at _: SIMD3<Double>) -> [SIMD3<Double>] {
    [[0, 0, -0.5], [0, 0, 0.5]]
  }
}
