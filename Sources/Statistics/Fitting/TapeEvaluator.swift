import Glibc
import LinearAlgebra

/// Runs a tape over rows, block by block: values forwards, exact derivatives backwards.
///
/// Reverse accumulation for each row (A. Griewank, A. Walther, "Evaluating Derivatives", 2008): all
/// derivatives of a row cost about three evaluations, however many parameters there are.
final class TapeEvaluator {
  let tape: Tape
  /// Rows of a block: slots of a usual formula stay in the first cache.
  static let blockRows = 128
  private let values: Buffer<Double>
  private let adjoints: Buffer<Double>

  init(_ tape: Tape) {
    self.tape = tape
    values = Buffer(repeating: 0, count: tape.instructions.count * Self.blockRows)
    adjoints = Buffer(repeating: 0, count: tape.instructions.count * Self.blockRows)
  }

  /// The formula's value for each row: a loan of the evaluator's own memory.
  func evaluate(_ parameters: [Double], _ variables: MatrixView) -> MutableView<Double> {
    let rows = variables.rows
    precondition(rows <= Self.blockRows, "more rows than a block has")
    for (slot, instruction) in tape.instructions.enumerated() {
      let out = self.value(slot, rows)
      let a = value(instruction.left, rows)
      let b = value(instruction.right, rows)
      switch instruction.operation {
      case .constant(let number): out.fill(0..<rows, with: number)
      case .parameter(let index): out.fill(0..<rows, with: parameters[index])
      case .variable(let index):
        let column = variables.column(index)
        for row in 0..<rows { out[row] = column[row] }
      case .add: for row in 0..<rows { out[row] = a[row] + b[row] }
      case .subtract: for row in 0..<rows { out[row] = a[row] - b[row] }
      case .multiply: for row in 0..<rows { out[row] = a[row] * b[row] }
      case .divide: for row in 0..<rows { out[row] = a[row] / b[row] }
      case .power: for row in 0..<rows { out[row] = pow(a[row], b[row]) }
      case .smaller: for row in 0..<rows { out[row] = min(a[row], b[row]) }
      case .larger: for row in 0..<rows { out[row] = max(a[row], b[row]) }
      case .negate: for row in 0..<rows { out[row] = -a[row] }
      case .integerPower(let exponent):
        for row in 0..<rows { out[row] = Self.power(a[row], exponent) }
      case .function(let function): function.apply(a, out, rows)
      }
    }
    return result(rows)
  }

  /// The values of the last evaluation.
  func result(_ rows: Int) -> MutableView<Double> { value(tape.instructions.count - 1, rows) }

  /// Derivatives by each parameter, after ``evaluate(_:_:)`` of the same rows: one column per parameter.
  func differentiate(_ variables: MatrixView, into jacobian: MatrixView) {
    let rows = variables.rows
    let last = tape.instructions.count - 1
    for slot in 0...last where tape.isActive[slot] {
      adjoint(slot, rows).fill(0..<rows, with: slot == last ? 1 : 0)
    }
    for slot in (0...last).reversed() where tape.isActive[slot] {
      back(slot, rows)
    }
    for (index, slot) in tape.parameterSlots.enumerated() {
      let column = jacobian.column(index)
      guard let slot, tape.isActive[last] else {
        column.fill(0..<rows, with: 0)
        continue
      }
      let adjoint = self.adjoint(slot, rows)
      for row in 0..<rows { column[row] = adjoint[row] }
    }
  }

  private func value(_ slot: Int, _ rows: Int) -> MutableView<Double> {
    values.view.slice(slot * Self.blockRows, count: rows)
  }

  private func adjoint(_ slot: Int, _ rows: Int) -> MutableView<Double> {
    adjoints.view.slice(slot * Self.blockRows, count: rows)
  }

  /// Hands the adjoint of a slot on to its operands.
  private func back(_ slot: Int, _ rows: Int) {
    let instruction = tape.instructions[slot]
    let out = value(slot, rows)
    let w = adjoint(slot, rows)
    let a = value(instruction.left, rows)
    let b = value(instruction.right, rows)
    let da = adjoint(instruction.left, rows)
    let db = adjoint(instruction.right, rows)
    let hasLeft = tape.isActive[instruction.left]
    let hasRight = tape.isActive[instruction.right]
    switch instruction.operation {
    case .constant, .parameter, .variable: break
    case .add:
      if hasLeft { for row in 0..<rows { da[row] += w[row] } }
      if hasRight { for row in 0..<rows { db[row] += w[row] } }
    case .subtract:
      if hasLeft { for row in 0..<rows { da[row] += w[row] } }
      if hasRight { for row in 0..<rows { db[row] -= w[row] } }
    case .multiply:
      if hasLeft { for row in 0..<rows { da[row] += w[row] * b[row] } }
      if hasRight { for row in 0..<rows { db[row] += w[row] * a[row] } }
    case .divide:
      if hasLeft { for row in 0..<rows { da[row] += w[row] / b[row] } }
      if hasRight { for row in 0..<rows { db[row] -= w[row] * out[row] / b[row] } }
    case .power:
      if hasLeft {
        for row in 0..<rows {
          // a^(b-1), by division where that is safe.
          let lower = a[row] != 0 && out[row] != 0 ? out[row] / a[row] : pow(a[row], b[row] - 1)
          da[row] += w[row] * b[row] * lower
        }
      }
      if hasRight {
        for row in 0..<rows where a[row] > 0 { db[row] += w[row] * out[row] * log(a[row]) }
      }
    case .smaller, .larger:
      for row in 0..<rows {
        if out[row] == a[row] {
          if hasLeft { da[row] += w[row] }
        } else if hasRight {
          db[row] += w[row]
        }
      }
    case .negate: for row in 0..<rows { da[row] -= w[row] }
    case .integerPower(let exponent):
      let factor = Double(exponent)
      for row in 0..<rows { da[row] += w[row] * factor * Self.power(a[row], exponent - 1) }
    case .function(let function): function.back((a, out), w, da, rows)
    }
  }

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    switch exponent {
    case 0: return 1
    case 1: return base
    case 2: return base * base
    case 3: return base * base * base
    case _:
      var result = 1.0
      var square = base
      var left = abs(exponent)
      while left > 0 {
        if left & 1 == 1 { result *= square }
        square *= square
        left >>= 1
      }
      return exponent < 0 ? 1 / result : result
    }
  }
}

extension Expression {
  /// Its value, where it has no names.
  package var constant: Double? {
    guard names.isEmpty else { return nil }
    let evaluator = TapeEvaluator(Tape(self, parameters: [], variables: []))
    let row = DenseMatrix(rows: 1, columns: 0)
    return evaluator.evaluate([], row.view)[0]
  }
}

extension Expression.UnaryFunction {
  fileprivate func apply(_ a: MutableView<Double>, _ out: MutableView<Double>, _ rows: Int) {
    switch self {
    case .exp: for row in 0..<rows { out[row] = Glibc.exp(a[row]) }
    case .log, .ln: for row in 0..<rows { out[row] = Glibc.log(a[row]) }
    case .log10: for row in 0..<rows { out[row] = Glibc.log10(a[row]) }
    case .log2: for row in 0..<rows { out[row] = Glibc.log2(a[row]) }
    case .sqrt: for row in 0..<rows { out[row] = a[row].squareRoot() }
    case .cbrt: for row in 0..<rows { out[row] = Glibc.cbrt(a[row]) }
    case .sin: for row in 0..<rows { out[row] = Glibc.sin(a[row]) }
    case .cos: for row in 0..<rows { out[row] = Glibc.cos(a[row]) }
    case .tan: for row in 0..<rows { out[row] = Glibc.tan(a[row]) }
    case .asin: for row in 0..<rows { out[row] = Glibc.asin(a[row]) }
    case .acos: for row in 0..<rows { out[row] = Glibc.acos(a[row]) }
    case .atan: for row in 0..<rows { out[row] = Glibc.atan(a[row]) }
    case .sinh: for row in 0..<rows { out[row] = Glibc.sinh(a[row]) }
    case .cosh: for row in 0..<rows { out[row] = Glibc.cosh(a[row]) }
    case .tanh: for row in 0..<rows { out[row] = Glibc.tanh(a[row]) }
    case .abs: for row in 0..<rows { out[row] = a[row].magnitude }
    case .erf: for row in 0..<rows { out[row] = Glibc.erf(a[row]) }
    case .erfc: for row in 0..<rows { out[row] = Glibc.erfc(a[row]) }
    case .expm1: for row in 0..<rows { out[row] = Glibc.expm1(a[row]) }
    case .log1p: for row in 0..<rows { out[row] = Glibc.log1p(a[row]) }
    case .step: for row in 0..<rows { out[row] = a[row] > 0 ? 1 : 0 }
    }
  }

  /// Adds `w · derivative` to `da`.
  fileprivate func back(
    _ point: (a: MutableView<Double>, out: MutableView<Double>), _ w: MutableView<Double>,
    _ da: MutableView<Double>, _ rows: Int
  ) {
    let (a, out) = point
    let ln10 = 2.302_585_092_994_045_7
    let ln2 = 0.693_147_180_559_945_3
    let gauss = 2 / Double.pi.squareRoot()
    switch self {
    case .exp: for row in 0..<rows { da[row] += w[row] * out[row] }
    case .log, .ln: for row in 0..<rows { da[row] += w[row] / a[row] }
    case .log10: for row in 0..<rows { da[row] += w[row] / (a[row] * ln10) }
    case .log2: for row in 0..<rows { da[row] += w[row] / (a[row] * ln2) }
    case .sqrt: for row in 0..<rows { da[row] += w[row] / (2 * out[row]) }
    case .cbrt: for row in 0..<rows { da[row] += w[row] / (3 * out[row] * out[row]) }
    case .sin: for row in 0..<rows { da[row] += w[row] * Glibc.cos(a[row]) }
    case .cos: for row in 0..<rows { da[row] -= w[row] * Glibc.sin(a[row]) }
    case .tan: for row in 0..<rows { da[row] += w[row] * (1 + out[row] * out[row]) }
    case .asin: for row in 0..<rows { da[row] += w[row] / (1 - a[row] * a[row]).squareRoot() }
    case .acos: for row in 0..<rows { da[row] -= w[row] / (1 - a[row] * a[row]).squareRoot() }
    case .atan: for row in 0..<rows { da[row] += w[row] / (1 + a[row] * a[row]) }
    case .sinh: for row in 0..<rows { da[row] += w[row] * Glibc.cosh(a[row]) }
    case .cosh: for row in 0..<rows { da[row] += w[row] * Glibc.sinh(a[row]) }
    case .tanh: for row in 0..<rows { da[row] += w[row] * (1 - out[row] * out[row]) }
    case .abs: for row in 0..<rows { da[row] += a[row] < 0 ? -w[row] : w[row] }
    case .erf: for row in 0..<rows { da[row] += w[row] * gauss * Glibc.exp(-a[row] * a[row]) }
    case .erfc: for row in 0..<rows { da[row] -= w[row] * gauss * Glibc.exp(-a[row] * a[row]) }
    case .expm1: for row in 0..<rows { da[row] += w[row] * (out[row] + 1) }
    case .log1p: for row in 0..<rows { da[row] += w[row] / (1 + a[row]) }
    case .step: break
    }
  }
}
