/// The table of a harmonic response, in the layout of CalculiX's `.dat`.
extension DatWriter {
  /// How much each mode takes part in the response at a frequency.
  mutating func writeHarmonicFactors(
    _ step: Step, _ frequency: Double, _ model: ModalModel, _ amplitudes: ComplexVector
  ) throws {
    try showStep(step.number)
    output.put("P A R T I C I P A T I O N   F A C T O R S   F O R   F R E Q U E N C Y   ")
    try output.text(Self.fortranE20(frequency))
    output.put("\n\n MODE NO    FREQUENCY               FACTOR\n")
    output.put("           (CYCLES/TIME)      REAL        IMAGINARY\n\n")
    for mode in 0..<model.count {
      try output.beginLine()
      output.integer(mode + 1, width: 7)
      for value in [
        model.omegas[mode] / (2 * .pi), amplitudes.real[mode], amplitudes.imaginary[mode],
      ] {
        output.spaces(1)
        try output.text(Self.fortranE14(value))
      }
      output.newline()
    }
  }

  /// Fortran's `E20.13`: `  0.1200000000000E+05`.
  private static func fortranE20(_ value: Double) -> String {
    let (digits, exponent) = DecimalDigits.rounded(value.magnitude, decimals: 12)
    let padded = String(repeating: "0", count: max(13 - String(digits).count, 0)) + String(digits)
    let shown = digits == 0 ? 0 : exponent + 1
    let size = String(shown.magnitude)
    return (value < 0 ? "-" : " ") + "0." + padded + "E" + (shown < 0 ? "-" : "+")
      + (size.count < 2 ? "0" + size : size)
  }
}
