import Base
import Client
import JobModel
import Wire

private enum Options {
  static let cpus = Option<Int>("--cpus", integer: 0...4096, "N", "Processors to keep.")
  static let memory = Option<ByteCount>("--memory", bytes: "SIZE", "Memory to keep, as in 12GiB.")
  static let gpus = Option<Int>("--gpus", integer: 0...1024, "N", "Gpus to keep.")
  static let from = Option<Timestamp>(
    "--from", time: "TIME", "When it begins, as in 2026-12-01T08:00+08:00; now by default.")
  static let until = Option<Timestamp>("--to", time: "TIME", "When it ends.")
  static let label = Option<String>(
    "--label", text: "LABEL", "For jobs with this label, instead of those of a project.")
}

extension CommandDeclaration {
  static let reservationAdd = CommandDeclaration(
    "reservation add", "Keep room for the jobs of a project or with a label.",
    discussion: """
      Other jobs neither run in it nor start what might still run when it begins: that is all \
      without `time`, and what has too long a one. One of the same name is replaced.
      """,
    positionals: [Positional("NAME", "A name without blanks.")],
    options: [
      Options.cpus.declaration, Options.memory.declaration, Options.gpus.declaration,
      Options.from.declaration, Options.until.declaration, Options.label.declaration,
    ],
    examples: [
      Example(
        "kiln reservation add demo --cpus 2 --to 2026-12-01T10:00Z --label visit",
        "two cpus from now on")
    ]
  ) { arguments, context in
    guard let until = try arguments(Options.until) else {
      throw KilnError(.usage, "--to is missing", fix: "say when the reservation ends")
    }
    let holder: Reservation.Holder
    switch (try arguments(GlobalOptions.project), try arguments(Options.label)) {
    case (let project?, nil): holder = .project(ProjectName(project))
    case (nil, let label?): holder = .label(label)
    case (nil, nil), (_?, _?):
      throw KilnError(
        .usage, "a reservation is for a project or for a label",
        fix: "give one of --project and --label")
    }
    let reservation = try context.client().reserve(
      Reservation(
        name: arguments.words[0], cpus: try arguments(Options.cpus) ?? 0,
        memory: try arguments(Options.memory) ?? .zero, gpus: try arguments(Options.gpus) ?? 0,
        from: try arguments(Options.from) ?? .now(), until: until, holder: holder))
    if context.wantsJSON { context.show(table([reservation])) }
    context.say("\(reservation.name): reserved until \(reservation.until.spelled)")
    return .success
  }

  static let reservationList = CommandDeclaration(
    "reservation list", "List the reservations that are not over."
  ) { _, context in
    context.show(table(try context.client().reservations()))
    return .success
  }

  static let reservationRemove = CommandDeclaration(
    "reservation remove", "Give reserved room back to everybody.",
    positionals: [Positional("NAME", "The reservation's name.")]
  ) { arguments, context in
    try context.client().unreserve(arguments.words[0])
    context.say("\(arguments.words[0]): removed")
    return .success
  }

  private static func table(_ reservations: [Reservation]) -> Table {
    var table = Table([
      Column("name"), Column("cpus"), Column("memory"), Column("gpus"), Column("from"),
      Column("to"), Column("for"),
    ])
    for reservation in reservations {
      let holder =
        switch reservation.holder {
        case .project(let name): "project \(name)"
        case .label(let label): "label \(label)"
        }
      table.add([
        .text(reservation.name), .integer(Int64(reservation.cpus)), .bytes(reservation.memory),
        .integer(Int64(reservation.gpus)), .time(reservation.from), .time(reservation.until),
        .text(holder),
      ])
    }
    return table
  }
}

extension Option<Timestamp> {
  fileprivate init(_ name: String, time valueName: String, _ summary: String) {
    self.init(name, valueName, summary) { text throws(KilnError) in
      guard let time = Timestamp(spelling: text) else {
        throw KilnError(
          .usage, "\(name): '\(text)' is not a date and a time with its zone",
          fix: "write it as 2026-12-01T08:00+08:00 or 2026-12-01T00:00Z")
      }
      return time
    }
  }
}
