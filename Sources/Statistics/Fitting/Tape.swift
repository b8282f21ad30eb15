/// A formula as a list of instructions: each makes one number of a row from earlier ones.
package struct Tape: Sendable {
  enum Operation: Hashable, Sendable {
    case constant(Double)
    case parameter(Int)
    case variable(Int)
    case add, subtract, multiply, divide, power, smaller, larger
    case negate
    /// To a whole power: any base.
    case integerPower(Int)
    case function(Expression.UnaryFunction)
  }

  struct Instruction: Hashable, Sendable {
    var operation: Operation
    /// Slots of the operands; 0 where there is none.
    var left = 0
    var right = 0
  }

  let instructions: [Instruction]
  /// Whether a slot depends on a parameter: only these have derivatives.
  let isActive: [Bool]
  /// Slot of each parameter, nil where the formula does not have it.
  let parameterSlots: [Int?]
  package let parameters: [String]
  package let variables: [String]

  /// Equal parts of the formula become one slot.
  ///
  /// - Precondition: all names in the expression are among `parameters` or `variables`.
  package init(_ expression: Expression, parameters: [String], variables: [String]) {
    var builder = TapeBuilder(parameters: parameters, variables: variables)
    _ = builder.slot(expression)
    instructions = builder.instructions
    isActive = builder.isActive
    parameterSlots = parameters.indices.map { index in
      builder.instructions.firstIndex { $0.operation == .parameter(index) }
    }
    self.parameters = parameters
    self.variables = variables
  }
}

private struct TapeBuilder {
  let parameters: [String]
  let variables: [String]
  var instructions: [Tape.Instruction] = []
  var isActive: [Bool] = []
  private var places: [Tape.Instruction: Int] = [:]

  init(parameters: [String], variables: [String]) {
    self.parameters = parameters
    self.variables = variables
  }

  mutating func slot(_ expression: Expression) -> Int {
    switch expression {
    case .number(let value): return place(.init(operation: .constant(value)))
    case .name(let name):
      if let index = parameters.firstIndex(of: name) {
        return place(.init(operation: .parameter(index)))
      }
      guard let index = variables.firstIndex(of: name) else {
        preconditionFailure("the name \(name) is neither a parameter nor a variable")
      }
      return place(.init(operation: .variable(index)))
    case .negated(let inner):
      let operand = slot(inner)
      if let value = constant(operand) { return place(.init(operation: .constant(-value))) }
      return place(.init(operation: .negate, left: operand))
    case .call(let function, let inner):
      return place(.init(operation: .function(function), left: slot(inner)))
    case .binary(let operation, let left, let right):
      let leftSlot = slot(left)
      let rightSlot = slot(right)
      return binary(operation, leftSlot, rightSlot)
    }
  }

  private mutating func binary(
    _ operation: Expression.BinaryOperation, _ left: Int, _ right: Int
  ) -> Int {
    switch operation {
    case .add: return place(.init(operation: .add, left: left, right: right))
    case .subtract: return place(.init(operation: .subtract, left: left, right: right))
    case .multiply: return place(.init(operation: .multiply, left: left, right: right))
    case .divide: return place(.init(operation: .divide, left: left, right: right))
    case .smaller: return place(.init(operation: .smaller, left: left, right: right))
    case .larger: return place(.init(operation: .larger, left: left, right: right))
    case .power:
      if let value = constant(right), let exponent = Int(exactly: value), abs(exponent) <= 64 {
        return place(.init(operation: .integerPower(exponent), left: left))
      }
      return place(.init(operation: .power, left: left, right: right))
    }
  }

  private func constant(_ slot: Int) -> Double? {
    if case .constant(let value) = instructions[slot].operation { return value }
    return nil
  }

  private mutating func place(_ instruction: Tape.Instruction) -> Int {
    if let known = places[instruction] { return known }
    let slot = instructions.count
    places[instruction] = slot
    instructions.append(instruction)
    let active: Bool
    switch instruction.operation {
    case .constant, .variable: active = false
    case .parameter: active = true
    case .negate, .integerPower, .function: active = isActive[instruction.left]
    case .add, .subtract, .multiply, .divide, .power, .smaller, .larger:
      active = isActive[instruction.left] || isActive[instruction.right]
    }
    isActive.append(active)
    return slot
  }
}
