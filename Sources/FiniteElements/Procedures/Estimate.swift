/// What a solution will take, from facts that are known before it begins.
///
/// An upper estimate: a compact block needs it, thin-walled parts need a half of the memory and a
/// tenth of the time. Constants measured on quadratic bricks and tetrahedra of 50 000 to 300 000
/// equations; the growth n^4/3 and n^2 is that of nested dissection in space [George 1973].
package struct Estimate: Equatable, Sendable {
  package let seconds: Double
  package let bytes: Int

  /// - Parameters:
  ///   - nodes: nodes of the mesh.
  ///   - elements: elements of the mesh.
  ///   - threads: threads that the factorisation may use.
  package init(nodes: Int, elements: Int, threads: Int) {
    let equations = 3 * Double(nodes)
    let factorEntries = 27 * equations * equations.cubeRoot
    let operations = 28 * equations * equations
    let rate = 25e9 * Double(max(threads, 1)).squareRoot()
    seconds = 0.05 + operations / rate + 2e-5 * Double(nodes) + 1e-5 * Double(elements)
    bytes = Int(50e6 + 8 * factorEntries + 12_000 * Double(nodes) + 1_000 * Double(elements))
  }
}

extension Double {
  /// By Newton's method, to a relative error below 1e-12 for numbers above 1.
  fileprivate var cubeRoot: Double {
    var root = Double(sign: .plus, exponent: exponent / 3, significand: 1)
    guard self > 0 else { return 0 }
    for _ in 0..<8 { root -= (root * root * root - self) / (3 * root * root) }
    return root
  }
}
