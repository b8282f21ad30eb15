/// The tables of eigenvalues, in the layout of CalculiX's `.dat`.
extension DatWriter {
  /// `S T E P` and its number.
  package mutating func writeStepHeading(_ step: Int) throws {
    try output.beginLine()
    output.newline()
    output.spaces(24)
    output.put("S T E P")
    output.integer(step, width: 8)
    output.put("\n\n")
  }

  /// Eigenvalues and frequencies of vibration, participation factors and effective masses.
  package mutating func writeVibration(
    _ step: Int, _ request: FrequencyRequest, _ eigenvalues: [Double],
    _ participation: Participation
  ) throws {
    try writeStepHeading(step)
    try title("E I G E N V A L U E   O U T P U T")
    output.put(" MODE NO    EIGENVALUE                       FREQUENCY   \n")
    output.put("                                     REAL PART            IMAGINARY PART\n")
    output.put("                           (RAD/TIME)      (CYCLES/TIME     (RAD/TIME)\n\n")
    for (mode, value) in eigenvalues.enumerated() where request.contains(value) {
      let circular = abs(value).squareRoot()
      try row(
        mode + 1,
        value < 0 ? [value, 0, 0, circular] : [value, circular, circular / (2 * .pi), 0])
    }
    try title("P A R T I C I P A T I O N   F A C T O R S")
    try columns("MODE NO.")
    for (mode, factors) in participation.factors.enumerated() { try row(mode + 1, factors) }
    try title("E F F E C T I V E   M O D A L   M A S S")
    try columns("MODE NO.")
    for (mode, masses) in participation.effectiveMass.enumerated() { try row(mode + 1, masses) }
    try row("TOTAL  ", participation.effectiveTotals)
    try title("T O T A L   E F F E C T I V E   M A S S")
    try columns("        ")
    try row("       ", participation.totalMass)
    output.newline()
    try title("F R A C T I O N   O F   T O T A L S")
    try columns("        ")
    try row("       ", participation.fractions)
    output.newline()
  }

  /// The load factors of buckling.
  package mutating func writeBuckling(_ factors: [Double]) throws {
    try title("B U C K L I N G   F A C T O R   O U T P U T")
    output.put(" MODE NO       BUCKLING\n                FACTOR\n\n")
    for (mode, factor) in factors.enumerated() { try row(mode + 1, [factor]) }
  }

  /// The heading of what a mode prints.
  mutating func writeModeHeading(_ number: Int) throws {
    try output.beginLine()
    output.newline()
    output.spaces(20)
    output.put("E I G E N V A L U E    N U M B E R ")
    output.integer(number, width: 5)
    output.put("\n\n")
  }

  private mutating func columns(_ first: StaticString) throws {
    try output.beginLine()
    output.put(first)
    for name: StaticString in [
      "   X-COMPONENT  ", "   Y-COMPONENT  ", "   Z-COMPONENT  ", "   X-ROTATION   ",
      "   Y-ROTATION   ", "   Z-ROTATION\n\n",
    ] {
      output.put(name)
    }
  }

  private mutating func title(_ text: StaticString) throws {
    try output.beginLine()
    output.put("\n     ")
    output.put(text)
    output.put("\n\n")
  }

  private mutating func row(_ mode: Int, _ values: [Double]) throws {
    try output.beginLine()
    output.integer(mode, width: 7)
    try numbers(values)
  }

  private mutating func row(_ label: StaticString, _ values: [Double]) throws {
    try output.beginLine()
    output.put(label)
    try numbers(values)
  }

  private mutating func numbers(_ values: [Double]) throws {
    for value in values {
      output.spaces(2)
      try output.text(Self.fortranE14(value))
    }
    output.newline()
  }
}
