import Base
import Formats

/// A part on a moving base that answers in one mode: the stress of a steady acceleration, amplified by
/// 1/√((1 − r²)² + (2ζr)²) with r the frequency over the mode's.
struct ModalResponse {
  /// Of the mode with the largest effective mass in the direction of the motion.
  let frequencyHz: Double
  let damping: Double
  /// That mass over the model's; 0 where the summary tells none.
  let massShare: Double

  /// Nil where the input `modes` is left out.
  init?(_ context: KernelContext) throws(KilnError) {
    guard let path = try context.inputIfPresent("modes") else { return nil }
    let document = try JSONValue(parsing: try SolverRun.content(path), path: path)
    guard let modes = document["modes"]?.items, !modes.isEmpty else {
      throw KilnError(
        .invalidFile, "`modes` has no frequencies",
        fix: "give the summary.json of a `fe.solve` job whose deck has *FREQUENCY")
    }
    let directions = ["x", "y", "z"]
    let direction = directions.firstIndex(of: try context.text("direction")) ?? 2
    let masses = modes.map { $0["effective_mass"]?.items?[direction].number ?? 0 }
    let strongest = masses.indices.max { masses[$0] < masses[$1] } ?? 0
    guard let frequency = modes[strongest]["frequency_Hz"]?.number, frequency > 0 else {
      throw KilnError(.invalidFile, "mode \(strongest + 1) of `modes` has no positive frequency")
    }
    frequencyHz = frequency
    damping = try context.number("damping")
    let total = document["mass"]?.number ?? 0
    massShare = total > 0 ? masses[strongest] / total : 0
  }

  /// The density of the response to a density of the base's acceleration.
  func applied(to density: [Double], at frequency: [Double]) -> [Double] {
    zip(density, frequency).map { density, hertz in
      let ratio = hertz / frequencyHz
      let stiffness = 1 - ratio * ratio
      let loss = 2 * damping * ratio
      return density / (stiffness * stiffness + loss * loss)
    }
  }
}
