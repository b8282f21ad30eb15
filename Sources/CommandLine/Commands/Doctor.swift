import Base

extension CommandDeclaration {
  static let doctor = CommandDeclaration(
    "doctor", "Check this installation, and say how to mend it.",
    discussion: "Exit code 1 when a check fails; a warning is not a failure."
  ) { _, context in
    let findings = Diagnosis(context: context).findings()
    if context.wantsJSON || !context.surroundings.outputIsTerminal {
      var table = Table([
        Column("check"), Column("verdict"), Column("finding", isElastic: true),
        Column("fix", isElastic: true),
      ])
      for finding in findings {
        table.add([
          .text(finding.check), .text(finding.verdict.rawValue), .text(finding.text),
          Cell(finding.fix),
        ])
      }
      context.show(table)
    } else {
      for finding in findings {
        context.out.line(finding.line(style: context.style))
        if let fix = finding.fix { context.out.line("      \(escaped(fix))") }
      }
    }
    return findings.contains { $0.verdict == .fail } ? .jobFailed : .success
  }
}

/// What a check of `kiln doctor` found.
struct Finding: Hashable, Sendable {
  enum Verdict: String, Hashable, Sendable {
    case ok
    case warn
    case fail
  }

  let check: String
  let verdict: Verdict
  let text: String
  /// What to do; nil when all is well.
  var fix: String?

  func line(style: Style) -> String {
    let mark = padded(verdict.rawValue, to: 4)
    let emphasis: Emphasis =
      switch verdict {
      case .ok: .good
      case .warn: .warning
      case .fail: .bad
      }
    return "\(style(mark, emphasis))  \(padded(check, to: 14))\(escaped(text))"
  }
}
