import Glibc

extension Double {
  var decimalLogarithm: Double { log10(self) }
}
