import Base
import JobModel
import Wire

extension Installation {
  private static let page = 500
  private static let hints = 200

  /// The job that a path means: a number, `last`, or `@name` for the newest of that name.
  func job(_ selector: String) throws(KilnError) -> JobID {
    if selector == "last" {
      guard let newest = try newest else { throw KilnError(.notFound, "there is no job yet") }
      return newest
    }
    if selector.first == "@" { return try job(named: String(selector.dropFirst())) }
    guard let number = Int64(selector), number > 0 else {
      throw KilnError(
        .notFound, "`\(selector)` does not name a job", fix: "use a number, `last` or `@name`")
    }
    let id = JobID(number)
    if try store.summary(id) != nil { return id }
    throw KilnError(
      .notFound, "there is no job \(id)", fix: try newest.map { "the newest is \($0)" })
  }

  private var newest: JobID? {
    get throws(KilnError) {
      try store.jobs(project: nil, states: [], before: nil, limit: 1).first?.id
    }
  }

  private func job(named name: String) throws(KilnError) -> JobID {
    var before: JobID?
    var others: [String] = []
    while true {
      let jobs = try store.jobs(
        project: nil, states: [], before: before, limit: Installation.page)
      if let found = jobs.first(where: { $0.name == name }) { return found.id }
      if others.count < Installation.hints { others += jobs.map(\.name) }
      guard jobs.count == Installation.page, let last = jobs.last else { break }
      before = last.id
    }
    let hint = nearest(to: name, among: Set(others))
    throw KilnError(
      .notFound, "there is no job named `\(name)`", fix: hint.map { "did you mean `@\($0)`?" })
  }
}
