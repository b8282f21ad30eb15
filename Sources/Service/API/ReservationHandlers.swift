import Base
import JobModel
import Scheduling
import Wire

extension Route {
  @Sendable static func listReservations(
    _ request: APIRequest, _ installation: Installation
  ) throws -> HTTPAnswer {
    try .json(200, try installation.store.reservations(at: .now()))
  }

  /// One of the same name is replaced.
  @Sendable static func addReservation(
    _ request: APIRequest, _ installation: Installation
  ) throws -> HTTPAnswer {
    let reservation = try request.decoded(Reservation.self)
    try installation.check(reservation)
    try installation.mailbox.reserve(.add(reservation))
    return try .json(201, reservation)
  }

  @Sendable static func removeReservation(
    _ request: APIRequest, _ installation: Installation
  ) throws -> HTTPAnswer {
    let name = request["name"]
    let known = try installation.store.reservations(at: .now())
    guard known.contains(where: { $0.name == name }) else {
      let hint = nearest(to: name, among: known.map(\.name))
      throw KilnError(
        .notFound, "there is no reservation `\(name)`", fix: hint.map { "did you mean `\($0)`?" })
    }
    try installation.mailbox.reserve(.remove(name: name))
    return try .json(200, [String: String]())
  }
}

extension Installation {
  /// Refuses what can never be kept: more than there is, by itself or beside others of the same time.
  fileprivate func check(_ reservation: Reservation) throws(KilnError) {
    let bytes = reservation.name.utf8
    guard (1...64).contains(bytes.count),
      bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != 0x2F })
    else {
      throw KilnError(
        .usage, "a reservation has a name of 1 to 64 bytes without blanks and slashes", at: "name")
    }
    guard reservation.until > reservation.from, reservation.until > .now() else {
      throw KilnError(
        .usage, "the reservation is over before it begins, or lies in the past", at: "until",
        fix: "choose an end that is later")
    }
    guard reservation.cpus >= 0, reservation.memory >= .zero, reservation.gpus >= 0,
      reservation.cpus > 0 || reservation.memory > .zero || reservation.gpus > 0
    else { throw KilnError(.usage, "the reservation reserves nothing", fix: "give `cpus`") }
    let others = try store.reservations(at: .now()).filter {
      $0.name != reservation.name && $0.from < reservation.until && reservation.from < $0.until
    }
    // At the beginning of one of them all that overlap there are there.
    for moment in ([reservation] + others).map({ max($0.from, reservation.from) }) {
      let held = ([reservation] + others).filter { $0.from <= moment && moment < $0.until }
      let names = held.dropFirst().map(\.name).joined(separator: ", ")
      let beside = names.isEmpty ? "" : " beside \(names)"
      let cpus = held.reduce(0) { $0 + $1.cpus }
      let memory = held.reduce(ByteCount.zero) { $0 + $1.memory }
      let gpus = held.reduce(0) { $0 + $1.gpus }
      guard cpus <= capacity.cpus, memory <= capacity.memory, gpus <= capacity.gpus else {
        throw KilnError(
          .cannotBePlaced,
          "there is no room for `\(reservation.name)`\(beside): \(cpus) cpus, \(memory) and "
            + "\(gpus) gpus of \(capacity.cpus), \(capacity.memory) and \(capacity.gpus)",
          fix: "reserve less, or at another time")
      }
    }
  }
}

extension Reservation {
  /// As the scheduler keeps it: on the clock of this process.
  var slots: SlotReservation {
    let holder: SlotReservation.Holder =
      switch holder {
      case .project(let name): .project(name)
      case .label(let label): .label(label)
      }
    return SlotReservation(
      name: name, cpus: cpus, memory: memory, gpus: gpus, from: from.instant(),
      until: until.instant(), holder: holder)
  }
}
