import Base
import Glibc
import Testing

/// Kernels on recordings as instruments write them.
@Suite("jobs on recordings")
struct RecordingJobTests {
  /// P reaches all components at 20 s, S the horizontals at 24 s; nothing is recorded from 30 to 31 s.
  private static func trace(_ component: Int) -> [Int32] {
    var random = SplitMix64(seed: UInt64(component))
    return (0..<4000).map { index in
      func wave(_ start: Double, _ frequency: Double) -> Double {
        let time = Double(index) / 100 - start
        return time < 0 ? 0 : exp(-time / 2) * cos(2 * .pi * frequency * time)
      }
      let noise = Double(random.next() >> 11) * 0x1p-53 * 40 - 20
      let (p, s) = component == 0 ? (2000.0, 0.0) : (300, 4000)
      return Int32((noise + p * wave(20, 8) + s * wave(24, 4)).rounded())
    }
  }

  /// A record of miniSEED 2 with whole numbers, 4096 bytes long (SEED Reference Manual 2.4, chapter 8).
  private static func record(_ channel: String, from first: Int, _ samples: ArraySlice<Int32>)
    -> [UInt8]
  {
    func word(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }
    var bytes = Array("000001D STA    \(channel)XX".utf8)
    bytes += word(2024) + word(2) + [3, 4, UInt8(first / 100), 0] + word(first % 100 * 100)
    bytes +=
      word(samples.count) + word(100) + word(1) + [0, 0, 0, 1, 0, 0, 0, 0] + word(64) + word(48)
    bytes += word(1000) + word(0) + [3, 1, 12, 0]
    bytes += [UInt8](repeating: 0, count: 64 - bytes.count)
    for sample in samples { bytes += word(Int(sample) >> 16) + word(Int(sample)) }
    return bytes + [UInt8](repeating: 0, count: 4096 - bytes.count)
  }

  @Test("P and S are picked in three components of miniSEED with a gap")
  func arrivals() throws {
    let world = World()
    var bytes: [UInt8] = []
    for (component, channel) in ["HHZ", "HHN", "HHE"].enumerated() {
      let trace = Self.trace(component)
      for first in stride(from: 0, to: 3000, by: 1000) {
        bytes += Self.record(channel, from: first, trace[first..<first + 1000])
      }
      bytes += Self.record(channel, from: 3100, trace[3100..<4000])
    }
    writeBytes(bytes, to: "\(world.folder)/event.mseed")
    let job = world.file(
      "pick.yaml",
      """
      name: pick
      kernel: signal.pick
      inputs: {signal: event.mseed}
      parameters:
        gaps: split
        horizontals: XX.STA..HHN, XX.STA..HHE
        s_within: 8 s
      """)
    let out = "\(world.folder)/out"
    let ran = world.kiln("run", job, "-o", out)
    #expect(ran.status == 0, "\(ran.errors)")
    let rows = readText("\(out)/picks.csv").split(separator: "\n")
    #expect(rows.count == 2 && rows[0].hasSuffix("S onset [s]"))
    let cells = try #require(rows.last).split(separator: ",", omittingEmptySubsequences: false)
    #expect(cells[0] == "XX.STA..HHZ")
    #expect(abs(try #require(Double(cells[1])) - 20) <= 0.02, "P at \(cells[1]) s")
    #expect(abs(try #require(Double(cells[6])) - 24) <= 0.05, "S at \(cells[6]) s")
  }
}
