import Base
import LinearAlgebra

/// A recording of evenly spaced samples, read from the front in constant memory, with a declared way to
/// treat what is missing.
///
/// A sample is missing where a channel is not a finite number, or where the column of instants jumps
/// by more than one and a half steps. See ``GapPolicy`` for what happens then.
package final class SignalReader {
  /// The channels in the order of the blocks' columns; the column of instants is not among them.
  package let channels: [Column]
  /// NaN where no rate is known and none is needed: times in seconds are then NaN, too.
  package let rateHz: Double
  package let gaps: GapPolicy
  /// When the segment of the last block began, in seconds after the first row of the file.
  package private(set) var segmentStart = 0.0
  /// Gaps met so far.
  package private(set) var gapCount = 0
  /// Rows that were missing, incomplete, or not there at all, so far.
  package private(set) var missingRows = 0
  /// Segments begun so far.
  package private(set) var segmentCount = 0

  private let table: any TableReader
  private let timeIndex: Int?
  /// Column of the table of each channel.
  private let sources: [Int]
  private let axis: TimeAxis?
  private let timeScale: Double

  private var staged: TableBlock
  private var next = 0
  /// Rows of the table before the staged ones.
  private var rowsBefore = 0
  /// Whether the staged rows hold something that is not a finite number.
  private var hasBad = false
  /// Staged rows before which the instants jump, in order.
  private var holes: [Int] = []
  private var firstTime: Double?
  private var lastTime: Double?
  /// The instant of the row before the staged ones.
  private var timeBefore = 0.0
  private var lastRow: [Double]?
  private var fill: GapFill
  /// Whether the next row begins a segment.
  private var startsSegment = true
  /// Whether the rows of the block at hand began one.
  private var blockStarts = false
  private var isInGap = false
  /// Row of the file behind the last incomplete one: neighbouring gaps count as one.
  private var gapEnd = -1

  private static let stagedRows = 8192

  /// - Parameters:
  ///   - time: name of the column of instants, nil where there is none.
  ///   - rateHz: samples per second; nil: what the file or the instants say.
  ///   - needsRate: whether samples without a rate are refused.
  /// - Throws: when a rate is needed and not known, or two contradict each other.
  package init(
    _ table: any TableReader, time: String?, rateHz: Double?, gaps: GapPolicy,
    needsRate: Bool = true
  ) throws(KilnError) {
    self.table = table
    self.gaps = gaps
    let choice = ColumnChoice(table.columns, path: table.path ?? "the table")
    let timeIndex: Int? = if let time { try choice.index(of: time) } else { nil }
    let sources = table.columns.indices.filter { $0 != timeIndex }
    guard !sources.isEmpty else {
      throw KilnError(.invalidFile, "there is no channel beside the time", at: table.path)
    }
    let scale = try Self.timeScale(timeIndex.map { table.columns[$0] }, path: table.path)
    var staged = TableBlock(
      rows: timeIndex == nil ? 0 : Self.stagedRows, columns: table.columns.count)
    var instants: [Double]?
    if let timeIndex {
      try table.read(into: &staged)
      instants = staged.column(timeIndex).copy(first: min(4096, staged.rows))
    }
    let rates = SampleRates(
      stated: rateHz, file: table.sampleRateHz, path: table.path, isNeeded: needsRate)
    (self.rateHz, axis) = try rates.settled(instants, scale: scale)
    self.timeIndex = timeIndex
    self.sources = sources
    timeScale = scale
    channels = sources.map { table.columns[$0] }
    fill = GapFill(channels: sources.count)
    self.staged = staged
    try examine()
  }

  private static func timeScale(_ column: Column?, path: String?) throws(KilnError) -> Double {
    guard let column else { return 1 }
    guard let scale = TimeAxis.seconds(in: column.unit) else {
      throw KilnError(
        .invalidFile, "`\(column.unit ?? "")` of `\(column.name)` is no unit of time", at: path,
        fix: "write s, ms, us, min or h in its heading, or give `time: none` and `rate`")
    }
    return scale
  }

  package var hasRate: Bool { !rateHz.isNaN }

  /// How much of the file is read; nil where that is not known.
  package var fractionRead: Double? { table.fractionRead }

  /// When the first row was recorded, in seconds since 1970, where the file says so.
  package var startTime: Double? { table.startTime }

  /// Fills a block with samples of one segment; its `rows` are 0 at the end only.
  ///
  /// - Returns: whether the block begins a segment, as the first one does.
  package func read(into block: inout TableBlock) throws(KilnError) -> Bool {
    precondition(block.columns == channels.count, "the block has other columns than the signal")
    block.rows = 0
    blockStarts = false
    if timeIndex == nil, fill.isEmpty, next == staged.rows, !isInGap {
      if try readDirectly(into: &block) { return blockStarts }
    }
    while block.rows < block.capacity {
      if fill.rows > 0, !isInGap {
        if block.rows == 0 { beginBlock(at: 0) }
        fill.move(into: &block)
      } else if next < staged.rows {
        if try !takeStaged(into: &block) { break }
      } else {
        rowsBefore += staged.rows
        next = 0
        try table.read(into: &staged)
        if staged.rows == 0 { break }
        try examine()
      }
    }
    return blockStarts
  }

  /// Notes that rows come into an empty block.
  private func beginBlock(at time: @autoclosure () -> Double) {
    blockStarts = startsSegment
    guard startsSegment else { return }
    startsSegment = false
    segmentStart = time()
    segmentCount += 1
  }

  // MARK: Whole blocks

  /// Reads rows where they are wanted, if nothing is missing in them; otherwise stages them.
  private func readDirectly(into block: inout TableBlock) throws(KilnError) -> Bool {
    rowsBefore += staged.rows
    staged.rows = 0
    next = 0
    try table.read(into: &block)
    if block.rows == 0 { return true }
    if !Self.hasBad(block) {
      beginBlock(at: Double(rowsBefore) / rateHz)
      lastRow = Self.row(block.rows - 1, of: block, Array(0..<channels.count))
      rowsBefore += block.rows
      return true
    }
    if staged.capacity < block.rows {
      staged = TableBlock(rows: block.capacity, columns: block.columns)
    }
    staged.rows = block.rows
    for column in 0..<block.columns {
      let from = block.column(column)
      let to = staged.column(column)
      for row in 0..<block.rows { to[row] = from[row] }
    }
    block.rows = 0
    hasBad = true
    return false
  }

  /// Looks at freshly staged rows: finds holes and whether anything is missing.
  private func examine() throws(KilnError) {
    hasBad = Self.hasBad(staged)
    holes = []
    guard let timeIndex, let axis else { return }
    let instants = staged.column(timeIndex)
    timeBefore = lastTime ?? 0
    var stretch = 0
    for row in 0..<staged.rows {
      let time = instants[row] * timeScale
      guard time.isFinite else {
        throw error("the time is missing in row \(rowsBefore + row + 1)", fix: Self.resample)
      }
      let step = time - (lastTime ?? time - axis.step)
      if step > TimeAxis.holeSteps * axis.step {
        holes.append(row)
        stretch = row
      } else if !axis.isEven(step) {
        throw error(
          "the samples are not evenly spaced: row \(rowsBefore + row + 1) comes \(Float(step)) s "
            + "after the one before, the others \(Float(axis.step)) s", fix: Self.resample)
      }
      if firstTime == nil { firstTime = time }
      lastTime = time
    }
    let steps = staged.rows - 1 - stretch
    if steps > 0 {
      let seconds = (instants[staged.rows - 1] - instants[stretch]) * timeScale
      if !axis.keepsRate(seconds, steps: steps) {
        throw error(
          "the instants say \(Float(Double(steps) / seconds)) samples per second from row "
            + "\(rowsBefore + stretch + 1) on, not \(Float(rateHz))", fix: Self.resample)
      }
    }
  }

  private static let resample =
    "resample the signal to an even rate first, or give `time: none` and `rate`"

  /// Whether any number of the block is not finite.
  private static func hasBad(_ block: borrowing TableBlock) -> Bool {
    for column in 0..<block.columns {
      let values = block.column(column)
      var sums = SIMD4<Double>.zero
      var row = 0
      while row + 4 <= values.count {
        let four = values[four: row]
        // Zero for finite numbers, else NaN.
        sums += four - four
        row += 4
      }
      var sum = sums.sum()
      while row < values.count {
        sum += values[row] - values[row]
        row += 1
      }
      if sum != 0 { return true }
    }
    return false
  }

  private static func row(_ row: Int, of block: borrowing TableBlock, _ columns: [Int]) -> [Double]
  {
    columns.map { block.column($0)[row] }
  }

  // MARK: Rows

  /// Moves staged rows on, up to the next thing that is missing, or treats that.
  /// - Returns: false where the block must end because another segment begins.
  private func takeStaged(into block: inout TableBlock) throws(KilnError) -> Bool {
    if holes.first == next {
      holes.removeFirst()
      return try meetHole(block)
    }
    let limit = min(holes.first ?? staged.rows, staged.rows)
    var end = hasBad ? next : limit
    while end < limit, isComplete(end) { end += 1 }
    if end == next { return try meetIncompleteRow(into: &block) }
    if isInGap { return closeGap() }
    let count = min(end - next, block.capacity - block.rows)
    if block.rows == 0 { beginBlock(at: time(of: next)) }
    let to = block.values
    for (channel, source) in sources.enumerated() {
      let from = staged.column(source)
      let place = channel * block.stride + block.rows
      for row in 0..<count { to[place + row] = from[next + row] }
    }
    block.rows += count
    next += count
    lastRow = Self.row(next - 1, of: staged, sources)
    return true
  }

  private func isComplete(_ row: Int) -> Bool {
    sources.allSatisfy { staged.column($0)[row].isFinite }
  }

  /// Seconds from the first row of the file to a staged row.
  private func time(of row: Int) -> Double {
    guard let timeIndex, let firstTime else { return Double(rowsBefore + row) / rateHz }
    return staged.column(timeIndex)[row] * timeScale - firstTime
  }

  /// The instants jump before the next row.
  private func meetHole(_ block: borrowing TableBlock) throws(KilnError) -> Bool {
    guard let axis, let timeIndex else { return true }
    let here = staged.column(timeIndex)[next] * timeScale
    let before = next > 0 ? staged.column(timeIndex)[next - 1] * timeScale : timeBefore
    let steps = ((here - before) / axis.step).rounded() - 1
    countGap(until: rowsBefore + next)
    switch gaps {
    case .fail:
      throw gapError("\(Float(here - before)) s are missing before row \(rowsBefore + next + 1)")
    case .split:
      missingRows += steps < 1e15 ? Int(steps) : 0
      startsSegment = true
      return block.rows == 0
    case .interpolate, .zero:
      guard steps < 1e9, !fill.refuses(Int(steps)) else { throw tooLong() }
      missingRows += Int(steps)
      fill.append(gaps == .zero ? 0 : .nan, rows: Int(steps))
      isInGap = gaps == .interpolate
    }
    return true
  }

  /// The next row lacks a number.
  private func meetIncompleteRow(into block: inout TableBlock) throws(KilnError) -> Bool {
    let values = Self.row(next, of: staged, sources)
    countGap(until: rowsBefore + next + 1)
    missingRows += 1
    switch gaps {
    case .fail:
      let channel = sources.first { !staged.column($0)[next].isFinite }.map {
        table.columns[$0].name
      }
      throw gapError(
        "the channel `\(channel ?? "")` has no value in row \(rowsBefore + next + 1)")
    case .split:
      startsSegment = true
      isInGap = true
      next += 1
      return block.rows == 0
    case .interpolate:
      guard !fill.refuses(1) else { throw tooLong() }
      fill.append(values)
      isInGap = true
    case .zero:
      guard !fill.refuses(1) else { throw tooLong() }
      fill.append(values.map { $0.isFinite ? $0 : 0 })
    }
    next += 1
    return true
  }

  private func countGap(until row: Int) {
    if gapEnd != rowsBefore + next { gapCount += 1 }
    gapEnd = row
  }

  /// A complete row follows a gap: what stands in for it can be handed on.
  private func closeGap() -> Bool {
    isInGap = false
    if gaps == .interpolate {
      if let lastRow {
        fill.interpolate(from: lastRow, to: Self.row(next, of: staged, sources))
      } else {
        // Nothing before it to draw a line from: the recording begins here.
        fill.clear()
      }
    }
    return true
  }

  // MARK: Errors

  private func gapError(_ message: String) -> KilnError {
    error(
      hasRate ? "\(message), at \(Float(time(of: next))) s" : message,
      fix: "choose what to do with `gaps`: split, interpolate or zero")
  }

  private func tooLong() -> KilnError {
    error(
      "the gap before row \(rowsBefore + next + 1) is too long to be filled",
      fix: "use `gaps: split`")
  }

  private func error(_ message: String, fix: String) -> KilnError {
    KilnError(.invalidFile, message, at: table.path, fix: fix)
  }
}
