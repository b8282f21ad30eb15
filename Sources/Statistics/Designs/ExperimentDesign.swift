import Base

/// Plans of experiments in coded units: rows of runs, one number for each factor.
package enum ExperimentDesign {
  /// Every combination of levels, the last factor fastest; levels are numbered from 0.
  package static func factorial(levels: [Int]) -> [[Int]] {
    levels.reduce([[]]) { rows, count in
      rows.flatMap { row in (0..<count).map { row + [$0] } }
    }
  }

  /// Two levels (-1, 1) of each factor, the first one fastest (Yates' order).
  package static func twoLevel(_ factors: Int) -> [[Double]] {
    (0..<(1 << factors)).map { run in
      (0..<factors).map { run >> $0 & 1 == 1 ? 1.0 : -1 }
    }
  }

  /// A fraction of the two-level plan: the factors beyond the base are products of base factors
  /// [Box, Hunter 1961, Technometrics 3(3)].
  ///
  /// - Parameters:
  ///   - base: how many factors vary freely; they are called A, B, C …
  ///   - generators: for each further factor the letters that it is the product of, such as `ABC`, with
  ///     a minus sign in front to turn it round.
  package static func fractional(base: Int, generators: [String]) throws(KilnError) -> [[Double]] {
    let products = try generators.map { text throws(KilnError) -> (sign: Double, factors: [Int]) in
      let letters = text.uppercased().filter { $0 != "-" && $0 != "+" }
      let factors = letters.unicodeScalars.map { Int($0.value) - 65 }
      guard factors.count >= 2, factors.allSatisfy({ (0..<base).contains($0) }),
        Set(factors).count == factors.count
      else {
        throw KilnError(
          .taskFailed, "the generator `\(text)` is no product of the \(base) base factors",
          fix: "write letters from A on, such as `ABC`")
      }
      return (text.hasPrefix("-") ? -1 : 1, factors)
    }
    return twoLevel(base).map { run in
      run + products.map { product in product.factors.reduce(product.sign) { $0 * run[$1] } }
    }
  }

  /// The shortest word of the defining relation: two factors' effects of that length are mixed up.
  package static func resolution(base: Int, generators: [String]) -> Int {
    let words = generators.enumerated().map { index, text in
      text.uppercased().unicodeScalars.filter { (65..<91).contains($0.value) }
        .reduce(1 << (base + index)) { $0 ^ (1 << (Int($1.value) - 65)) }
    }
    var shortest = Int.max
    for choice in 1..<max(2, 1 << words.count) where !words.isEmpty {
      var word = 0
      for (index, other) in words.enumerated() where choice >> index & 1 == 1 { word ^= other }
      shortest = min(shortest, word.nonzeroBitCount)
    }
    return shortest == Int.max ? 0 : shortest
  }

  package enum Axial: String, Sendable, CaseIterable {
    /// Equal prediction variance at equal distance: the fourth root of the number of corners.
    case rotatable
    /// On the faces of the cube.
    case faced
    /// On the sphere through the corners.
    case spherical
  }

  /// Corners, axial points and centre points for a quadratic surface
  /// [Box, Wilson 1951, J. Royal Stat. Soc. B 13].
  package static func centralComposite(
    _ factors: Int, axial: Axial, centrePoints: Int
  ) -> [[Double]] {
    let corners = twoLevel(factors)
    let distance =
      switch axial {
      case .rotatable: Double(corners.count).squareRoot().squareRoot()
      case .faced: 1.0
      case .spherical: Double(factors).squareRoot()
      }
    var rows = corners
    for factor in 0..<factors {
      for sign in [-1.0, 1] {
        var row = [Double](repeating: 0, count: factors)
        row[factor] = sign * distance
        rows.append(row)
      }
    }
    return rows
      + [[Double]](
        repeating: [Double](repeating: 0, count: factors), count: centrePoints)
  }

  /// A Latin hypercube in the unit cube: each factor has one run in each of `runs` equal parts
  /// [McKay, Beckman, Conover 1979, Technometrics 21(2)].
  ///
  /// - Parameter isCentred: whether runs stand in the middle of their parts or anywhere in them.
  package static func latinHypercube(
    runs: Int, factors: Int, isCentred: Bool, seed: UInt64
  ) -> [[Double]] {
    var random = SplitMix64(seed: seed)
    var rows = [[Double]](repeating: [], count: runs)
    for _ in 0..<factors {
      var order = Array(0..<runs)
      order.shuffle(using: &random)
      for (row, part) in order.enumerated() {
        let place = isCentred ? 0.5 : Double.random(in: 0..<1, using: &random)
        rows[row].append((Double(part) + place) / Double(runs))
      }
    }
    return rows
  }

  /// Points of Sobol's sequence in the unit cube, from the given place on.
  ///
  /// Direction numbers of Joe and Kuo (new-joe-kuo-6.21201) [Joe, Kuo 2008, SIAM J. Sci. Comput.
  /// 30(5)]; Gray-code order [Antonov, Saleev 1979]. At most ``sobolFactorsMax`` factors.
  package static func sobol(runs: Int, factors: Int, from start: Int = 0) -> [[Double]] {
    precondition(factors >= 1 && factors <= sobolFactorsMax, "direction numbers are missing")
    let directions = (0..<factors).map(directions)
    return (start..<(start + runs)).map { index in
      let gray = index ^ (index >> 1)
      return directions.map { numbers in
        var value: UInt32 = 0
        for bit in 0..<32 where gray >> bit & 1 == 1 { value ^= numbers[bit] }
        return Double(value) * 0x1p-32
      }
    }
  }

  package static var sobolFactorsMax: Int { primitives.count + 1 }

  /// Degree and coefficients of the primitive polynomial, and the first odd numbers, of factors 2, 3 …
  private static let primitives: [(degree: Int, coefficients: Int, first: [UInt32])] = [
    (1, 0, [1]), (2, 1, [1, 3]), (3, 1, [1, 3, 1]), (3, 2, [1, 1, 1]), (4, 1, [1, 1, 3, 3]),
    (4, 4, [1, 3, 5, 13]), (5, 2, [1, 1, 5, 5, 17]), (5, 4, [1, 1, 5, 5, 5]),
    (5, 7, [1, 1, 7, 11, 19]), (5, 11, [1, 1, 5, 1, 1]), (5, 13, [1, 1, 1, 3, 11]),
    (5, 14, [1, 3, 5, 5, 31]), (6, 1, [1, 3, 3, 9, 7, 49]), (6, 13, [1, 1, 1, 15, 21, 21]),
    (6, 16, [1, 3, 1, 13, 27, 49]), (6, 19, [1, 1, 1, 15, 7, 5]), (6, 22, [1, 3, 1, 15, 13, 25]),
    (6, 25, [1, 1, 5, 5, 19, 61]), (7, 1, [1, 3, 7, 11, 23, 15, 103]),
    (7, 4, [1, 3, 7, 13, 13, 15, 69]),
  ]

  private static func directions(_ factor: Int) -> [UInt32] {
    guard factor > 0 else { return (0..<32).map { 1 << (31 - UInt32($0)) } }
    let (degree, coefficients, first) = primitives[factor - 1]
    var numbers = first.enumerated().map { $1 << (31 - UInt32($0)) }
    while numbers.count < 32 {
      let place = numbers.count
      var value = numbers[place - degree] ^ (numbers[place - degree] >> UInt32(degree))
      for step in 1..<max(1, degree) where coefficients >> (degree - 1 - step) & 1 == 1 {
        value ^= numbers[place - step]
      }
      numbers.append(value)
    }
    return numbers
  }
}
