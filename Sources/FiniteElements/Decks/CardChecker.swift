/// A card of a known kind.
struct KnownCard {
  let kind: CardKind
  let card: Card
  /// 0 in the model part, otherwise the number of the step it stands in.
  let step: Int
}

/// Sorts out the cards and parameters that the reader does not know, and cards in the wrong part.
struct CardChecker {
  private var step = 0
  private var isInStep = false
  private var incompleteSteps: Set<Int> = []

  /// The known cards in order, and the numbers of the steps with unknown ones.
  static func check(
    _ cards: [Card], report: inout DeckReport
  ) -> (known: [KnownCard], incompleteSteps: Set<Int>) {
    var checker = CardChecker()
    let known = cards.compactMap { checker.check($0, report: &report) }
    if let last = cards.last, checker.isInStep {
      report.add(last.place, "the last step has no *END STEP", fix: "end it with *END STEP")
    }
    return (known, checker.incompleteSteps)
  }

  private mutating func check(_ card: Card, report: inout DeckReport) -> KnownCard? {
    if card.word.isEmpty {
      report.note(card.place, "a line with a lone asterisk has no meaning; passed over")
      return nil
    }
    if card.word == "RESTART", card.has("WRITE"), !card.has("READ") {
      report.note(card.place, "*RESTART: no restart file is written; passed over")
      return nil
    }
    guard let kind = CardKind(word: card.word) else {
      guard isOfConsequence(card) else {
        report.note(card.place, "\(card.title) is no keyword of CalculiX; passed over")
        return nil
      }
      report.add(card.place, "\(card.title) is not supported", fix: Self.advice(for: card))
      if isInStep { incompleteSteps.insert(step) }
      return nil
    }
    checkParameters(card, kind, report: &report)
    checkLevel(card, kind, report: &report)
    if kind == .step {
      step += 1
      isInStep = true
    }
    defer { if kind == .endStep { isInStep = false } }
    return KnownCard(kind: kind, card: card, step: isInStep ? step : 0)
  }

  /// Whether an unknown card would be missed: CalculiX reads it, or it is a known one misspelt.
  private func isOfConsequence(_ card: Card) -> Bool {
    ForeignCards.contains(word: card.word)
      || Spelling.nearest(to: card.title, in: CardKind.allCases.map(\.rawValue)) != nil
  }

  private func checkParameters(_ card: Card, _ kind: CardKind, report: inout DeckReport) {
    for parameter in card.parameters where !kind.parameters.contains(parameter.name) {
      let nearest = Spelling.nearest(to: parameter.name, in: kind.parameters)
      guard nearest != nil || ForeignCards.contains(parameter: parameter.name) else {
        report.note(
          card.place,
          "\(kind.rawValue): \(parameter.name) is no parameter of CalculiX; passed over")
        continue
      }
      report.add(
        card.place, "\(kind.rawValue): parameter \(parameter.name) is not supported",
        fix: nearest.map { "did you mean \($0)?" })
    }
  }

  private func checkLevel(_ card: Card, _ kind: CardKind, report: inout DeckReport) {
    switch kind.level {
    case .both: break
    case .model:
      guard isInStep else { return }
      report.add(card.place, "\(kind.rawValue) stands inside a step", fix: "move it before *STEP")
    case .step:
      guard !isInStep else { return }
      report.add(card.place, "\(kind.rawValue) stands outside a step", fix: "move it after *STEP")
    }
  }

  private static func advice(for card: Card) -> String {
    let known = CardKind.allCases.map(\.rawValue)
    if !ForeignCards.contains(word: card.word),
      let nearest = Spelling.nearest(to: card.title, in: known)
    {
      return "did you mean \(nearest)?"
    }
    return "Kiln solves linear problems (docs/decks.md lists the cards); "
      + "remove the card if it may go"
  }
}
