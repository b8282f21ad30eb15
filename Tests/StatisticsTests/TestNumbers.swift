import Base
import Glibc

extension Double {
  var decimalLogarithm: Double { log10(self) }
}

extension SplitMix64 {
  /// Uniform in [0, 1).
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}

extension Double {
  var cosine: Double { cos(self) }
}
