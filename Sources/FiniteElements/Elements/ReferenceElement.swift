/// What assembly, loads and output need to know about an element: a page of facts.
///
/// Reference coordinates run from -1 to 1 (hexahedra) or from 0 to 1 (tetrahedra), wedges have both. Nodes, faces and
/// integration points are numbered as in Abaqus and CalculiX.
package protocol ReferenceElement {
  /// Reference coordinates of the nodes.
  static var nodes: [SIMD3<Double>] { get }
  /// The shape functions at a point, one for each node.
  static func basis(at point: SIMD3<Double>) -> [Double]
  /// The derivatives of the shape functions by the reference coordinates.
  static func gradient(at point: SIMD3<Double>) -> [SIMD3<Double>]
  /// The nodes of each face, corners first; corners run counter-clockwise seen from inside.
  static var faces: [[Int]] { get }
}

/// A point of numerical integration and its weight.
package struct QuadraturePoint: Sendable {
  package let position: SIMD3<Double>
  package let weight: Double
}
