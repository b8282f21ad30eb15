import Base
import Signals

/// The parameters of `signal.fatigue`, checked against each other.
struct FatigueOptions {
  let rule: RainflowRule
  let residue: ResidueRule
  let gate: Double
  let scale: Double
  let repeats: Double
  let equivalentCycles: Double
  let tally: CycleTally.Options

  init(_ context: KernelContext) throws(KilnError) {
    guard let rule = RainflowRule(rawValue: try context.text("rule")),
      let residue = ResidueRule(rawValue: try context.text("residue")),
      let miner = SNCurve.Miner(rawValue: try context.text("miner"))
    else { throw KilnError(.taskFailed, "a choice of `rule`, `residue` or `miner` is unknown") }
    self.rule = rule
    self.residue = residue
    scale = try context.number("scale")
    gate = try context.number("gate") / scale
    repeats = try context.number("repeats")
    equivalentCycles = try context.number("equivalent_cycles")
    let knee = try context.number("knee_amplitude")
    let curve =
      knee > 0
      ? SNCurve(
        slope: try context.number("slope"), kneeCycles: try context.number("knee_cycles"),
        kneeAmplitude: knee, miner: miner) : nil
    let width = try context.number("class_width")
    tally = CycleTally.Options(
      correction: try Self.correction(context), curve: curve,
      exponents: try Self.exponents(context), scale: scale, classes: try context.integer("classes"),
      classWidth: width > 0 ? width : nil)
  }

  private static func exponents(_ context: KernelContext) throws(KilnError) -> [Double] {
    var exponents: [Double] = []
    for item in try context.list("exponents") {
      guard let number = Double(item), number >= 1, number <= 60 else {
        throw KilnError(
          .taskFailed, "`exponents` has `\(item)`, which is no number from 1 to 60",
          fix: "write for example `exponents: 3, 5, 10`")
      }
      exponents.append(number)
    }
    return exponents
  }

  private static func correction(_ context: KernelContext) throws(KilnError) -> MeanCorrection {
    let name = try context.text("mean")
    let strength = try context.number("tensile_strength")
    switch name {
    case "none": return .none
    case "fkm": return .fkm(sensitivity: try context.number("sensitivity"))
    case _ where strength <= 0:
      throw KilnError(
        .taskFailed, "`mean: \(name)` needs the tensile strength",
        fix: "add `tensile_strength`, in the unit of the stress")
    case "goodman": return .goodman(strength: strength)
    case _: return .gerber(strength: strength)
    }
  }

  /// How the loops were counted, in words for the summary and the figure.
  var convention: String {
    let rule =
      switch self.rule {
      case .threePoint: "ASTM E1049 three-point rainflow"
      case .fourPoint: "four-point rainflow"
      }
    let residue =
      switch self.residue {
      case .repeat: "recording repeated"
      case .half: "residue as half cycles"
      case .ignore: "residue ignored"
      }
    return "\(rule), \(residue), \(gate > 0 ? "gate \(short(gate * scale))" : "no gate")"
  }

  /// The Wöhler line and the correction, in words.
  var strength: String? {
    guard let curve = tally.curve else { return nil }
    let correction =
      switch tally.correction {
      case .none: "no mean correction"
      case .goodman(let strength): "Goodman with R_m = \(short(strength))"
      case .gerber(let strength): "Gerber with R_m = \(short(strength))"
      case .fkm(let sensitivity): "FKM with M = \(sensitivity)"
      }
    return
      "Miner \(curve.miner.rawValue), k = \(short(curve.slope)), S_D = \(short(curve.kneeAmplitude)) at "
      + "N_D = \(short(curve.kneeCycles)), \(correction)"
  }
}
