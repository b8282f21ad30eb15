/// An exact count of bytes, so that `memory: 512` cannot mean both MB and MiB.
package struct ByteCount: Hashable, Comparable, Sendable, SingleValueCoded {
  package let bytes: Int64

  package init(_ bytes: Int64) { self.bytes = bytes }
  package init(_ bytes: Int) { self.bytes = Int64(bytes) }

  package var coded: Int64 { bytes }
  package init(coded: Int64) { self.init(coded) }

  package static let zero = ByteCount(0)
  package static func kibibytes(_ count: Int64) -> ByteCount { ByteCount(count << 10) }
  package static func mebibytes(_ count: Int64) -> ByteCount { ByteCount(count << 20) }
  package static func gibibytes(_ count: Int64) -> ByteCount { ByteCount(count << 30) }

  package static func < (a: ByteCount, b: ByteCount) -> Bool { a.bytes < b.bytes }
  package static func + (a: ByteCount, b: ByteCount) -> ByteCount { ByteCount(a.bytes + b.bytes) }
  package static func - (a: ByteCount, b: ByteCount) -> ByteCount { ByteCount(a.bytes - b.bytes) }
  package static func += (a: inout ByteCount, b: ByteCount) { a = a + b }
  package static func -= (a: inout ByteCount, b: ByteCount) { a = a - b }
}

extension ByteCount: CustomStringConvertible {
  /// `"512 B"`, `"1.5 GiB"`: binary units, at most one decimal.
  package var description: String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    var value = Double(bytes)
    var unit = 0
    while abs(value) >= 1024, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    let tenths = (value * 10).rounded()
    let whole = tenths.truncatingRemainder(dividingBy: 10) == 0
    let number =
      whole ? "\(Int64(tenths) / 10)" : "\(Int64(tenths) / 10).\(abs(Int64(tenths) % 10))"
    return "\(number) \(units[unit])"
  }
}
