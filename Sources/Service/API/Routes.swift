/// The HTTP API, version 1 (docs/http-api.md); paths are below `/v1`.
extension Route {
  static let all: [Route] = [
    .get("server", showServer),
    .post("server/stop", stopServer),
    .get("reservations", listReservations),
    .post("reservations", addReservation),
    .post("reservations/:name/remove", removeReservation),
    .post("files/missing", listMissingFiles),
    .put("files/:digest", receiveFile),
    .post("jobs", submitJob),
    .get("jobs", listJobs),
    .get("jobs/:job", showJob),
    .get("jobs/:job/tasks", listTasks),
    .get("jobs/:job/tasks/:step/:task/explain", explainTask),
    .get("jobs/:job/tasks/:step/:task/files/:name", readResultFile),
    .get("jobs/:job/tasks/:step/:task/logs/:stream", readLog),
    .get("jobs/:job/events", followEvents),
    .get("jobs/:job/table", writeTable),
    .get("jobs/:job/results", listResults),
    .post("jobs/cancel", changeRange(.cancel)),
    .post("jobs/hold", changeRange(.hold)),
    .post("jobs/release", changeRange(.release)),
    .post("jobs/:job/cancel", change(.cancel)),
    .post("jobs/:job/hold", change(.hold)),
    .post("jobs/:job/release", change(.release)),
    .post("jobs/:job/retry", change(.retry)),
  ]
}
