import Base
import JobModel

/// What `kiln` leaves behind for scripts; the numbers are promised.
package enum ExitCode: Hashable, Sendable {
  case success
  case jobFailed
  case usage
  case nothingMatched
  case cancelled
  case timedOut
  case unreachable
  case refused
  case cannotBePlaced
  case conflict
  case transferIncomplete
  case internalError
  /// The own code of the command that `kiln run -- CMD` ran.
  case command(Int32)

  package var rawValue: Int32 {
    switch self {
    case .success: 0
    case .jobFailed: 1
    case .usage: 2
    case .nothingMatched: 3
    case .cancelled: 4
    case .timedOut: 5
    case .unreachable: 6
    case .refused: 7
    case .cannotBePlaced: 8
    case .conflict: 9
    case .transferIncomplete: 10
    case .internalError: 70
    case .command(let code): code
    }
  }

  /// All but the codes that are passed through.
  static let documented: [ExitCode] = [
    .success, .jobFailed, .usage, .nothingMatched, .cancelled, .timedOut, .unreachable, .refused,
    .cannotBePlaced, .conflict, .transferIncomplete, .internalError,
  ]

  var meaning: String {
    switch self {
    case .success: "All went well."
    case .jobFailed: "A job, or a check, failed."
    case .usage: "Wrong usage, or an invalid file."
    case .nothingMatched: "Nothing matched."
    case .cancelled: "Cancelled."
    case .timedOut: "Timed out waiting."
    case .unreachable: "The server cannot be reached."
    case .refused: "Refused: rights, quota or budget."
    case .cannotBePlaced: "Can never be placed: it asks for more than there is."
    case .conflict: "The key names another job already."
    case .transferIncomplete: "A transfer is incomplete, or a hash differs."
    case .internalError: "Internal error, or the disk failed."
    case .command: "The code of the command itself (`kiln run -- CMD`)."
    }
  }

  init(_ code: KilnError.Code) {
    switch code {
    case .usage, .invalidFile: self = .usage
    case .notFound: self = .nothingMatched
    case .conflict: self = .conflict
    case .refused: self = .refused
    case .cannotBePlaced: self = .cannotBePlaced
    case .unreachable: self = .unreachable
    case .transfer: self = .transferIncomplete
    case .taskFailed: self = .jobFailed
    case .cancelled: self = .cancelled
    case .timedOut: self = .timedOut
    case .storage, .internalError: self = .internalError
    }
  }

  /// How a job ended, for those who waited for it.
  init(_ state: JobState) {
    switch state {
    case .succeeded: self = .success
    case .failed: self = .jobFailed
    case .cancelled: self = .cancelled
    case .queued, .held, .running: self = .timedOut
    }
  }
}
