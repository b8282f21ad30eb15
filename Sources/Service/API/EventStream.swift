import Base
import JobModel
import Wire

extension Route {
  @Sendable static func followEvents(
    _ request: APIRequest, _ installation: Installation
  ) throws -> HTTPAnswer {
    let id = try installation.job(request["job"])
    let stream = EventStream(
      job: id, installation: installation, after: Int64(try request.queryNumber("after") ?? 0),
      follows: try request.queryFlag("follow"), showsSnapshots: try request.queryFlag("snapshots"))
    return .lines(stream)
  }
}

/// Events of a job after a cursor; with `follow`, until the job has ended.
///
/// It reads what is durable and waits for the loop's word that there is more, so a slow reader costs
/// the loop nothing.
final class EventStream: ByteStream, @unchecked Sendable {
  // Sound: only the thread of its connection uses a stream.
  private let job: JobID
  private let installation: Installation
  private let feed: EventFeed
  private let follows: Bool
  private let showsSnapshots: Bool
  private var cursor: Int64
  private var seenChanges = -1
  private var snapshotSeen = -1
  private var snapshotAt: Instant?
  private var hasEnded = false
  private var writtenAt = Instant.now()
  /// Whether it has said something since it last rested.
  private var hasWritten = false

  private static let snapshotInterval = Seconds.milliseconds(100)
  static let keepAlive = Seconds(5)
  /// Empty lines, which readers pass over. Clients that measure bytes in a second, as libcurl does, take
  /// a single one in five seconds for silence.
  static let signOfLife = [UInt8](repeating: UInt8(ascii: "\n"), count: 64)

  init(
    job: JobID, installation: Installation, after cursor: Int64, follows: Bool,
    showsSnapshots: Bool
  ) {
    self.job = job
    self.installation = installation
    self.cursor = cursor
    self.follows = follows
    self.showsSnapshots = showsSnapshots
    feed = installation.followers.follow(job)
  }

  func close() { installation.followers.leave(job) }

  func next() throws(KilnError) -> [UInt8]? {
    while !hasEnded {
      if let bytes = try step() {
        writtenAt = .now()
        hasWritten = true
        return bytes
      }
      guard follows, !hasEnded, !installation.followers.isClosed else { return nil }
      if hasWritten { pause(installation.followers.rest(job)) }
      hasWritten = false
      if Instant.now() - writtenAt >= EventStream.keepAlive {
        writtenAt = .now()
        return EventStream.signOfLife
      }
      installation.followers.wait(job, beyond: seenChanges, until: deadline)
    }
    return nil
  }

  /// When to look again although nothing was heard.
  private var deadline: Instant {
    let alive = writtenAt + EventStream.keepAlive
    guard showsSnapshots, snapshotSeen != seenChanges, let snapshotAt else { return alive }
    return min(alive, snapshotAt + EventStream.snapshotInterval)
  }

  /// What there is to say now; nil when there is nothing.
  private func step() throws(KilnError) -> [UInt8]? {
    let changes = installation.followers.count(job)
    var lines: [UInt8] = []
    if changes != seenChanges {
      let isFirst = seenChanges < 0
      let page = try feed.page(after: cursor, at: changes, installation)
      // A full page may not be all.
      if !page.isFull { seenChanges = changes }
      try append(page, to: &lines)
      if isFirst, page.lines.isEmpty { try endIfOver() }
    }
    if !hasEnded, showsSnapshots, isSnapshotDue { try appendSnapshot(to: &lines) }
    return lines.isEmpty ? nil : lines
  }

  private func append(_ page: EventFeed.Page, to lines: inout [UInt8]) throws(KilnError) {
    if let cursor = page.cursor { self.cursor = cursor }
    guard let end = page.end, !page.isFull, follows, try isOver() else {
      lines += page.lines
      return
    }
    lines += page.lines[..<end]
    // The counts as they are at the end, and then the last line.
    if showsSnapshots { try appendSnapshot(to: &lines) }
    hasEnded = true
    lines += page.lines[end...]
  }

  /// Everything was delivered on an earlier connection already.
  private func endIfOver() throws(KilnError) {
    if follows { hasEnded = try isOver() }
  }

  /// Whether the job has ended; one whose tasks are tried again goes on after its end.
  private func isOver() throws(KilnError) -> Bool {
    try installation.store.summary(job)?.summary.state.isEnded ?? true
  }

  // MARK: Snapshots

  private var isSnapshotDue: Bool {
    guard snapshotSeen != seenChanges else { return false }
    guard let snapshotAt else { return true }
    return Instant.now() - snapshotAt >= EventStream.snapshotInterval
  }

  private func appendSnapshot(to lines: inout [UInt8]) throws(KilnError) {
    snapshotSeen = seenChanges
    snapshotAt = .now()
    lines += try feed.snapshot(at: seenChanges, installation) ?? []
  }
}
