import Base
import JobModel

extension Seconds {
  /// Reads `90`, `90s`, `1.5 min`, `2h`; nil for anything else, and for negative spans.
  init?(spelling text: String) {
    let (number, unit) = splitQuantity(text)
    guard let number = Double(number), number.isFinite, number >= 0 else { return nil }
    guard let value = UnitSystem.toSI(number, unit: unit.isEmpty ? "s" : unit, dimension: "time")
    else { return nil }
    self.init(value)
  }
}

extension ByteCount {
  /// Reads `512MiB`, `4 GiB`, `2GB`; nil for anything else, and without a unit.
  init?(spelling text: String) {
    let (number, unit) = splitQuantity(text)
    let factors = [
      "B": 1, "KiB": 1024, "MiB": 1_048_576, "GiB": 1_073_741_824, "TiB": 1_099_511_627_776,
      "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
    ]
    guard let number = Double(number), let factor = factors[unit], number >= 0,
      number * factor < 9e18
    else { return nil }
    self.init(Int64((number * factor).rounded()))
  }
}

private func splitQuantity(_ text: String) -> (number: String, unit: String) {
  let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-" || $0 == "+") }
  let unit = text[digits.endIndex...].drop { $0 == " " }
  return (String(digits), String(unit))
}
