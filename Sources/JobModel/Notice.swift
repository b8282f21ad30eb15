/// Who is told about a job, and of what.
package struct NoticeTarget: Hashable, Sendable, Codable {
  /// How word is sent.
  package enum Way: Hashable, Sendable, Codable {
    /// An HTTP POST of the event to this address.
    case webhook(String)
    /// A program, with the event on its standard input and in `KILN_EVENT_…`.
    case command([String])
  }

  package var way: Way
  package var occasions: Set<NoticeOccasion>

  package init(_ way: Way, on occasions: Set<NoticeOccasion> = Set(NoticeOccasion.allCases)) {
    self.way = way
    self.occasions = occasions
  }
}

extension NoticeTarget.Way: CustomStringConvertible {
  package var description: String {
    switch self {
    case .webhook(let address): address
    case .command(let words): words.joined(separator: " ")
    }
  }
}

/// What is worth a message: one for a whole job, however many tasks it has.
package enum NoticeOccasion: String, Hashable, Sendable, Codable, CaseIterable {
  /// The first task that ended without success.
  case failure
  /// The job has ended.
  case end

  /// The name of the event in messages.
  package var eventName: String {
    switch self {
    case .failure: "first_failure"
    case .end: "job_ended"
    }
  }
}
