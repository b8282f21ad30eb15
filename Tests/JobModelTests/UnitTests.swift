import JobModel
import Testing

@Suite("units")
struct UnitTests {
  @Test("x", arguments: ["a"]) func x(_ s: String) { #expect(Unit.named("mm") != nil) }
}
