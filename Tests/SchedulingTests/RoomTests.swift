import Base
import JobModel
import Testing

@testable import Scheduling

@Suite("gpus, licences and pools") struct RoomTests {
  @Test("parts of gpus are packed, so that whole ones stay whole")
  func packing() {
    var room = Room(Capacity(cpus: 8, memory: .gibibytes(8), gpus: 3))
    let half = Need(cpus: 1, memory: .gibibytes(1), gpus: Amount(thousandths: 500))
    var given: [[Int]] = []
    for _ in 0..<3 {
      given.append(room.gpuIndices(for: half))
      room.take(half, gpus: given.last ?? [])
    }
    #expect(given == [[0], [0], [1]])
    #expect(room.gpuIndices(for: Need(gpus: .one)) == [2])
    #expect(!room.fits(Need(gpus: Amount(2))), "half of one and a whole one are not two")
    #expect(room.fits(Need(gpus: Amount(thousandths: 500))))
    #expect(!room.fits(Need(gpus: Amount(thousandths: 501), pools: [.named("x"): .one])))
  }

  @Test("two halves of different gpus are not a whole one")
  func fragments() {
    var room = Room(Capacity(cpus: 8, memory: .gibibytes(8), gpus: 2))
    room.gpus = [Amount(thousandths: 500), Amount(thousandths: 500)]
    #expect(!room.fits(Need(gpus: .one)))
    room.setAside(Need(gpus: .one))
    #expect(room.gpus == [.zero, .zero], "what cannot be met yet keeps all of them")
  }

  @Test("what is taken and given back leaves the room as it was")
  func balance() {
    let before = Room(
      Capacity(
        cpus: 4, memory: .gibibytes(4), gpus: 2, pools: [.named("tokens"): Amount(2)],
        labelLimits: ["night": 3]))
    let need = Need(
      cpus: 2, memory: .gibibytes(1), gpus: Amount(2),
      pools: [.named("tokens"): Amount(thousandths: 300), .label("night"): .one])
    var room = before
    let gpus = room.gpuIndices(for: need)
    room.take(need, gpus: gpus)
    #expect(room.cpus == 2 && room.pools[.named("tokens")] == Amount(thousandths: 1700))
    room.giveBack(need, gpus: gpus)
    #expect(room == before)
  }

  @Test(
    "amounts are exact to a thousandth",
    arguments: [
      (0.1, "0.1"), (2, "2"), (1.25, "1.25"), (0.001, "0.001"), (0.0005, nil), (-1, nil),
    ] as [(Double, String?)])
  func amounts(_ number: Double, _ text: String?) {
    #expect(Amount(exactly: number)?.description == text)
  }

  @Test("a lease names its gpus, and no gpu is given out beyond what it has")
  func leases() {
    var scene = Scene(Capacity(cpus: 8, memory: .gibibytes(8), gpus: 2))
    scene.submit(1, on(gpus: 500, 3))
    #expect(scene.scheduler.leases.map(\.gpus) == [[0], [0], [1]])
    scene.submit(2, on(gpus: 1000, 1))
    #expect(scene.sentences(2, 1, 1) == ["needs 1 gpu; none is free"])
    scene.end(3, .succeeded)
    #expect(scene.lease(3)?.gpus == [1])
    #expect(scene.scheduler.busyGPUs == [.one, .one])
  }

  @Test("a restarted scheduler knows which gpus are out")
  func restart() {
    var scene = Scene(Capacity(cpus: 8, memory: .gibibytes(8), gpus: 2))
    let plan = plan(1, [on(gpus: 1000, 2)])
    let granted = scene.tell(.submitted(plan)).grants
    let later = Scene(
      Capacity(cpus: 8, memory: .gibibytes(8), gpus: 2), lastEpoch: 2,
      restored: [
        RestoredJob(
          plan: plan, hasStarted: true, ended: [[]], retried: [[:]],
          leases: Array(granted.dropFirst()))
      ])
    #expect(later.scheduler.busyGPUs == [.zero, .one])
  }

  @Test("a pool is shared in parts")
  func pools() {
    var scene = Scene(
      Capacity(
        cpus: 8, memory: .gibibytes(8), pools: [.named("tokens"): Amount(thousandths: 1200)]))
    var step = step(3)
    step.pools = [.named("tokens"): Amount(thousandths: 500)]
    scene.submit(1, step)
    #expect(scene.leased == "1.1.1 1.1.2")
    #expect(scene.sentences(1, 1, 3) == ["needs 0.5 of the pool tokens; 0.2 is free"])
    scene.end(1, .succeeded)
    #expect(scene.leased == "1.1.3 1.1.2")
  }

  @Test("no more tasks with a label run than the installation allows, whosever they are")
  func labels() {
    var scene = Scene(
      Capacity(cpus: 8, memory: .gibibytes(8), labelLimits: ["night": 2]))
    for job in 1...2 {
      var plan = plan(Int64(job), [step(2)])
      plan.labels = ["night", "other"]
      scene.tell(.submitted(plan))
    }
    scene.submit(3, step(1))
    #expect(scene.leased == "1.1.1 1.1.2 3.1.1")
    #expect(
      scene.sentences(2, 1, 1) == [
        "waits for one of the 2 tasks with the label `night` that run; its `max_running` is 2"
      ])
    scene.end(1, .succeeded)
    #expect(scene.leased == "2.1.1 1.1.2 3.1.1")
  }

  private func on(gpus thousandths: Int, _ tasks: Int) -> StepPlan {
    var step = step(tasks)
    step.gpus = Amount(thousandths: thousandths)
    return step
  }
}
