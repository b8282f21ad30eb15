/// A formula of numbers, names and functions, as a tree.
package indirect enum Expression: Hashable, Sendable {
  case number(Double)
  case name(String)
  case negated(Expression)
  case binary(BinaryOperation, Expression, Expression)
  case call(UnaryFunction, Expression)

  package enum BinaryOperation: String, Hashable, Sendable, CaseIterable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case power = "^"
    case smaller = "min"
    case larger = "max"
  }

  /// Functions of one argument; `log` and `ln` are both the natural logarithm.
  package enum UnaryFunction: String, Hashable, Sendable, CaseIterable {
    case exp, log, ln, log10, log2, sqrt, cbrt
    case sin, cos, tan, asin, acos, atan, sinh, cosh, tanh
    case abs, erf, erfc, expm1, log1p
    /// 1 above zero, else 0.
    case step
  }

  /// All names in it, in order of first appearance.
  package var names: [String] {
    var found: [String] = []
    collect(&found)
    return found
  }

  private func collect(_ found: inout [String]) {
    switch self {
    case .number: break
    case .name(let name): if !found.contains(name) { found.append(name) }
    case .negated(let inner), .call(_, let inner): inner.collect(&found)
    case .binary(_, let left, let right):
      left.collect(&found)
      right.collect(&found)
    }
  }

  /// Replaces names by expressions where `replacement` has one.
  package func replacing(_ replacement: (String) -> Expression?) -> Expression {
    switch self {
    case .number: self
    case .name(let name): replacement(name) ?? self
    case .negated(let inner): .negated(inner.replacing(replacement))
    case .call(let function, let inner): .call(function, inner.replacing(replacement))
    case .binary(let operation, let left, let right):
      .binary(operation, left.replacing(replacement), right.replacing(replacement))
    }
  }
}
