import Base
import Testing

@testable import Formats

@Suite struct SignalReaderTests {
  struct Segment: Equatable {
    var start: Double
    var values: [[Double]]
  }

  static func segments(_ signal: SignalReader, rows: Int) throws -> [Segment] {
    var segments: [Segment] = []
    var block = TableBlock(rows: rows, columns: signal.channels.count)
    while true {
      let starts = try signal.read(into: &block)
      if block.rows == 0 { return segments }
      if starts {
        segments.append(
          Segment(start: signal.segmentStart, values: signal.channels.map { _ in [] }))
      }
      for index in 0..<block.columns {
        segments[segments.count - 1].values[index] += block.column(index).copy(first: block.rows)
      }
    }
  }

  static let nan = Double.nan
  /// Ten per second; 0.3 and 0.4 are not there, and two values are missing.
  static func table() -> MemoryTable {
    MemoryTable(
      [Column("t", unit: "s"), Column("x"), Column("y")],
      values: [
        [0, 0.1, 0.2, 0.5, 0.6, 0.7, 0.8, 0.9], [0, 1, 2, 5, nan, 7, 8, 9],
        [0, 10, 20, 50, 60, nan, 80, 90],
      ])
  }

  @Test("a gap ends a segment where gaps split", arguments: [1, 2, 100])
  func split(rows: Int) throws {
    let signal = try SignalReader(Self.table(), time: "t", rateHz: nil, gaps: .split)
    #expect(signal.rateHz == 10)
    #expect(signal.channels.map(\.name) == ["x", "y"])
    let segments = try Self.segments(signal, rows: rows)
    #expect(
      segments == [
        Segment(start: 0, values: [[0, 1, 2], [0, 10, 20]]),
        Segment(start: 0.5, values: [[5], [50]]),
        Segment(start: 0.8, values: [[8, 9], [80, 90]]),
      ])
    #expect(signal.gapCount == 2 && signal.missingRows == 4 && signal.segmentCount == 3)
  }

  @Test("straight lines bridge gaps where they are interpolated", arguments: [1, 3, 100])
  func interpolate(rows: Int) throws {
    let signal = try SignalReader(Self.table(), time: "t", rateHz: nil, gaps: .interpolate)
    let segments = try Self.segments(signal, rows: rows)
    #expect(segments.count == 1)
    for (channel, factor) in [(0, 1.0), (1, 10.0)] {
      for (row, value) in segments[0].values[channel].enumerated() {
        #expect(abs(value - Double(row) * factor) < 1e-12)
      }
      #expect(segments[0].values[channel].count == 10)
    }
    #expect(signal.gapCount == 2 && signal.missingRows == 4)
  }

  @Test("zeros stand for what is missing where that is wanted", arguments: [1, 4, 100])
  func zero(rows: Int) throws {
    let signal = try SignalReader(Self.table(), time: "t", rateHz: nil, gaps: .zero)
    let segments = try Self.segments(signal, rows: rows)
    #expect(
      segments == [
        Segment(
          start: 0,
          values: [[0, 1, 2, 0, 0, 5, 0, 7, 8, 9], [0, 10, 20, 0, 0, 50, 60, 0, 80, 90]])
      ])
    #expect(signal.gapCount == 2)
  }

  @Test("a gap is an error that names row and time where gaps fail")
  func fail() throws {
    let signal = try SignalReader(Self.table(), time: "t", rateHz: nil, gaps: .fail)
    #expect(
      words { _ = try Self.segments(signal, rows: 3) }
        == "0.3 s are missing before row 4, at 0.5 s; choose what to do with `gaps`: split, interpolate or zero"
    )
    let other = MemoryTable([Column("x")], values: [[1, 2, Self.nan]], sampleRateHz: 4)
    #expect(
      words {
        _ = try Self.segments(SignalReader(other, time: nil, rateHz: nil, gaps: .fail), rows: 2)
      }
        == "the channel `x` has no value in row 3, at 0.5 s; choose what to do with `gaps`: split, interpolate or zero"
    )
  }

  @Test("without a column of instants, rows follow at the rate", arguments: GapPolicy.allCases)
  func plain(gaps: GapPolicy) throws {
    let values = (0..<1000).map(Double.init)
    let table = MemoryTable([Column("x")], values: [values])
    let signal = try SignalReader(table, time: nil, rateHz: 100, gaps: gaps)
    #expect(try Self.segments(signal, rows: 64) == [Segment(start: 0, values: [values])])
  }

  @Test("missing values at the ends are left out rather than made up", arguments: [1, 2, 100])
  func ends(rows: Int) throws {
    let table = MemoryTable([Column("x")], values: [[Self.nan, Self.nan, 2, 3, Self.nan]])
    let signal = try SignalReader(table, time: nil, rateHz: 1, gaps: .interpolate)
    #expect(try Self.segments(signal, rows: rows) == [Segment(start: 2, values: [[2, 3]])])
  }

  @Test(
    "the roundest rate that the digits of the instants allow is the rate",
    arguments: [
      (51200, 6), (1024, 6), (44100, 6), (200, 3), (12.5, 2), (100, 2), (4096, 5),
    ] as [(Double, Int)])
  func rates(rate: Double, decimals: Int) throws {
    let power = (0..<decimals).reduce(1.0) { value, _ in value * 10 }
    let times = (0..<5000).map { (Double($0) / rate * power).rounded() / power }
    let table = MemoryTable([Column("t"), Column("x")], values: [times, times])
    let signal = try SignalReader(table, time: "t", rateHz: nil, gaps: .fail)
    #expect(abs(signal.rateHz - rate) <= 1e-9 * rate)
    #expect(try Self.segments(signal, rows: 999).count == 1)
  }

  @Test("contradictions and uneven samples are errors that say what to do")
  func errors() throws {
    func opening(_ times: [Double], rate: Double? = nil, unit: String = "s") -> String {
      let table = MemoryTable([Column("t", unit: unit), Column("x")], values: [times, times])
      return words {
        let signal = try SignalReader(table, time: "t", rateHz: rate, gaps: .split)
        _ = try Self.segments(signal, rows: 10)
      }
    }
    let even = (0..<100).map { Double($0) * 0.01 }
    #expect(opening(even, rate: 100) == "")
    #expect(
      opening(even, rate: 50)
        == "the rate is said to be 50.0 Hz, but the time column steps by 0.01 s (100.0 Hz); leave out `rate`, or give `time: none` if the time column is wrong"
    )
    var uneven = even
    uneven[50] += 0.0034567891234
    #expect(
      opening(uneven).hasPrefix("the samples are not evenly spaced: row 51 comes 0.013456789 s"))
    uneven[50] = .nan
    #expect(opening(uneven).hasPrefix("the time is missing in row 51"))
    #expect(opening(even.reversed()).hasPrefix("the time does not rise"))
    #expect(opening(even, unit: "kg").hasPrefix("`kg` of `t` is no unit of time"))
    let table = MemoryTable([Column("x")], values: [even])
    #expect(
      words { _ = try SignalReader(table, time: nil, rateHz: nil, gaps: .split) }
        .hasPrefix("the sample rate is not known; give `rate`"))
  }

  @Test("milliseconds are seconds in the rate")
  func milliseconds() throws {
    let times = (0..<100).map { Double($0) * 2 }
    let table = MemoryTable([Column("t", unit: "ms"), Column("x")], values: [times, times])
    #expect(try SignalReader(table, time: "t", rateHz: nil, gaps: .fail).rateHz == 500)
  }
}
