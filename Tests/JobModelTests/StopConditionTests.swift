import Testing

@testable import JobModel

@Suite("conditions that stop a task") struct StopConditionTests {
  @Test(
    "a condition holds, does not, or depends on what is not known yet",
    arguments: [
      ("a < 1", ["a": 0.5], true), ("a < 1", ["a": 1], false), ("a <= 1", ["a": 1], true),
      ("a < 1", ["b": 0], nil), ("2 > a", ["a": 1], true), ("a == 1", ["a": 1], true),
      ("a != 1", ["a": 1], false), ("a >= -1e-3", ["a": -0.001], true),
      ("a < 1 or b < 1", ["b": 0], true), ("a < 1 or b < 1", ["b": 2], nil),
      ("a < 1 and b < 1", ["b": 2], false), ("a < 1 and b < 1", ["b": 0], nil),
      ("not a < 1", ["a": 2], true), ("not (a < 1 or b < 1)", ["a": 2, "b": 2], true),
      ("a < 1 or b < 1 and c < 1", ["a": 0, "b": 2, "c": 2], true),
      ("(a < 1 or b < 1) and c < 1", ["a": 0, "b": 2, "c": 2], false),
      ("not not a<1", ["a": 0], true), ("Kräfte_x.max-1 > 2", ["Kräfte_x.max-1": 3], true),
      ("a < .5e1", ["a": 4.9], true),
    ] as [(String, [String: Double], Bool?)])
  func holds(text: String, metrics: [String: Double], expected: Bool?) throws {
    let condition = try StopCondition(text)
    #expect(condition.holds(metrics) == expected)
    #expect(condition.text == text)
  }

  @Test(
    "a mistake is named with its column",
    arguments: [
      ("", 1, "the name of a metric or a number is missing here"),
      ("a", 2, "a comparison is missing here: `<`, `<=`, `>`, `>=`, `==` or `!=`"),
      ("a < ", 5, "the name of a metric or a number is missing here"),
      ("a = 1", 3, "`=` is no comparison; equal is `==`, different is `!=`"),
      ("a < 1 b < 2", 7, "something follows the condition; join conditions with `and` or `or`"),
      ("(a < 1", 7, "a `)` is missing here"),
      ("a < 1)", 6, "something follows the condition; join conditions with `and` or `or`"),
      ("a < 1e", 5, "`1e` is neither a number nor the name of a metric"),
      ("a < 1e999", 5, "`1e999` is neither a number nor the name of a metric"),
      ("a & 1", 3, "`&` is neither a number nor the name of a metric"),
      ("and < 1", 1, "the name of a metric or a number is missing here"),
    ])
  func mistakes(text: String, column: Int, message: String) {
    #expect(throws: StopCondition.Mistake(message: message, column: column)) {
      try StopCondition(text)
    }
  }

  @Test("deep nesting is refused instead of exhausting the stack")
  func deep() {
    let text = String(repeating: "(", count: 100_000) + "a < 1"
    #expect(throws: StopCondition.Mistake.self) { try StopCondition(text) }
  }
}
