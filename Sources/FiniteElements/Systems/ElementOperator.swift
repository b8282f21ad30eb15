import LinearAlgebra

/// A quantity that the elements of a mesh add up to a matrix: stiffness, mass, conductivity.
protocol ElementOperator: Sendable {
  /// How many freedoms a node has in this field: 3 displacements or 1 temperature.
  var components: Int { get }

  /// Memory for one element's evaluation, a class; each thread has its own.
  associatedtype Workspace: AnyObject
  func makeWorkspace() -> Workspace

  /// Fills the symmetric matrix of an element, shape `[components nodes, components nodes]`, both
  /// triangles.
  ///
  /// - Returns: false when the element is inverted or flat.
  func fill(_ element: Int, _ workspace: Workspace, into matrix: MutableView<Double>) -> Bool

  /// What springs, dashpots or masses add, as small matrices over freedoms.
  var discretes: [DiscreteMatrix] { get }
}

/// A small symmetric matrix over freedoms `components node + direction`.
struct DiscreteMatrix: Sendable {
  let freedoms: [Int]
  /// Shape `[freedoms, freedoms]`.
  let values: [Double]
}
