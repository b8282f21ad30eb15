extension Deck {
  /// The axes of an element's section at an integration point; nil where it has none of its own.
  func localAxes(ofPoint point: Int, of element: Int) -> [SIMD3<Double>]? {
    section(ofPoint: point, of: element).orientation.map {
      $0.isUniform
        ? $0.axes(at: .zero) : $0.axes(at: mesh.position(ofPoint: point, of: element))
    }
  }

  /// Tensors at the integration points, those of elements with an orientation in its axes.
  ///
  /// - Parameter values: shape `[points, 6]`, order xx yy zz xy xz yz, global axes.
  func localTensors(_ values: [Double], starts: [Int]) -> [Double] {
    guard sections.contains(where: { $0.orientation != nil }) else { return values }
    var local = values
    for element in 0..<mesh.elementCount {
      for point in starts[element]..<starts[element + 1] {
        guard let axes = localAxes(ofPoint: point - starts[element], of: element) else { continue }
        let range = (6 * point)..<(6 * point + 6)
        local.replaceSubrange(range, with: Tensor(values[range]).components(in: axes))
      }
    }
    return local
  }
}
