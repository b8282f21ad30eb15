import JobModel

/// A number for eyes, by default with six significant digits; exact forms are a flag away.
func spell(_ number: Double, digits: Int = 6) -> String {
  guard number.isFinite, number != 0, number != number.rounded() || abs(number) >= 1e9 else {
    return Value.spell(number)
  }
  let exponent = decimalExponent(abs(number))
  guard exponent < -4 || exponent >= 9 else {
    return Value.spell(rounded(number, decimals: max(0, digits - 1 - exponent)))
  }
  // In two steps, so that neither factor leaves the range of a Double.
  let half = exponent / 2
  let mantissa = rounded(number / power(half) / power(exponent - half), decimals: digits - 1)
  return abs(mantissa) >= 10
    ? "\(Value.spell(mantissa / 10))e\(exponent + 1)" : "\(Value.spell(mantissa))e\(exponent)"
}

/// - Precondition: positive and finite.
private func decimalExponent(_ number: Double) -> Int {
  var exponent = 0
  var rest = number
  while rest >= 10 {
    rest /= 10
    exponent += 1
  }
  while rest < 1 {
    rest *= 10
    exponent -= 1
  }
  return exponent
}

private func power(_ exponent: Int) -> Double {
  var value = 1.0
  for _ in 0..<abs(exponent) { value *= 10 }
  return exponent < 0 ? 1 / value : value
}

private func rounded(_ number: Double, decimals: Int) -> Double {
  let factor = power(decimals)
  return (number * factor).rounded() / factor
}
