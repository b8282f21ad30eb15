/// The step of a trust region: smallest ‖R p + c‖² with ‖D p‖ ≤ radius.
///
/// Method: J. J. Moré, "The Levenberg-Marquardt algorithm: implementation and theory", Lecture Notes in
/// Mathematics 630 (1978): Newton's iteration for the damping μ on the secular equation, each step by
/// rotations of [R; √μ D].
struct DampedStep {
  let order: Int
  /// By rows, upper triangular.
  private var upper: [Double]
  private var right: [Double]
  private(set) var step: [Double]
  private var scaled: [Double]

  init(order: Int) {
    self.order = order
    upper = [Double](repeating: 0, count: order * order)
    right = [Double](repeating: 0, count: order)
    step = right
    scaled = right
  }

  /// A system: R by rows and Qᵀ times the residual.
  struct System {
    var upper: [Double]
    var right: [Double]
    var scales: [Double]

    init(order: Int) {
      upper = [Double](repeating: 0, count: order * order)
      right = [Double](repeating: 0, count: order)
      scales = right
    }
  }

  /// Computes ``step`` and returns the damping that it took.
  mutating func solve(_ system: System, radius: Double, damping start: Double) -> Double {
    var floor = 0.0
    if factorise(system, damping: 0) {
      back()
      let length = norm(system.scales)
      if length <= 1.1 * radius { return 0 }
      floor = (length - radius) / radius / inverseSquare(system.scales, length)
    }
    var ceiling = gradientNorm(system) / radius
    if ceiling == 0 { ceiling = 1e-300 / min(radius, 0.1) }
    var damping = min(max(start, floor), ceiling)
    if damping == 0 { damping = max(1e-3 * ceiling, floor) }
    for iteration in 0..<12 {
      if damping == 0 { damping = max(1e-300, 1e-3 * ceiling) }
      _ = factorise(system, damping: damping)
      back()
      let length = norm(system.scales)
      let excess = length - radius
      if abs(excess) <= 0.1 * radius || iteration == 11 { return damping }
      if floor == 0, excess < 0, damping <= 1e-290 { return damping }
      let correction = excess / radius / inverseSquare(system.scales, length)
      if excess > 0 { floor = max(floor, damping) } else { ceiling = min(ceiling, damping) }
      damping = max(floor, damping + correction)
      if damping > ceiling { damping = ceiling }
    }
    return damping
  }

  /// Rotates √μ D into R; tells whether the result is regular.
  private mutating func factorise(_ system: System, damping: Double) -> Bool {
    let n = order
    // Element by element: an assignment would share and then copy the storage.
    for index in 0..<(n * n) { upper[index] = system.upper[index] }
    for index in 0..<n { right[index] = system.right[index] }
    if damping > 0 {
      let root = damping.squareRoot()
      for start in 0..<n {
        for column in 0..<n { scaled[column] = 0 }
        scaled[start] = root * system.scales[start]
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
    for index in 0..<n where abs(upper[index * n + index]) <= 1e-15 * system.scales[index] {
      isRegular = false
    }
    return isRegular
  }

  /// step = -U⁻¹ right.
  private mutating func back() {
    let n = order
    for row in (0..<n).reversed() {
      var sum = -right[row]
      for column in (row + 1)..<max(n, row + 1) { sum -= upper[row * n + column] * step[column] }
      let pivot = upper[row * n + row]
      step[row] = pivot != 0 ? sum / pivot : 0
    }
  }

  private func norm(_ scales: [Double]) -> Double {
    var sum = 0.0
    for index in 0..<order { sum += scales[index] * step[index] * (scales[index] * step[index]) }
    return sum.squareRoot()
  }

  /// ‖U⁻ᵀ D² p / ‖Dp‖‖².
  private mutating func inverseSquare(_ scales: [Double], _ length: Double) -> Double {
    let n = order
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
  private func gradientNorm(_ system: System) -> Double {
    var total = 0.0
    for column in 0..<order {
      var sum = 0.0
      for row in 0...column { sum += system.upper[row * order + column] * system.right[row] }
      sum /= system.scales[column]
      total += sum * sum
    }
    return total.squareRoot()
  }
}
