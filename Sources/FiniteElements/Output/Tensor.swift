/// A symmetric tensor, order xx yy zz xy xz yz.
struct Tensor {
  let components: [Double]

  init(_ components: ArraySlice<Double>) { self.components = Array(components) }

  /// The components in the axes that are the rows of `axes`: Q T Qᵀ.
  func components(in axes: [SIMD3<Double>]) -> [Double] {
    Elasticity.pairs.map { pair in
      var sum = 0.0
      for i in 0..<3 {
        for j in 0..<3 {
          sum += axes[pair.0][i] * components[Elasticity.component[3 * i + j]] * axes[pair.1][j]
        }
      }
      return sum
    }
  }
}
