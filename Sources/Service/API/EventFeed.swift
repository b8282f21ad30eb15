import Base
import JobModel
import Store
import Synchronization
import Wire

/// The lines that followers of one job read, made once for all who stand at the same place.
///
/// A thousand followers of a job ask for the same events and the same snapshot: reading and encoding
/// them for each would cost a processor. Whoever comes first makes them, the others wait for it.
final class EventFeed: Sendable {
  /// Consecutive events after a cursor, encoded.
  struct Page: Sendable {
    var lines: [UInt8] = []
    /// Of the last event; nil where there is none.
    var cursor: Int64?
    /// More may follow at once.
    var isFull = false
    /// Where the line of a last `jobEnded` begins.
    var end: Int?
  }

  private struct Content {
    /// The change at which the rest was made.
    var changes = -1
    var pages: [Int64: Page] = [:]
    var snapshot: [UInt8]?
  }

  private let job: JobID
  private let content = Mutex(Content())

  /// Events in one page.
  private static let batch = 1000
  /// Slow readers stand anywhere; most stand at the end.
  private static let pagesMax = 64

  init(_ job: JobID) { self.job = job }

  /// The events after a cursor, as they are at a change or later.
  func page(
    after cursor: Int64, at changes: Int, _ installation: Installation
  ) throws(KilnError) -> Page {
    try content.withLock { (content) throws(KilnError) in
      EventFeed.renew(&content, changes)
      if let page = content.pages[cursor] { return page }
      let events = try installation.store.events(job, after: cursor, limit: EventFeed.batch)
      let page = try EventFeed.encode(events)
      if content.pages.count < EventFeed.pagesMax { content.pages[cursor] = page }
      return page
    }
  }

  /// The line of a snapshot; nil for a job that is unknown.
  func snapshot(at changes: Int, _ installation: Installation) throws(KilnError) -> [UInt8]? {
    try content.withLock { (content) throws(KilnError) in
      EventFeed.renew(&content, changes)
      if let line = content.snapshot { return line }
      let id = job
      var snapshot = try installation.mailbox.ask { $0.snapshot(id) }
      if snapshot == nil, let stored = try installation.store.summary(job) {
        snapshot = JobSnapshot(summary: stored.summary, steps: stored.steps, running: [])
      }
      guard let snapshot else { return nil }
      let event = JobEvent(cursor: nil, at: .now(), kind: .snapshot(snapshot))
      content.snapshot = try EventFeed.line(event)
      return content.snapshot
    }
  }

  private static func renew(_ content: inout Content, _ changes: Int) {
    if changes > content.changes { content = Content(changes: changes) }
  }

  private static func encode(_ events: [JobEvent]) throws(KilnError) -> Page {
    var page = Page(isFull: events.count == batch)
    for (index, event) in events.enumerated() {
      if index == events.count - 1, case .jobEnded = event.kind { page.end = page.lines.count }
      page.lines += try line(event)
      page.cursor = event.cursor ?? page.cursor
    }
    return page
  }

  private static func line(_ event: JobEvent) throws(KilnError) -> [UInt8] {
    do {
      return try JSONWriter.encoding(event) + [UInt8(ascii: "\n")]
    } catch {
      throw KilnError(.internalError, "an event cannot be written: \(error)")
    }
  }
}
