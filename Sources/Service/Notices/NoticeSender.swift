import Base
import Glibc
import JobFiles
import JobModel
import Store
import Wire

/// Posts a body to an address: the status of the answer, or why there was none.
package typealias WebhookPost =
  @Sendable (
    _ address: String, _ headers: [String], _ body: [UInt8]
  ) throws(KilnError) -> Int

/// Sends the messages of the outbox: at least once, each until its target has taken it.
///
/// A message is in the database before anyone can hear of it, and leaves the queue only when what
/// became of it is durable; a server that dies in between sends it again, under the same event id.
package final class NoticeSender: Sendable {
  private struct State {
    /// Messages that a thread is sending.
    var underway: Set<Int64> = []
    /// Something may have been put into the outbox.
    var isNudged = true
    var isClosed = false
    var threads = 0
  }

  /// For a server that was started without a way to call addresses.
  package static let unavailable: WebhookPost = { address, _, _ throws(KilnError) in
    throw KilnError(.unreachable, "this server cannot call addresses", at: address)
  }

  private let installation: Installation
  private let settings: NoticeSettings
  private let post: WebhookPost
  private let state = Monitor(State())

  /// So many are sent at the same time, so that one address that hangs does not delay the others.
  private static let threadCount = 3
  private static let longestPause = Seconds(3600)
  private static let patience = Seconds(3 * 86_400)
  /// How long a server that stops waits for what is being sent; the rest is sent again.
  private static let settleSpan = Seconds(1)
  /// An idle server stays until every message was tried so often.
  private static let triesBeforeLeaving = 4

  init(_ installation: Installation, _ settings: NoticeSettings, post: @escaping WebhookPost) {
    self.installation = installation
    self.settings = settings
    self.post = post
  }

  func start() {
    state.change { $0.threads = NoticeSender.threadCount }
    for _ in 0..<NoticeSender.threadCount { _ = Thread("notices") { [self] in run() } }
  }

  /// Called by the loop after a turn that has put something into the outbox.
  func nudge() { state.change { $0.isNudged = true } }

  /// Waits a moment for what is being sent.
  func stop() {
    state.change { $0.isClosed = true }
    _ = state.wait(until: .now() + NoticeSender.settleSpan) { $0.threads == 0 ? true : nil }
  }

  /// Whether an idle server should stay.
  var hasWork: Bool {
    if state.withLock({ !$0.underway.isEmpty }) { return true }
    do {
      return try installation.store.hasNotices(triedLessThan: NoticeSender.triesBeforeLeaving)
    } catch {
      return false
    }
  }

  private func run() {
    defer { state.change { $0.threads -= 1 } }
    while !state.withLock({ $0.isClosed }) {
      do {
        guard let notice = try claim() else {
          try waitForWork()
          continue
        }
        defer { state.change { _ = $0.underway.remove(notice.id) } }
        settle(NoticeSettlement(id: notice.id, outcome: send(notice)))
      } catch {
        Log.write(.error, "messages cannot be read", ["reason": "\(error)"])
        rest()
      }
    }
  }

  /// Until it is durable: what was sent is not sent again because the disk is full. A server that is
  /// stopping leaves it to the next one.
  private func settle(_ settlement: NoticeSettlement) {
    while !state.withLock({ $0.isClosed }) {
      do {
        return try installation.mailbox.settle(settlement)
      } catch {
        Log.write(.warning, "what became of a message waits", ["reason": "\(error)"])
        rest()
      }
    }
  }

  private func rest() {
    _ = state.wait(until: .now() + Seconds(1)) { $0.isClosed ? true : nil }
  }

  private func claim() throws(KilnError) -> PendingNotice? {
    // More than the threads can be sending, so that one is left if there is one.
    let due = try installation.store.dueNotices(
      at: .now(), limit: NoticeSender.threadCount + 1)
    return state.withLock { state in
      guard let notice = due.first(where: { !state.underway.contains($0.id) }) else { return nil }
      state.underway.insert(notice.id)
      return notice
    }
  }

  private func waitForWork() throws(KilnError) {
    let next = try installation.store.nextNotice()
    let pause = next.map {
      max(0.01, Double($0.milliseconds - Timestamp.now().milliseconds) / 1000)
    }
    let deadline = Instant.now() + Seconds(min(pause ?? 60, 60))
    _ = state.wait(until: deadline) { state -> Bool? in
      defer { state.isNudged = false }
      return state.isClosed || state.isNudged ? true : nil
    }
  }

  // MARK: One message

  private func send(_ notice: PendingNotice) -> NoticeSettlement.Outcome {
    do {
      switch notice.way {
      case .webhook(let address): try call(address, notice)
      case .command(let words):
        try NoticeCommand(words: words, state: installation.state).run(notice)
      }
      return .delivered
    } catch {
      Log.write(
        .warning, "a message could not be delivered",
        ["event": notice.event, "target": notice.way.description, "reason": error.message])
      let age = Double(Timestamp.now().milliseconds - notice.createdAt.milliseconds) / 1000
      if age > NoticeSender.patience.value { return .givenUp(error.message) }
      return .failed(error.message, retryAt: NoticeSender.retryTime(after: notice.tries))
    }
  }

  private func call(_ address: String, _ notice: PendingNotice) throws(KilnError) {
    let body = Array(notice.body.utf8)
    var headers = [
      "User-Agent: kiln/\(Kiln.version)", "X-Kiln-Event-Id: \(notice.event)",
      "X-Kiln-Event: \(notice.occasion.eventName)",
    ]
    if let secret = settings.secret {
      let code = SHA256.authentication(of: body, key: Array(secret.utf8))
      headers.append("X-Kiln-Signature: sha256=\(code)")
    }
    let status = try post(address, headers, body)
    guard (200..<300).contains(status) else {
      throw KilnError(.transfer, "the address answered with status \(status)", at: address)
    }
  }

  /// 1 s, 2 s, 4 s … up to an hour, each a fifth shorter or longer by chance, so that the messages of
  /// many jobs do not come back together.
  private static func retryTime(after tries: Int) -> Timestamp {
    let pause = min(Double(1 << min(tries, 20)), longestPause.value) * Double.random(in: 0.8...1.2)
    return Timestamp(milliseconds: Timestamp.now().milliseconds + Int64(pause * 1000))
  }
}
