import Glibc
import LinearAlgebra

/// Runs a tape over rows, block by block: values forwards, exact derivatives backwards.
///
/// Reverse accumulation for each row (A. Griewank, A. Walther, "Evaluating Derivatives", 2008): all
/// derivatives of a row cost about three evaluations, however many parameters there are. Rows are
/// filled up to a multiple of four with copies of the last one, so that every loop takes four at a time.
final class TapeEvaluator {
  let tape: Tape
  /// Rows of a block: slots of a usual formula stay in the second cache, and most fits are one block.
  static let blockRows = 256
  private let values: Buffer<Double>
  private let adjoints: Buffer<Double>
  private let scratch: Buffer<Double>
  /// Slots that change with the parameters, in order.
  private let active: [Int]

  init(_ tape: Tape) {
    self.tape = tape
    let count = tape.instructions.count * Self.blockRows
    values = Buffer(repeating: 0, count: count)
    adjoints = Buffer(repeating: 0, count: count)
    scratch = Buffer(repeating: 0, count: Self.blockRows)
    active = tape.instructions.indices.filter { tape.isActive[$0] }
  }

  // MARK: Values

  /// Takes rows in: computes everything that no parameter changes.
  func load(_ variables: MatrixView) {
    let rows = variables.rows
    precondition(rows > 0 && rows <= Self.blockRows, "a block has rows, but not that many")
    for slot in tape.instructions.indices where !tape.isActive[slot] {
      if case .variable(let index) = tape.instructions[slot].operation {
        let column = variables.column(index)
        let out = value(slot, Self.padded(rows))
        for row in 0..<rows { out[row] = column[row] }
        for row in rows..<out.count { out[row] = column[rows - 1] }
      } else {
        forward(slot, [], Self.padded(rows))
      }
    }
  }

  /// The formula's value for each of the rows that were loaded: a loan of the evaluator's own memory.
  func evaluate(_ parameters: [Double], rows: Int) -> MutableView<Double> {
    for slot in active { forward(slot, parameters, Self.padded(rows)) }
    return result(rows)
  }

  /// The same for rows that are taken in first.
  func evaluate(_ parameters: [Double], _ variables: MatrixView) -> MutableView<Double> {
    load(variables)
    return evaluate(parameters, rows: variables.rows)
  }

  /// The values of the last evaluation.
  func result(_ rows: Int) -> MutableView<Double> { value(tape.instructions.count - 1, rows) }

  private static func padded(_ rows: Int) -> Int { (rows + 3) & ~3 }

  private func value(_ slot: Int, _ rows: Int) -> MutableView<Double> {
    values.view.slice(slot * Self.blockRows, count: rows)
  }

  private func forward(_ slot: Int, _ parameters: [Double], _ rows: Int) {
    let instruction = tape.instructions[slot]
    let out = value(slot, rows)
    let a = value(instruction.left, rows)
    let b = value(instruction.right, rows)
    switch instruction.operation {
    case .constant(let number): out.fill(0..<rows, with: number)
    case .parameter(let index): out.fill(0..<rows, with: parameters[index])
    case .variable: break
    case .add: for i in stride(from: 0, to: rows, by: 4) { out[four: i] = a[four: i] + b[four: i] }
    case .subtract:
      for i in stride(from: 0, to: rows, by: 4) { out[four: i] = a[four: i] - b[four: i] }
    case .multiply:
      for i in stride(from: 0, to: rows, by: 4) { out[four: i] = a[four: i] * b[four: i] }
    case .divide:
      for i in stride(from: 0, to: rows, by: 4) { out[four: i] = a[four: i] / b[four: i] }
    case .power: VectorMath.power(a, b, into: out)
    case .smaller: for row in 0..<rows { out[row] = min(a[row], b[row]) }
    case .larger: for row in 0..<rows { out[row] = max(a[row], b[row]) }
    case .negate: for i in stride(from: 0, to: rows, by: 4) { out[four: i] = -a[four: i] }
    case .integerPower(let exponent): Self.raise(a, exponent, into: out)
    case .function(let function): function.apply(a, into: out)
    }
  }

  // MARK: Derivatives

  /// Derivatives by each parameter at the last evaluation of as many rows: one column per parameter.
  func differentiate(into jacobian: MatrixView) {
    let rows = jacobian.rows
    let last = tape.instructions.count - 1
    for slot in active {
      let adjoint = self.adjoint(slot, Self.padded(rows))
      adjoint.fill(0..<adjoint.count, with: slot == last ? 1 : 0)
    }
    for slot in active.reversed() { back(slot, Self.padded(rows)) }
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
    let fours = stride(from: 0, to: rows, by: 4)
    switch instruction.operation {
    case .constant, .parameter, .variable: break
    case .add:
      if hasLeft { for i in fours { da[four: i] += w[four: i] } }
      if hasRight { for i in fours { db[four: i] += w[four: i] } }
    case .subtract:
      if hasLeft { for i in fours { da[four: i] += w[four: i] } }
      if hasRight { for i in fours { db[four: i] -= w[four: i] } }
    case .multiply:
      if hasLeft { for i in fours { da[four: i] += w[four: i] * b[four: i] } }
      if hasRight { for i in fours { db[four: i] += w[four: i] * a[four: i] } }
    case .divide:
      if hasLeft { for i in fours { da[four: i] += w[four: i] / b[four: i] } }
      if hasRight { for i in fours { db[four: i] -= w[four: i] * out[four: i] / b[four: i] } }
    case .power:
      if hasLeft { Self.backToBase((a, b, out), w, da) }
      if hasRight { Self.backToExponent((a, out), w, db, scratch.view.slice(0, count: rows)) }
    case .smaller, .larger:
      for row in 0..<rows {
        if out[row] == a[row] {
          if hasLeft { da[row] += w[row] }
        } else if hasRight {
          db[row] += w[row]
        }
      }
    case .negate: for i in fours { da[four: i] -= w[four: i] }
    case .integerPower(let exponent):
      let lower = scratch.view.slice(0, count: rows)
      Self.raise(a, exponent - 1, into: lower)
      let factor = Double(exponent)
      for i in fours { da[four: i] += w[four: i] * factor * lower[four: i] }
    case .function(let function):
      function.back((a, out), w, da, scratch.view.slice(0, count: rows))
    }
  }
}

// MARK: Powers

extension TapeEvaluator {
  private static func backToBase(
    _ point: (a: MutableView<Double>, b: MutableView<Double>, out: MutableView<Double>),
    _ w: MutableView<Double>, _ da: MutableView<Double>
  ) {
    let (a, b, out) = point
    for i in stride(from: 0, to: w.count, by: 4) {
      let (base, value) = (a[four: i], out[four: i])
      // a^(b-1), by division where that is safe.
      var lower = value / base
      if any((base .== 0) .| (value .== 0)) {
        for lane in 0..<4 where base[lane] == 0 || value[lane] == 0 {
          lower[lane] = pow(base[lane], b[i + lane] - 1)
        }
      }
      da[four: i] += w[four: i] * b[four: i] * lower
    }
  }

  private static func backToExponent(
    _ point: (a: MutableView<Double>, out: MutableView<Double>), _ w: MutableView<Double>,
    _ db: MutableView<Double>, _ scratch: MutableView<Double>
  ) {
    let (a, out) = point
    VectorMath.log(a, into: scratch)
    for i in stride(from: 0, to: w.count, by: 4) {
      let logarithm = scratch[four: i].replacing(with: 0, where: a[four: i] .<= 0)
      db[four: i] += w[four: i] * out[four: i] * logarithm
    }
  }

  /// Whole powers by repeated squares.
  private static func raise(
    _ a: MutableView<Double>, _ exponent: Int, into out: MutableView<Double>
  ) {
    for i in stride(from: 0, to: out.count, by: 4) {
      var result = SIMD4<Double>(repeating: 1)
      var square = a[four: i]
      var left = exponent.magnitude
      while left > 0 {
        if left & 1 == 1 { result *= square }
        left >>= 1
        if left > 0 { square *= square }
      }
      out[four: i] = exponent < 0 ? 1 / result : result
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
