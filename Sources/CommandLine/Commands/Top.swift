import Base

extension CommandDeclaration {
  static let top = CommandDeclaration(
    "top", "Watch and steer all jobs on the full screen.",
    discussion: """
      Jobs with their states, rates and counts; Enter shows the tasks of a job, then the log of a \
      task. Keys: arrows choose, s sorts, r reverses, f shows only what lives or one state, / shows \
      only rows with a text, c cancels after a question, ? lists all keys, q leaves. What is not on \
      the screen is not asked of the server. Needs a terminal; elsewhere `kiln list` is for you.
      """,
    examples: [Example("kiln top", "until q")]
  ) { _, context in
    guard context.surroundings.variable("TERM") != "dumb", let terminal = RawTerminal() else {
      throw KilnError(
        .usage, "top needs a terminal for keys and screen", fix: "use `kiln list` or `kiln watch`")
    }
    return TopLoop(context, terminal).run()
  }
}
