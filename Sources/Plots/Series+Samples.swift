extension Series {
  /// A line of evenly spaced samples, thinned to at most about `limit` points with its peaks, so that a
  /// long recording needs no column of instants.
  package static func samples(
    _ name: String, _ values: [Double], start: Double, step: Double, limit: Int = 6000
  ) -> Series {
    let bucket = max(1, values.count / max(limit / 2, 1))
    guard bucket > 2 else {
      return .line(name, x: values.indices.map { start + Double($0) * step }, y: values)
    }
    var (x, y): ([Double], [Double]) = ([], [])
    var first = 0
    while first < values.count {
      let end = min(first + bucket, values.count)
      var (lowest, highest) = (first, first)
      var gap: Int?
      for index in first..<end {
        let value = values[index]
        if value.isNaN { gap = index }
        // A NaN is replaced by any number that follows it.
        if value < values[lowest] || values[lowest].isNaN { lowest = index }
        if value > values[highest] || values[highest].isNaN { highest = index }
      }
      for index in Set([lowest, highest, gap ?? lowest]).sorted() {
        x.append(start + Double(index) * step)
        y.append(values[index])
      }
      first = end
    }
    return .line(name, x: x, y: y)
  }
}
