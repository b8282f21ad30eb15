/// Reduces long series to what the pixels can show.
enum Thinning {
  /// Points of a line in pixels, cut where a number is missing. Where the line runs to the right and has
  /// more points than pixels, each column of pixels keeps its first, lowest, highest and last point, so
  /// that no peak is lost; other lines drop points closer than a growing distance.
  static func line(x: [Double], y: [Double], _ area: PlotArea) -> [[Point]] {
    let runs = runs(x, y, area)
    let count = runs.reduce(0) { $0 + $1.count }
    guard count > 3 * Int(area.box.width) else { return runs }
    let isRising = runs.allSatisfy { run in zip(run, run.dropFirst()).allSatisfy { $0.x <= $1.x } }
    return isRising ? runs.map(columns) : coarsened(runs)
  }

  /// Places of points in pixels; where there are too many, one for each cell of a growing raster.
  static func points(x: [Double], y: [Double], _ area: PlotArea) -> [Point] {
    let all = runs(x, y, area).flatMap { $0 }
    guard all.count > pointsMax else { return all }
    for cell in [1.0, 2, 3, 4, 6] {
      var taken = Set<Int>()
      let kept = all.filter { point in
        let (column, row) = (Int(point.x / cell), Int(point.y / cell))
        return taken.insert(column << 20 | (row & 0xFFFFF)).inserted
      }
      if kept.count <= pointsMax || cell == 6 { return kept }
    }
    return all
  }

  private static let pointsMax = 12_000

  private static func runs(_ x: [Double], _ y: [Double], _ area: PlotArea) -> [[Point]] {
    var runs: [[Point]] = []
    var run: [Point] = []
    for index in 0..<min(x.count, y.count) {
      let point = Point(x: area.x(x[index]), y: area.y(y[index]))
      if point.x.isNaN || point.y.isNaN {
        if !run.isEmpty { runs.append(run) }
        run = []
      } else {
        run.append(point)
      }
    }
    if !run.isEmpty { runs.append(run) }
    return runs
  }

  private static func columns(_ run: [Point]) -> [Point] {
    var kept: [Point] = []
    var start = 0
    while start < run.count {
      let column = run[start].x.rounded(.down)
      var end = start
      var lowest = start
      var highest = start
      while end < run.count, run[end].x.rounded(.down) == column {
        if run[end].y < run[lowest].y { lowest = end }
        if run[end].y > run[highest].y { highest = end }
        end += 1
      }
      var last = -1
      for index in [start, min(lowest, highest), max(lowest, highest), end - 1] where index > last {
        // Crowded columns stand in the middle of their pixel, or slits would show between them.
        let x = end - start > 4 ? column + 0.5 : run[index].x
        kept.append(Point(x: x, y: run[index].y))
        last = index
      }
      start = end
    }
    return kept
  }

  private static func coarsened(_ runs: [[Point]]) -> [[Point]] {
    var distance = 0.4
    while true {
      let kept = runs.map { run in spaced(run, distance) }
      if kept.reduce(0, { $0 + $1.count }) <= pointsMax || distance > 50 { return kept }
      distance *= 1.6
    }
  }

  private static func spaced(_ run: [Point], _ distance: Double) -> [Point] {
    var kept: [Point] = []
    for point in run {
      if let last = kept.last, abs(point.x - last.x) < distance, abs(point.y - last.y) < distance {
        continue
      }
      kept.append(point)
    }
    if let last = run.last, kept.last != last { kept.append(last) }
    return kept
  }
}
