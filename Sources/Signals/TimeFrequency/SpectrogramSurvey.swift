import Glibc
import LinearAlgebra

/// What is kept of a spectrogram that may be longer than memory: its mean, its largest value, the line
/// through its ridge, and a picture of bounded size.
package struct SpectrogramSurvey: ~Copyable {
  package private(set) var frames = 0
  package private(set) var peak = (frequency: 0.0, time: 0.0, value: -1.0)

  private let scale: SpectralScale
  private let band: Range<Int>
  private let sums: Buffer<Double>
  private var powerSum = 0.0
  private var ridge = LineFit()
  /// The picture: columns of the largest values of `perColumn` frames, rows of `perRow` bins.
  private let picture: Buffer<Double>
  private let perRow: Int
  package let rows: Int
  private var perColumn = 1
  private var inColumn = 0
  private var filled = 0

  private static let columnsMax = 800
  private static let rowsMax = 400

  /// - Parameter band: bins of the ridge and of the rms, at least one.
  package init(_ scale: SpectralScale, band: Range<Int>) {
    precondition(!band.isEmpty, "a band has frequencies")
    self.scale = scale
    self.band = band
    sums = Buffer(repeating: 0, count: scale.bins)
    perRow = (scale.bins + Self.rowsMax - 1) / Self.rowsMax
    rows = (scale.bins + perRow - 1) / perRow
    picture = Buffer(repeating: 0, count: rows * Self.columnsMax)
  }

  /// Adds the density of the next segment.
  ///
  /// - Returns: the strongest frequency and the rms in the band.
  package mutating func add(
    _ density: View<Double>, at time: Double
  ) -> (frequency: Double, rms: Double) {
    let sums = sums.view
    for bin in 0..<scale.bins { sums[bin] += density[bin] }
    var (best, power) = (band.lowerBound, 0.0)
    for bin in band {
      power += density[bin]
      if density[bin] > density[best] { best = bin }
    }
    let frequency = Double(best) * scale.spacing
    if density[best] > peak.value { peak = (frequency, time, density[best]) }
    powerSum += power
    ridge.add(time, frequency)
    draw(density)
    frames += 1
    return (frequency, (power * scale.spacing).squareRoot())
  }

  /// The mean density over all segments.
  package var mean: [Double] {
    sums.view.copy(first: scale.bins).map { $0 / Double(max(1, frames)) }
  }

  package var rms: Double { (powerSum / Double(max(1, frames)) * scale.spacing).squareRoot() }

  /// Slope of the least-squares line through the strongest frequencies, in Hz/s.
  package var ridgeSlope: Double { ridge.slope }

  private mutating func draw(_ density: View<Double>) {
    if filled == Self.columnsMax { halve() }
    let column = picture.view.slice(filled * rows, count: rows)
    for bin in 0..<scale.bins {
      column[bin / perRow] = max(column[bin / perRow], density[bin])
    }
    inColumn += 1
    if inColumn == perColumn {
      filled += 1
      inColumn = 0
    }
  }

  /// Joins neighbouring columns.
  private mutating func halve() {
    let cells = picture.view
    for column in 0..<Self.columnsMax / 2 {
      for row in 0..<rows {
        cells[column * rows + row] = max(
          cells[2 * column * rows + row], cells[(2 * column + 1) * rows + row])
      }
    }
    cells.fill(Self.columnsMax / 2 * rows..<Self.columnsMax * rows, with: 0)
    filled = Self.columnsMax / 2
    perColumn *= 2
  }

  /// The picture in decibels, row after row from the lowest frequency, and how many columns it has.
  ///
  /// - Parameter range: what lies further below the largest value is cut there.
  package func decibels(range: Double) -> (cells: [Double], columns: Int) {
    let columns = max(1, filled + (inColumn > 0 ? 1 : 0))
    let values = picture.view
    var largest = 0.0
    for index in 0..<columns * rows { largest = max(largest, values[index]) }
    let top = 10 * log10(max(largest, 1e-300))
    var cells = [Double](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for column in 0..<columns {
        let value = 10 * log10(max(values[column * rows + row], 1e-300))
        cells[row * columns + column] = max(value, top - range)
      }
    }
    return (cells, columns)
  }

  /// Upper end of the picture in Hz.
  package var topFrequency: Double { Double(rows * perRow) * scale.spacing }
}

/// A straight line through points that come one by one, by running means (B. Welford, Technometrics 4
/// (1962) 419-420).
struct LineFit {
  private var count = 0.0
  private var meanX = 0.0
  private var meanY = 0.0
  private var sumXX = 0.0
  private var sumXY = 0.0

  mutating func add(_ x: Double, _ y: Double) {
    count += 1
    let offset = x - meanX
    meanX += offset / count
    meanY += (y - meanY) / count
    sumXX += offset * (x - meanX)
    sumXY += offset * (y - meanY)
  }

  var slope: Double { sumXX > 0 ? sumXY / sumXX : 0 }
}

extension SpectralScale {
  /// Writes a row of a spectrogram: density or mean square, as power or in decibels.
  package func row(
    of density: View<Double>, isDensity: Bool, inDecibels: Bool, into target: MutableView<Double>
  ) {
    let factor = isDensity ? 1 : noiseBandwidth
    for bin in 0..<bins {
      let value = density[bin] * factor
      target[bin] = inDecibels ? 10 * log10(value) : value
    }
  }
}
