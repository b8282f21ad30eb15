import Base
import Wire

/// What an answer that is not a success says: the server's own problems where it sent them.
func serverFailure(_ response: HTTPResponse) -> Problems {
  do {
    let failure = try JSONValue.decoding(APIFailure.self, response.body, path: "answer")
    if !failure.problems.isEmpty { return Problems(failure.problems) }
  } catch {
    // Not one of our bodies: the status alone has to do.
  }
  return Problems([KilnError(code(of: response.status), "the server answered \(response.status)")])
}

private func code(of status: Int) -> KilnError.Code {
  switch status {
  case 400, 413, 422: .invalidFile
  case 401, 403, 429: .refused
  case 404: .notFound
  case 409: .conflict
  case 502, 503, 504: .unreachable
  case 507: .storage
  default: .internalError
  }
}
