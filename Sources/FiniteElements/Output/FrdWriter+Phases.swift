/// Sizes and phase angles in degrees of harmonic responses (`PU` and `PHS`).
extension FrdWriter {
  /// Writes what a step asks for once both parts of the response are there.
  mutating func writePhases(_ frame: Frame, _ nodal: NodalFields) throws {
    guard case .harmonic(let isImaginary) = frame.kind else { return }
    guard isImaginary else {
      realStress = frame.step.elementFile.contains(.phase) ? nodal.stress : []
      return
    }
    // The block belongs to both parts, not to the imaginary one.
    var whole = frame
    whole.kind = .periodic
    if frame.step.nodeFile.contains(.phase) {
      show(frame.step.nodeFileNodes)
      try beginBlock(whole, "PDISP", components: 6)
      for (place, name) in ["MAG1", "MAG2", "MAG3", "PHA1", "PHA2", "PHA3"].enumerated() {
        try component(name, 12, place + 1, 0)
      }
      let layering = deck.layering
      try writePhases(
        layering?.extended(frame.otherPart, components: 3) ?? frame.otherPart,
        layering?.extended(frame.displacements, components: 3) ?? frame.displacements, [0, 1, 2])
    }
    guard !realStress.isEmpty else { return }
    show(frame.step.elementFileNodes)
    try beginBlock(whole, "PSTRESS", components: 12)
    for kind in ["MAG", "PHA"] {
      for (suffix, a, b) in Self.tensorComponents { try component(kind + suffix, 14, a, b) }
    }
    try writePhases(realStress, nodal.stress, Self.tensorOrder)
  }

  /// Rows of sizes, then phases.
  ///
  /// - Parameter order: in which the components of `real` and `imaginary` are written.
  private mutating func writePhases(
    _ real: [Double], _ imaginary: [Double], _ order: [Int]
  ) throws {
    let count = order.count
    let pairs = zip(real, imaginary).map(HarmonicValue.init)
    let values = (0..<(real.count / count)).flatMap { node in
      let own = order.map { pairs[count * node + $0] }
      return own.map(\.size) + own.map(\.degrees)
    }
    try writeRows(values, stride: 2 * count, order: Array(0..<(2 * count)))
  }
}
