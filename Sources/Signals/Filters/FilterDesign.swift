import Glibc

/// The frequencies that a filter lets pass, as shares of the sampling rate's half (0 to 1).
package enum FilterBand: Hashable, Sendable {
  case lowPass(Double)
  case highPass(Double)
  case bandPass(Double, Double)
  case bandStop(Double, Double)

  package var edges: [Double] {
    switch self {
    case .lowPass(let edge), .highPass(let edge): [edge]
    case .bandPass(let low, let high), .bandStop(let low, let high): [low, high]
    }
  }

  /// Whether all edges lie between zero and the Nyquist frequency and rise.
  package var isPossible: Bool {
    let all = [0] + edges + [1]
    return zip(all, all.dropFirst()).allSatisfy { $0 < $1 }
  }
}

extension FilterFamily {
  /// The digital filter: edges are bent beforehand, so that the bilinear transform puts them where they
  /// belong. Band filters have twice `order` poles.
  package func digital(order: Int, _ band: FilterBand) -> ZerosPolesGain {
    precondition(band.isPossible, "edges lie between zero and the Nyquist frequency and rise")
    // At a rate of two, shares of its half are frequencies.
    let rate = 2.0
    let bent = band.edges.map { 2 * rate * tan(.pi * $0 / rate) }
    let analog = prototype(order: order)
    switch band {
    case .lowPass: return analog.lowPass(bent[0]).bilinear(rate: rate)
    case .highPass: return analog.highPass(bent[0]).bilinear(rate: rate)
    case .bandPass:
      return analog.bandPass(centre: (bent[0] * bent[1]).squareRoot(), width: bent[1] - bent[0])
        .bilinear(rate: rate)
    case .bandStop:
      return analog.bandStop(centre: (bent[0] * bent[1]).squareRoot(), width: bent[1] - bent[0])
        .bilinear(rate: rate)
    }
  }
}
