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

  /// Adds the matrices of some elements to columns of a sparse matrix; has a default.
  ///
  /// - Returns: the elements that are inverted or flat.
  func add(
    _ elements: MutableView<Int32>, of mesh: Mesh, _ workspace: Workspace,
    to scatter: BlockScatter
  ) -> [Int]

  /// What springs, dashpots or masses add, as small matrices over freedoms.
  var discretes: [DiscreteMatrix] { get }
}

extension ElementOperator {
  func add(
    _ elements: MutableView<Int32>, of mesh: Mesh, _ workspace: Workspace,
    to scatter: BlockScatter
  ) -> [Int] {
    let size = components * ElementKind.mostNodes
    let matrix = Buffer(repeating: 0.0, count: size * size)
    let places = Buffer(repeating: 0, count: ElementKind.mostNodes)
    var inverted: [Int] = []
    for index in 0..<elements.count {
      let element = Int(elements[index])
      guard fill(element, workspace, into: matrix.view) else {
        inverted.append(element)
        continue
      }
      scatter.loadPlaces(of: element, mesh, into: places.view)
      let first = mesh.connectivityStarts[element]
      scatter.add(
        matrix.view, places.view, count: mesh.connectivityStarts[element + 1] - first)
    }
    return inverted
  }
}

extension BlockScatter {
  /// The elimination places of an element's nodes.
  @inline(__always)
  func loadPlaces(of element: Int, _ mesh: Mesh, into own: MutableView<Int>) {
    let first = mesh.connectivityStarts[element]
    for entry in first..<mesh.connectivityStarts[element &+ 1] {
      own[entry &- first] = places[mesh.connectivity[entry]]
    }
  }
}

/// A small symmetric matrix over freedoms `components node + direction`.
struct DiscreteMatrix: Sendable {
  let freedoms: [Int]
  /// Shape `[freedoms, freedoms]`.
  let values: [Double]
}
