import Base
import Wire

extension HTTPAnswer {
  static func json(_ status: Int, _ value: some Encodable) throws(KilnError) -> HTTPAnswer {
    HTTPAnswer(
      status: status, headers: [("Content-Type", "application/json")],
      body: .bytes(try encoded(value)))
  }

  /// Newline-delimited JSON.
  static func lines(_ stream: any ByteStream) -> HTTPAnswer {
    HTTPAnswer(
      status: 200, headers: [("Content-Type", "application/x-ndjson")], body: .stream(stream))
  }

  static func problems(_ problems: Problems, status: Int? = nil) -> HTTPAnswer {
    let status = status ?? problems.all.first?.code.status ?? 500
    var bytes: [UInt8] = []
    do throws(KilnError) {
      bytes = try encoded(APIFailure(problems: problems.all))
    } catch {
      Log.write(.error, "a failure cannot be written", ["reason": "\(error)"])
    }
    return HTTPAnswer(
      status: status, headers: [("Content-Type", "application/json")], body: .bytes(bytes))
  }

  static func failure(_ error: any Error) -> HTTPAnswer {
    switch error {
    case let error as KilnError: .problems(Problems([error]))
    case let problems as Problems: .problems(problems)
    case let refusal as HTTPRefusal:
      .problems(Problems([refusal.problem]), status: refusal.status)
    default: .problems(Problems([KilnError(.internalError, "\(error)")]))
    }
  }
}

func encoded(_ value: some Encodable) throws(KilnError) -> [UInt8] {
  do {
    return try JSONWriter.encoding(value)
  } catch {
    throw KilnError(.internalError, "an answer cannot be written: \(error)")
  }
}

extension KilnError.Code {
  /// The HTTP status that goes with a problem.
  var status: Int {
    switch self {
    case .usage: 400
    case .invalidFile, .cannotBePlaced: 422
    case .notFound: 404
    case .conflict, .cancelled: 409
    case .refused: 403
    case .unreachable: 503
    case .timedOut: 504
    case .transfer: 400
    case .storage: 507
    case .taskFailed, .internalError: 500
    }
  }
}
