import LinearAlgebra

/// Counts of loops by classes of range and mean.
///
/// Class `i` holds ranges from `i · width` to below `(i + 1) · width`, and likewise for means from
/// `firstMean`. The width either is given, or is the smallest power of two for which the classes suffice:
/// it doubles while loops arrive, by which pairs of classes become one.
package struct RainflowMatrix: ~Copyable {
  package private(set) var width: Double
  /// Classes of range.
  package private(set) var ranges: Int
  /// Classes of mean.
  package private(set) var means: Int
  /// Number of the first class of mean: it begins at `firstMean · width`.
  package private(set) var firstMean = 0
  /// Whether a width that was given had to be doubled because of too many classes.
  package private(set) var isWidened = false
  private let isGiven: Bool
  private var counts: Buffer<Int>
  private var isEmpty = true
  private var lowestMean = 0
  private var highestMean = 0

  private static let classesMax = 2048

  /// - Parameters:
  ///   - classes: how many classes of range there may be, where the width adapts.
  ///   - width: width of the classes in the signal's unit; nil: adapted.
  package init(classes: Int, width: Double? = nil) {
    precondition(classes >= 2 && classes <= Self.classesMax, "between 2 and 2048 classes")
    isGiven = width != nil
    self.width = width ?? 0x1p-1000
    ranges = isGiven ? 64 : classes
    means = ranges
    counts = Buffer(repeating: 0, count: ranges * means)
  }

  /// Half cycles in a class of range and of mean.
  package func halves(range: Int, mean: Int) -> Int { counts.view[range * means + mean] }

  /// Cycles in each class of range.
  package var rangeCycles: [Double] {
    (0..<ranges).map { range in
      Double((0..<means).reduce(0) { $0 + halves(range: range, mean: $1) }) / 2
    }
  }

  mutating func add(range: MutableView<Double>, mean: MutableView<Double>, count: Int, halves: Int)
  {
    var next = 0
    while next < count {
      next = fill(range: range, mean: mean, next..<count, halves: halves)
      if next < count { makeRoom(range: range[next], mean: mean[next]) }
    }
  }

  /// Counts loops until one lies outside, and returns its place.
  private mutating func fill(
    range: MutableView<Double>, mean: MutableView<Double>, _ places: Range<Int>, halves: Int
  ) -> Int {
    guard !isEmpty else { return places.lowerBound }
    let counts = self.counts.view
    let (width, ranges, means) = (self.width, Double(self.ranges), self.means)
    let stride = self.means
    let first = Double(firstMean)
    var lowest = Double(lowestMean)
    var highest = Double(highestMean)
    var place = places.lowerBound
    while place < places.upperBound {
      let row = (range[place] / width).rounded(.down)
      let level = (mean[place] / width).rounded(.down)
      let column = level - first
      guard row < ranges, column >= 0, column < Double(means) else { break }
      counts[Int(row) &* stride &+ Int(column)] &+= halves
      lowest = level < lowest ? level : lowest
      highest = level > highest ? level : highest
      place += 1
    }
    (lowestMean, highestMean) = (Int(lowest), Int(highest))
    return place
  }

  /// Moves, enlarges or coarsens the classes until a loop finds its own.
  private mutating func makeRoom(range: Double, mean: Double) {
    if isEmpty {
      // Means up to 2^50 widths keep whole numbers of classes exact.
      let needed = max(range / Double(ranges), abs(mean) * 0x1p-50, 0x1p-1000)
      while !isGiven, width < needed, width * 2 <= needed { width *= 2 }
      isEmpty = false
      lowestMean = Int((mean / width).rounded(.down))
      highestMean = lowestMean
    }
    var shift = 0
    var (newRanges, newMeans) = (ranges, means)
    while true {
      guard max(range, abs(mean)) / width < 0x1p52 else {
        (shift, width) = (min(shift + 1, 63), width * 2)
        continue
      }
      let row = Int((range / width).rounded(.down))
      let level = Int((mean / width).rounded(.down))
      let low = min(lowestMean >> shift, level)
      let high = max(highestMean >> shift, level)
      let neededMeans = high - low + 1
      if isGiven, row < Self.classesMax, neededMeans <= Self.classesMax {
        while newRanges <= row { newRanges *= 2 }
        while newMeans < neededMeans { newMeans *= 2 }
      }
      if row < newRanges, neededMeans <= newMeans {
        regroup(
          ranges: newRanges, means: newMeans, first: low - (newMeans - neededMeans) / 2, shift)
        return
      }
      shift += 1
      width *= 2
      isWidened = isWidened || isGiven
    }
  }

  private mutating func regroup(ranges: Int, means: Int, first: Int, _ shift: Int) {
    let regrouped = Buffer<Int>(repeating: 0, count: ranges * means)
    for row in 0..<self.ranges {
      for column in 0..<self.means {
        let halves = halves(range: row, mean: column)
        guard halves > 0 else { continue }
        let level = (firstMean + column) >> shift
        regrouped.view[(row >> shift) * means + level - first] += halves
      }
    }
    counts = regrouped
    (self.ranges, self.means, firstMean) = (ranges, means, first)
    lowestMean >>= shift
    highestMean >>= shift
  }
}
