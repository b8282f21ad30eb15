import Base

/// Flags in another program's grammar; what nobody asks for is refused by name.
struct ForeignFlags {
  private let program: String
  private var words: [String]

  init(_ words: [String], of program: String) {
    self.words = words
    self.program = program
  }

  /// Takes a flag without a value out; whether it was there.
  mutating func flag(_ long: String, _ short: Character?) -> Bool {
    let spellings = ["--\(long)"] + (short.map { ["-\($0)"] } ?? [])
    let count = words.count
    words.removeAll { spellings.contains($0) }
    return words.count < count
  }

  /// Takes a flag and its value out: `--jobs=17`, `--jobs 17`, `-j 17`, `-j17`.
  mutating func value(_ long: String, _ short: Character) throws(KilnError) -> String? {
    for (index, word) in words.enumerated() {
      if word == "--\(long)" || word == "-\(short)" {
        guard index + 1 < words.count else {
          throw KilnError(.usage, "`\(word)` needs a value")
        }
        let value = words[index + 1]
        words.removeSubrange(index...index + 1)
        return value
      }
      let attached =
        word.hasPrefix("--\(long)=")
        ? word.dropFirst(long.count + 3)
        : word.hasPrefix("-\(short)") && !word.hasPrefix("--") ? word.dropFirst(2) : nil
      if let attached {
        words.remove(at: index)
        return String(attached)
      }
    }
    return nil
  }

  /// Takes what is no flag out.
  mutating func plain() -> [String] {
    let plain = words.filter { !$0.hasPrefix("-") }
    words.removeAll { !$0.hasPrefix("-") }
    return plain
  }

  func refuseRest() throws(KilnError) {
    guard let word = words.first else { return }
    throw KilnError(
      .usage, "the flag `\(word)` of \(program) is not understood",
      fix: "remove it; `kiln help k\(program)` lists what is")
  }
}
