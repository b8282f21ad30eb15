import Foundation
import Signals
import TestSupport
import Testing

/// Three components of a local earthquake at station RJOB, 200 Hz, with what ObsPy 1.5.1 finds in them.
private enum Earthquake {
  static let folder = repositoryFile("../shared/data/seismology")
  static let isThere = FileManager.default.fileExists(atPath: folder + "/rjob_3c_200Hz.csv")

  static func columns(_ name: String) throws -> [[Double]] {
    let rows = try String(contentsOfFile: "\(folder)/\(name).csv", encoding: .utf8)
      .split(separator: "\n").dropFirst().map { $0.split(separator: ",").compactMap { Double($0) } }
    return (0..<(rows.first?.count ?? 0)).map { column in rows.map { $0[column] } }
  }

  static func vertical() throws -> [Double] { try columns("rjob_3c_200Hz")[0] }
}

/// Noise, and from a sample on a decaying oscillation.
private func arrival(at onset: Int, count: Int, seed: UInt64, upwards: Bool = true) -> [Double] {
  var random = NormalNumbers(seed: seed)
  return (0..<count).map { index in
    let time = Double(index - onset) / 100
    let wave = index < onset ? 0 : 80 * exp(-time) * cos(2 * .pi * 8 * time)
    return random.next() + (upwards ? wave : -wave)
  }
}

@Suite("Picking of arrivals")
struct PickingTests {
  /// Sums in another order.
  static let granted = 1e-8

  @Test(
    "Characteristic functions are ObsPy's (skipped where the data are missing)",
    .enabled(if: Earthquake.isThere),
    arguments: [
      (CharacteristicFunction.classic(short: 100, long: 2000), 0, "classic STA/LTA"),
      (.recursive(short: 100, long: 2000), 1, "recursive STA/LTA"),
      (.zDetect(short: 100), 2, "Z-detect"),
      (.carl(short: 100, long: 2000, ratio: 0.8, quiet: 0.8), 3, "Carl-STA-Trig"),
      (.delayedWithoutEnd(short: 100, long: 2000), 4, "delayed, as ObsPy sums"),
    ])
  func functions(function: CharacteristicFunction, column: Int, name: String) throws {
    let values = function.values(try Earthquake.vertical())
    let reference = try Earthquake.columns("rjob_characteristic_every50")[column]
    let scale = reference.map(abs).max() ?? 0
    let worst = reference.indices.map { abs(values[50 * $0] - reference[$0]) }.max() ?? .infinity
    #expect(worst <= Self.granted * scale)
    recordVerification(
      "signal.pick", "RJOB, \(name)", source: "ObsPy 1.5.1",
      measure: "largest difference over largest value", value: worst / scale,
      granted: Self.granted)
  }

  @Test(
    "Triggers are ObsPy's (skipped where the data are missing)", .enabled(if: Earthquake.isThere))
  func triggers() throws {
    let trace = try Earthquake.vertical()
    let recursive = CharacteristicFunction.recursive(short: 100, long: 2000).values(trace)
    let found = Trigger.find(recursive, upper: 3, lower: 1)
    #expect(found.map { [$0.on, $0.off] } == [[6128, 6770]])
    #expect(abs((found.first?.peak ?? 0) - 18.0055673075214) < 1e-8)
    #expect(found.first?.peakAt == 6147)
    let classic = CharacteristicFunction.classic(short: 100, long: 2000).values(trace)
    #expect(Trigger.find(classic, upper: 3, lower: 1).map { [$0.on, $0.off] } == [[6128, 6614]])
  }

  @Test(
    "Both Akaike pickers find the published P arrival of RJOB to the sample (skipped without data)",
    .enabled(if: Earthquake.isThere))
  func published() throws {
    let trace = try Earthquake.vertical()
    // 30.6350 s at 200 Hz.
    let exact = 6127
    let start = 6128 - 400
    let window = Array(trace[start..<6128 + 100])
    let autoregressive = try #require(
      AkaikePicker.autoregressive([window], order: 2, fit: 40))
    #expect(abs(start + autoregressive - exact) <= 1)
    let function = AkaikePicker.function(window)
    let least = try #require(
      function.indices.dropFirst(5).dropLast(5).min { function[$0] < function[$1] })
    #expect(abs(start + least + 1 - exact) <= 1)
    recordVerification(
      "signal.pick", "RJOB, P arrival by AR-AIC", source: "ObsPy 1.5.1, published 30.6350 s",
      measure: "samples of difference", value: Double(abs(start + autoregressive - exact)),
      granted: 1)
    let baer = BaerPicker(
      longestDip: 20, shortestEvent: 60, triggerLevel: 7, updateLevel: 12, preset: 100,
      amplitudeWindow: 100)
    let pick = try #require(baer.pick(trace, rateHz: 200).pick)
    #expect(abs(pick.sample - exact) <= 4)
  }

  @Test(
    "The S arrival of RJOB is found as near as published (skipped without data)",
    .enabled(if: Earthquake.isThere), arguments: [400, 1600])
  func publishedShear(within: Int) throws {
    let traces = try Array(Earthquake.columns("rjob_3c_200Hz").dropFirst())
    let picker = ShearPicker(within: within, window: 40, order: 8)
    let found = try #require(picker.pick(traces, after: 6127))
    let error = abs(Double(found) / 200 - 31.165)
    #expect(error <= 0.05)
    recordVerification(
      "signal.pick", "RJOB, S arrival", source: "ObsPy 1.5.1, published 31.165 s within 0.05 s",
      measure: "difference [s]", value: error, granted: 0.05)
  }

  @Test("An S wave behind a weaker P wave is found in both horizontals", arguments: [1, 2, 3, 4])
  func shear(seed: UInt64) throws {
    // The P wave is in the horizontals as well, a tenth as strong.
    let traces = [seed, seed + 10].map { seed in
      zip(arrival(at: 300, count: 1500, seed: seed), arrival(at: 700, count: 1500, seed: seed + 20))
        .map { 0.1 * $0 + $1 }
    }
    let picker = ShearPicker(within: 1000, window: 50, order: 4)
    #expect(abs(try #require(picker.pick(traces, after: 300)) - 700) <= 3)
    #expect(picker.pick(traces, after: 1400) == nil)
  }

  @Test("Windows of ratios are those of their definitions")
  func definitions() {
    var random = NormalNumbers(seed: 4)
    let samples = (0..<300).map { _ in random.next() }
    func mean(_ range: Range<Int>) -> Double {
      range.reduce(0) { $0 + samples[$1] * samples[$1] } / Double(range.count)
    }
    let classic = CharacteristicFunction.classic(short: 5, long: 40).values(samples)
    let delayed = CharacteristicFunction.delayed(short: 5, long: 40).values(samples)
    #expect(classic[38] == 0 && delayed[43] == 0)
    for index in 50..<300 {
      let near = mean(index - 4..<index + 1)
      #expect(abs(classic[index] - near / mean(index - 39..<index + 1)) < 1e-12)
      #expect(abs(delayed[index] - near / mean(index - 44..<index - 4)) < 1e-12)
    }
  }

  @Test("A quiet stretch behind a strong one keeps its digits")
  func cancellation() {
    let samples = (0..<4000).map { $0 < 1000 ? 1e9 : 1e-3 }
    let values = CharacteristicFunction.classic(short: 10, long: 100).values(samples)
    #expect(abs(values[3999] - 1) < 1e-6)
  }

  @Test("The Akaike function's minimum parts noise from signal", arguments: [1, 2, 3, 4, 5])
  func akaike(seed: UInt64) throws {
    let samples = arrival(at: 300, count: 400, seed: seed)
    let function = AkaikePicker.function(samples)
    let least = try #require(
      function.indices.dropFirst(5).dropLast(5).min { function[$0] < function[$1] })
    #expect(abs(least + 1 - 300) <= 2)
    let autoregressive = try #require(AkaikePicker.autoregressive([samples], order: 3, fit: 60))
    #expect(abs(autoregressive - 300) <= 3)
  }

  @Test("Baer's picker finds onset, direction and quality", arguments: [true, false])
  func baer(upwards: Bool) throws {
    let samples = arrival(at: 1200, count: 2000, seed: 21, upwards: upwards)
    let picker = BaerPicker(
      longestDip: 20, shortestEvent: 60, triggerLevel: 10, updateLevel: 20, preset: 200,
      amplitudeWindow: 100)
    let (pick, function) = picker.pick(samples, rateHz: 100)
    #expect(function.count == samples.count)
    let found = try #require(pick)
    #expect(abs(found.sample - 1200) <= 1)
    #expect(found.phase == (upwards ? "IPU0" : "IPD0"))
    #expect(picker.pick(Array(samples.prefix(1000)), rateHz: 100).pick == nil)
  }

  @Test("Triggers last from the upper to the lower threshold, and no longer than allowed")
  func thresholds() {
    let function: [Double] = [0, 2, 5, 3, 2, 1, 0, 5, 5, 5, 5, 5, 0, 9]
    let all = Trigger.find(function, upper: 4, lower: 1)
    #expect(all.map { [$0.on, $0.off] } == [[2, 4], [7, 11], [13, 13]])
    #expect(all.map(\.peak) == [5, 5, 9])
    let short = Trigger.find(function, upper: 4, lower: 1, longest: 2)
    #expect(short.map { [$0.on, $0.off] } == [[2, 4], [7, 9], [13, 13]])
  }

  @Test("Stations that trigger together make an event; single ones do not")
  func coincidence() {
    func arrival(_ station: Int, _ on: Double, _ off: Double) -> NetworkEvent.Arrival {
      NetworkEvent.Arrival(station: station, on: on, off: off)
    }
    let arrivals = [
      arrival(0, 10, 20), arrival(1, 12, 15), arrival(2, 19, 30), arrival(1, 25, 28),
      arrival(0, 100, 110), arrival(2, 112, 120), arrival(1, 300, 310),
    ]
    let three = NetworkEvent.find(arrivals, least: 3)
    #expect(three.map(\.stations) == [[0, 1, 2]])
    #expect(three.map { [$0.start, $0.end] } == [[10, 30]])
    let withRoom = NetworkEvent.find(arrivals, least: 2, extension: 5)
    #expect(withRoom.map(\.stations) == [[0, 1, 2], [0, 2]])
  }
}
