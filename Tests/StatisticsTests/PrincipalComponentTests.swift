import Base
import LinearAlgebra
import TestSupport
import Testing

@testable import Statistics

@Suite("principal components") struct PrincipalComponentTests {
  /// What the references ask of variances, relative.
  static let variances = 1e-10

  static func model(
    _ columns: [[Double]], _ preparation: PrincipalComponents.Preparation,
    _ wish: PrincipalComponents.Wish, _ method: PrincipalComponents.Method
  ) throws -> PrincipalComponents {
    let table = PublishedTable.matrix(columns)
    switch method {
    case .covariance:
      var gathered = CovarianceAccumulator(columns: columns.count)
      for start in stride(from: 0, to: table.rows, by: 100) {
        gathered.add(
          table.view.part(start..<min(start + 100, table.rows), 0..<columns.count))
      }
      return try PrincipalComponents(gathered, preparation, keeping: wish)
    case .orthogonal:
      var gathered = CovarianceAccumulator(columns: columns.count)
      let copy = DenseMatrix(table.view)
      gathered.add(copy.view)
      let first = try PrincipalComponents(gathered, preparation, keeping: wish)
      let factor = TriangularFactor(order: columns.count)
      PrincipalComponents.prepare(table.view, (first.means, first.factors))
      factor.eliminate(table.view)
      return try PrincipalComponents(
        factor, rows: table.rows, prepared: (first.means, first.factors), keeping: wish)
    case .singular:
      return try PrincipalComponents(
        overwriting: table.view, preparation, keeping: wish)
    }
  }

  @Test(
    "of two columns are those of the closed form", arguments: PrincipalComponents.Method.allCases)
  func closedForm(_ method: PrincipalComponents.Method) throws {
    // Covariance [[5/2, 2], [2, 5/2]] up to 4/3: variances in the ratio of 9 to 1 along the diagonals.
    let columns = [[1.0, 2, -1, -2].map { $0 + 1e6 }, [2.0, 1, -2, -1].map { $0 - 5e5 }]
    let model = try Self.model(columns, .init(scaling: .centre), .number(2), method)
    #expect(relativeDifference(model.variances, [6, 2.0 / 3]) < 1e-9)
    let half = 0.5.squareRoot()
    #expect(relativeDifference(model.loadings.map(abs), [half, half, half, half]) < 1e-9)
    #expect(model.loadings[0] > 0 && model.loadings[1] > 0)
    #expect(relativeDifference(model.means, [1e6, -5e5]) < 1e-15)
  }

  @Test(
    "of arrests have the deviations and loadings of R's prcomp (skipped where the data is missing)",
    .enabled(if: PublishedTable.areThere), arguments: PrincipalComponents.Method.allCases)
  func arrests(_ method: PrincipalComponents.Method) throws {
    let columns = try PublishedTable.columns("multivariate/USArrests.csv")
    let model = try Self.model(columns, .init(scaling: .standardise), .number(4), method)
    let deviations = try PublishedTable.columns("multivariate/USArrests.prcomp_scaled_sdev.csv")[0]
    let difference = relativeDifference(model.variances.map { $0.squareRoot() }, deviations)
    #expect(difference < Self.variances)
    let loadings = try PublishedTable.columns("multivariate/USArrests.prcomp_scaled_loadings.csv")
    #expect(
      relativeDifference(model.loadings.map(abs), loadings.flatMap { $0 }.map(abs)) < 1e-8)
    recordVerification(
      "data.pca", "USArrests by \(method.rawValue)", source: "R 4.2.2 prcomp(scale. = TRUE)",
      measure: "largest relative difference of a deviation", value: difference,
      granted: Self.variances)
  }

  @Test(
    "of iris have the variances, T² and SPE of the reference (skipped where the data is missing)",
    .enabled(if: PublishedTable.areThere))
  func iris() throws {
    let columns = Array(try PublishedTable.columns("ml/iris.csv").dropFirst())
    let model = try Self.model(
      columns, .init(scaling: .standardise, isPopulation: true), .number(2), .covariance)
    let expected = try PublishedTable.list("pca_explained_variance", in: "ml/iris.json")
    let difference = relativeDifference(model.variances, expected)
    #expect(difference < Self.variances)
    let monitor = ProcessMonitor(model)
    let table = PublishedTable.matrix(columns)
    monitor.take(table.view)
    let t2 = monitor.statistics.t2.copy(first: 10)
    let spe = monitor.statistics.spe.copy(first: 10)
    let wantedT2 = try PublishedTable.list("hotelling_t2_2pc_first10", in: "ml/iris.json")
    let wantedSPE = try PublishedTable.list("spe_q_2pc_first10", in: "ml/iris.json")
    #expect(relativeDifference(t2, wantedT2) < 1e-9)
    #expect(relativeDifference(spe, wantedSPE) < 1e-9)
    recordVerification(
      "data.pca", "iris, T² and SPE of two components", source: "NumPy and scikit-learn 1.9.1",
      measure: "largest relative difference",
      value: max(relativeDifference(t2, wantedT2), relativeDifference(spe, wantedSPE)),
      granted: 1e-9)
  }

  @Test(
    "of a field weighted by latitude are the reference's (skipped where the data is missing)",
    .enabled(if: PublishedTable.areThere))
  func field() throws {
    let columns = try PublishedTable.columns("meteorology/field_360x1000.csv")
    let latitudes = (0..<columns.count).map { -60 + 120 * Double($0 % 25) / 24 }
    let weights = latitudes.map { ($0 * .pi / 180).cosine.squareRoot() }
    let model = try Self.model(
      columns, .init(scaling: .centre, weights: weights), .number(3), .singular)
    let expected = try PublishedTable.list(
      "eigenvalues_first6", in: "meteorology/field_360x1000.json")
    let difference = relativeDifference(Array(model.variances.prefix(6)), expected)
    #expect(difference < 1e-9)
    recordVerification(
      "data.pca", "field of 360 x 1000, weighted by latitude",
      source: "NumPy SVD; eofs 2.0.0 weights",
      measure: "largest relative difference of a variance", value: difference, granted: 1e-9)
  }

  @Test(
    "of digits are the singular values (skipped where the data is missing)",
    .enabled(if: PublishedTable.areThere))
  func digits() throws {
    let columns = Array(try PublishedTable.columns("ml/digits_first900.csv").dropFirst())
    let model = try Self.model(columns, .init(scaling: .centre), .number(10), .covariance)
    let expected = try PublishedTable.list("singular_values", in: "ml/digits_first900.json")
    let values = model.variances.prefix(10).map { ($0 * Double(model.rows - 1)).squareRoot() }
    #expect(relativeDifference(values, Array(expected.prefix(10))) < Self.variances)
  }

  @Test("agree between covariance, QR and singular values")
  func methods() throws {
    var random = SplitMix64(seed: 5)
    var columns: [[Double]] = []
    for column in 0..<12 {
      let width = Double(column)
      columns.append(
        (0..<300).map { row in
          let wave: Double = (Double(row * (column % 3)) * 0.1).cosine
          return 100 + width * (random.unit() - 0.5) + 3 * wave
        })
    }
    let models = try PrincipalComponents.Method.allCases.map {
      try Self.model(columns, .init(scaling: .centre), .share(0.9), $0)
    }
    for other in models.dropFirst() {
      #expect(other.components == models[0].components)
      #expect(relativeDifference(other.variances, models[0].variances) < 1e-9)
      #expect(relativeDifference(other.loadings, models[0].loadings) < 1e-6)
    }
  }

  @Test("say when covariances have lost the digits of small variances")
  func flag() throws {
    let rising = (0..<50).map { Double($0) }
    let columns = [rising, rising.map { $0 + 1e-6 * $0.remainder(dividingBy: 3) }]
    let model = try Self.model(columns, .init(scaling: .centre), .number(2), .covariance)
    #expect(!model.isCovarianceExact)
    let one = try Self.model(columns, .init(scaling: .centre), .number(1), .covariance)
    #expect(one.isCovarianceExact)
  }

  @Test("explain T² by contributions that add up to it")
  func contributions() throws {
    var random = SplitMix64(seed: 9)
    let columns = (0..<6).map { _ in (0..<100).map { _ in random.unit() } }
    let model = try Self.model(columns, .init(scaling: .standardise), .number(3), .covariance)
    let monitor = ProcessMonitor(model)
    let table = PublishedTable.matrix(columns)
    monitor.take(table.view)
    for row in [0, 50, 99] {
      let scores = (0..<3).map { monitor.scores.view[row, $0] }
      let shares = monitor.contributions(scores: scores, residual: monitor.residual(row))
      #expect(abs(shares.reduce(0, +) / monitor.statistics.t2[row] - 1) < 1e-10)
      let squares = monitor.residual(row).reduce(0) { $0 + $1 * $1 }
      #expect(abs(squares - monitor.statistics.spe[row]) < 1e-12)
    }
  }

  @Test("have limits that as many rows keep as asked for")
  func limits() throws {
    var random = SplitMix64(seed: 1)
    func normal() -> Double { NormalDistribution().quantile(random.unit() * 0.999998 + 1e-6) }
    let columns = (0..<8).map { column in
      (0..<20000).map { _ in normal() * (1 + Double(column)) }
    }
    let model = try Self.model(columns, .init(scaling: .centre), .number(3), .covariance)
    let limits = MonitorLimits(model, confidence: 0.99)
    let monitor = ProcessMonitor(model)
    var counts = (t2: 0, spe: 0)
    let table = PublishedTable.matrix(columns)
    for start in stride(from: 0, to: 20000, by: 500) {
      monitor.take(table.view.part(start..<(start + 500), 0..<8))
      for row in 0..<500 {
        if monitor.statistics.t2[row] > limits.t2 { counts.t2 += 1 }
        if monitor.statistics.spe[row] > limits.spe { counts.spe += 1 }
      }
    }
    // One percent of 20000, give or take four deviations of a binomial count.
    #expect(abs(counts.t2 - 200) < 57)
    #expect(abs(counts.spe - 200) < 57)
    // For many rows T² is χ² with as many degrees as components.
    #expect(abs(limits.t2 / ChiSquareDistribution(degrees: 3).upperQuantile(0.01) - 1) < 0.002)
  }
}
