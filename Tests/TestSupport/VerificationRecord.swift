import Base
import Glibc

/// Puts one line into the verification record of a kernel's guide, where `scripts/verification` asks
/// for it (it sets `KILN_VERIFICATION`); call it beside the expectation that it reports.
///
/// - Parameters:
///   - kernel: the kernel whose guide (`docs/guides/<kernel>.md`) has the record.
///   - example: what was computed: `NIST Longley`, `case118`.
///   - source: where the reference comes from.
///   - measure: what the two numbers are: `largest relative error`, `fewest correct digits`.
///   - value: what was reached.
///   - granted: the limit that the test holds.
package func recordVerification(
  _ kernel: String, _ example: String, source: String, measure: String, value: Double,
  granted: Double
) {
  guard unsafe getenv("KILN_VERIFICATION") != nil else { return }
  print("guide\t\(kernel)\t\(example)\t\(source)\t\(measure)\t\(value)\t\(granted)")
}
