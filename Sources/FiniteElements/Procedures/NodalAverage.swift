import LinearAlgebra

/// Carries integration point values to the nodes: extrapolated in each element, then averaged over
/// the elements of a node, as CalculiX does for the `.frd` file.
enum NodalAverage {
  /// - Parameters:
  ///   - values: shape `[points, components]`, at most eight components.
  /// - Returns: shape `[nodes, components]`; zero at nodes without elements.
  static func nodal(
    _ values: [Double], components: Int, mesh: Mesh, starts: [Int]
  ) -> [Double] {
    precondition(components <= 8, "a vector holds eight components")
    var sums = [Double](repeating: 0, count: components * mesh.nodeCount)
    var counts = [Double](repeating: 0, count: mesh.nodeCount)
    for node in mesh.connectivity { counts[node] += 1 }
    sums.withMutableView { sums in
      values.withView { values in
        mesh.connectivity.withView { nodes in
          mesh.forEachRun(in: 0..<mesh.elementCount) { elements, table in
            table.extrapolation.withView { weights in
              add(
                ElementValues(
                  values: values, first: starts[elements.lowerBound],
                  pointCount: table.pointCount, components: components),
                weights, nodes, from: mesh.connectivityStarts[elements.lowerBound],
                nodeCount: table.nodeCount, elements: elements.count, to: sums)
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

  /// The values of elements of one kind that follow each other.
  private struct ElementValues {
    let values: View<Double>
    /// The first point of the first element.
    let first: Int
    let pointCount: Int
    let components: Int
  }

  /// - Parameter start: where the nodes of the first element begin.
  private static func add(
    _ fields: ElementValues, _ weights: View<Double>, _ nodes: View<Int>, from start: Int,
    nodeCount: Int, elements: Int, to sums: MutableView<Double>
  ) {
    let (values, points, components) = (fields.values, fields.pointCount, fields.components)
    let scratch = Buffer(repeating: SIMD8<Double>(), count: points)
    let local = scratch.view
    for element in 0..<elements {
      let from = components &* (fields.first &+ points &* element)
      for point in 0..<points {
        var value = SIMD8<Double>()
        for component in 0..<components {
          value[component] = values[from &+ components &* point &+ component]
        }
        local[point] = value
      }
      for a in 0..<nodeCount {
        var sum = SIMD8<Double>()
        for point in 0..<points {
          sum.addProduct(local[point], SIMD8(repeating: weights[points &* a &+ point]))
        }
        let to = components &* nodes[start &+ nodeCount &* element &+ a]
        for component in 0..<components { sums[to &+ component] += sum[component] }
      }
    }
  }
}
