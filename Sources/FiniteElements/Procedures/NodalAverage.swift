import LinearAlgebra

/// Carries integration point values to the nodes: extrapolated in each element, then averaged over
/// the elements of a node, as CalculiX does for the `.frd` file.
enum NodalAverage {
  /// - Parameters:
  ///   - values: shape `[points, components]`.
  /// - Returns: shape `[nodes, components]`; zero at nodes without elements.
  static func nodal(
    _ values: [Double], components: Int, mesh: Mesh, starts: [Int]
  ) -> [Double] {
    var sums = [Double](repeating: 0, count: components * mesh.nodeCount)
    var counts = [Double](repeating: 0, count: mesh.nodeCount)
    for element in 0..<mesh.elementCount {
      let table = mesh.table(of: element)
      let first = mesh.connectivityStarts[element]
      table.extrapolation.withView { weights in
        values.withView { values in
          sums.withMutableView { sums in
            for a in 0..<table.nodeCount {
              let node = mesh.connectivity[first + a]
              counts[node] += 1
              for point in 0..<table.pointCount {
                let weight = weights[table.pointCount * a + point]
                let from = components * (starts[element] + point)
                for component in 0..<components {
                  sums[components * node + component] += weight * values[from + component]
                }
              }
            }
          }
        }
      }
    }
    for node in 0..<mesh.nodeCount where counts[node] > 0 {
      for component in 0..<components { sums[components * node + component] /= counts[node] }
    }
    return sums
  }
}
