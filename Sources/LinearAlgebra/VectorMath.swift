import CVectorMath

/// Elementary functions of many numbers, four at a time, from the C library (libmvec).
///
/// Wrong by at most four units in the last place, as the library promises; measured 3.0 for `exp`, 1.6 for `log`,
/// 3.5 for `sin` and `cos`, 1.0 for `power`. Infinities, NaN and what lies outside a domain come out as
/// from the scalar functions. The argument and the result may be the same view.
package enum VectorMath {
  package static func exp(_ x: MutableView<Double>, into y: MutableView<Double>) {
    let count = checked(x, y)
    // Sound: both views have `count` numbers.
    unsafe kiln_vector_exp(x.base, y.base, count)
  }

  package static func log(_ x: MutableView<Double>, into y: MutableView<Double>) {
    let count = checked(x, y)
    // Sound: both views have `count` numbers.
    unsafe kiln_vector_log(x.base, y.base, count)
  }

  package static func sin(_ x: MutableView<Double>, into y: MutableView<Double>) {
    let count = checked(x, y)
    // Sound: both views have `count` numbers.
    unsafe kiln_vector_sin(x.base, y.base, count)
  }

  package static func cos(_ x: MutableView<Double>, into y: MutableView<Double>) {
    let count = checked(x, y)
    // Sound: both views have `count` numbers.
    unsafe kiln_vector_cos(x.base, y.base, count)
  }

  /// `y = x^exponent`.
  package static func power(
    _ x: MutableView<Double>, _ exponent: MutableView<Double>, into y: MutableView<Double>
  ) {
    let count = checked(x, y)
    precondition(exponent.count == x.count, "an exponent for each number")
    // Sound: all views have `count` numbers.
    unsafe kiln_vector_pow(x.base, exponent.base, y.base, count)
  }

  private static func checked(_ x: MutableView<Double>, _ y: MutableView<Double>) -> Int {
    precondition(x.count == y.count && x.count % 4 == 0, "as many results, a multiple of four")
    return x.count
  }
}
