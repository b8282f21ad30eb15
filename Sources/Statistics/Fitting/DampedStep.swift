import LinearAlgebra

/// The step of a trust region: smallest ‖R p + c‖² with ‖D p‖ ≤ radius.
///
/// Method: J. J. Moré, "The Levenberg-Marquardt algorithm: implementation and theory", Lecture Notes in
/// Mathematics 630 (1978): Newton's iteration for the damping μ on the secular equation, each step by
/// rotations of [R; √μ D]. One solver serves any number of systems of its order and allocates nothing.
struct DampedStep: ~Copyable {
  let order: Int
  /// R by rows, upper triangular, Qᵀ times the residual, and D: to be filled in before ``solve(radius:damping:)``.
  private let system: Buffer<Double>
  private let factor: Buffer<Double>
  private let numbers: Buffer<Double>

  init(order: Int) {
    self.order = order
    system = Buffer(repeating: 0, count: order * (order + 2))
    factor = Buffer(repeating: 0, count: order * (order + 1))
    numbers = Buffer(repeating: 0, count: 3 * order)
  }

  var upper: MutableView<Double> { system.view.slice(0, count: order * order) }
  var right: MutableView<Double> { system.view.slice(order * order, count: order) }
  var scales: MutableView<Double> { system.view.slice(order * (order + 1), count: order) }

  /// The step of the last solution.
  var step: MutableView<Double> { numbers.view.slice(0, count: order) }
  /// Jᵀ times the second derivative of the residuals along the step: to be filled in before ``bend(limit:)``.
  var curvature: MutableView<Double> { numbers.view.slice(2 * order, count: order) }
  private var scaled: MutableView<Double> { numbers.view.slice(order, count: order) }
  private var turned: MutableView<Double> { factor.view.slice(0, count: order * order) }
  private var turnedRight: MutableView<Double> { factor.view.slice(order * order, count: order) }

  /// Computes ``step`` and returns the damping that it took.
  func solve(radius: Double, damping start: Double) -> Double {
    var floor = 0.0
    if factorise(damping: 0) {
      back()
      let length = norm()
      if length <= 1.1 * radius { return 0 }
      floor = (length - radius) / radius / inverseSquare(length)
    }
    var ceiling = gradientNorm() / radius
    if ceiling == 0 { ceiling = 1e-300 / min(radius, 0.1) }
    var damping = min(max(start, floor), ceiling)
    if damping == 0 { damping = max(1e-3 * ceiling, floor) }
    for iteration in 0..<12 {
      if damping == 0 { damping = max(1e-300, 1e-3 * ceiling) }
      _ = factorise(damping: damping)
      back()
      let length = norm()
      let excess = length - radius
      if abs(excess) <= 0.1 * radius || iteration == 11 { return damping }
      if floor == 0, excess < 0, damping <= 1e-290 { return damping }
      let correction = excess / radius / inverseSquare(length)
      if excess > 0 { floor = max(floor, damping) } else { ceiling = min(ceiling, damping) }
      damping = max(floor, damping + correction)
      if damping > ceiling { damping = ceiling }
    }
    return damping
  }

  /// Adds half the acceleration a = -(RᵀR + μ D²)⁻¹ ``curvature`` to ``step``, if 2 ‖D a‖ ≤ limit ‖D p‖.
  func bend(limit: Double) {
    let n = order
    let (upper, scales, step, change) = (turned, scales, step, curvature)
    for row in 0..<n {
      var sum = change[row]
      for above in 0..<row { sum -= upper[above * n + row] * change[above] }
      let pivot = upper[row * n + row]
      change[row] = pivot != 0 ? sum / pivot : 0
    }
    for row in (0..<n).reversed() {
      var sum = change[row]
      for column in (row + 1)..<max(n, row + 1) { sum -= upper[row * n + column] * change[column] }
      let pivot = upper[row * n + row]
      change[row] = pivot != 0 ? sum / pivot : 0
    }
    var squares = 0.0
    for index in 0..<n {
      squares += scales[index] * change[index] * (scales[index] * change[index])
    }
    guard 2 * squares.squareRoot() <= limit * norm() else { return }
    for index in 0..<n { step[index] -= change[index] / 2 }
  }

  /// Rotates √μ D into R; tells whether the result is regular.
  private func factorise(damping: Double) -> Bool {
    let n = order
    let (upper, right, scaled) = (turned, turnedRight, scaled)
    for index in 0..<(n * n) { upper[index] = self.upper[index] }
    for index in 0..<n { right[index] = self.right[index] }
    if damping > 0 {
      let root = damping.squareRoot()
      for start in 0..<n {
        for column in 0..<n { scaled[column] = 0 }
        scaled[start] = root * scales[start]
        var tail = 0.0
        for pivot in start..<n where scaled[pivot] != 0 {
          let a = upper[pivot * n + pivot]
          let b = scaled[pivot]
          let length = (a * a + b * b).squareRoot()
          let cosine = a / length
          let sine = b / length
          for column in pivot..<n {
            let above = upper[pivot * n + column]
            upper[pivot * n + column] = cosine * above + sine * scaled[column]
            scaled[column] = cosine * scaled[column] - sine * above
          }
          let above = right[pivot]
          right[pivot] = cosine * above + sine * tail
          tail = cosine * tail - sine * above
        }
      }
    }
    var isRegular = true
    for index in 0..<n where abs(upper[index * n + index]) <= 1e-15 * scales[index] {
      isRegular = false
    }
    return isRegular
  }

  /// step = -U⁻¹ right.
  private func back() {
    let n = order
    let (upper, right, step) = (turned, turnedRight, step)
    for row in (0..<n).reversed() {
      var sum = -right[row]
      for column in (row + 1)..<max(n, row + 1) { sum -= upper[row * n + column] * step[column] }
      let pivot = upper[row * n + row]
      step[row] = pivot != 0 ? sum / pivot : 0
    }
  }

  private func norm() -> Double {
    let (scales, step) = (scales, step)
    var sum = 0.0
    for index in 0..<order { sum += scales[index] * step[index] * (scales[index] * step[index]) }
    return sum.squareRoot()
  }

  /// ‖U⁻ᵀ D² p / ‖Dp‖‖².
  private func inverseSquare(_ length: Double) -> Double {
    let n = order
    let (upper, scales, step, scaled) = (turned, scales, step, scaled)
    var total = 0.0
    for row in 0..<n {
      var sum = scales[row] * scales[row] * step[row] / length
      for above in 0..<row { sum -= upper[above * n + row] * scaled[above] }
      let pivot = upper[row * n + row]
      scaled[row] = pivot != 0 ? sum / pivot : 0
      total += scaled[row] * scaled[row]
    }
    return total > 0 ? total : 1e-300
  }

  /// ‖D⁻¹ Rᵀ c‖.
  private func gradientNorm() -> Double {
    let (upper, right, scales) = (upper, right, scales)
    var total = 0.0
    for column in 0..<order {
      var sum = 0.0
      for row in 0...column { sum += upper[row * order + column] * right[row] }
      sum /= scales[column]
      total += sum * sum
    }
    return total.squareRoot()
  }
}
