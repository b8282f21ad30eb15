import Base
import JobModel
import Testing

@testable import Scheduling

@Suite("reservations") struct ReservationTests {
  @Test("others neither run in it nor run into it, and its own jobs find the room")
  func keepsOut() {
    var scene = Scene(cpus: 4)
    scene.tell(.reserved(reservation(in: scene, cpus: 3, from: 60, until: 120)))
    scene.submit(1, step(2))
    #expect(
      scene.leased == "1.1.1", "one cpu is left beside the reservation for any length of time")
    scene.submit(2, step(1, cpus: 2, time: 60))
    #expect(scene.leased == "1.1.1 2.1.1", "it ends before")
    #expect(
      scene.sentences(1, 1, 2).first
        == "might run into the reservation `demo`, which begins in 1 min")
    scene.pass(60)
    scene.end(2, .succeeded)
    scene.tell(.tick)
    #expect(scene.leased == "1.1.1")
    #expect(
      scene.sentences(1, 1, 2).first
        == "leaves the room that `demo` reserves for others, for 1 min more")
    var own = plan(3, [step(4)])
    own.labels = ["visit"]
    scene.tell(.submitted(own))
    #expect(scene.leased == "1.1.1 3.1.1 3.1.2 3.1.3")
  }

  @Test("it is over at its end, for which the shell is woken")
  func ends() {
    var scene = Scene(cpus: 1)
    scene.tell(.reserved(reservation(in: scene, cpus: 1, from: 0, until: 30)))
    scene.submit(1, step(1))
    #expect(scene.leased.isEmpty)
    #expect(scene.scheduler.nextWake == scene.now + Seconds(30))
    scene.pass(30)
    scene.tell(.tick)
    #expect(scene.leased == "1.1.1")
    #expect(scene.scheduler.reservations.isEmpty)
  }

  @Test("one that is removed keeps nobody out")
  func removed() {
    var scene = Scene(cpus: 1)
    scene.tell(.reserved(reservation(in: scene, cpus: 1, from: 10, until: 30)))
    scene.submit(1, step(1))
    #expect(scene.leased.isEmpty)
    scene.tell(.unreserved(name: "demo"))
    #expect(scene.leased == "1.1.1")
  }

  @Test("a task that ends at the very moment at which it begins may start")
  func endsAtItsBegin() {
    var scene = Scene(cpus: 1)
    scene.tell(.reserved(reservation(in: scene, cpus: 1, from: 0.3, until: 60)))
    // The same nanosecond, but their quotient is below 1.
    scene.submit(1, step(2, time: 0.1 + 0.2, estimate: 0.001))
    #expect(scene.leased == "1.1.1")
  }

  @Test("a job inside two of them that one keeps back keeps back nobody itself")
  func insideTwo() {
    var scene = Scene(cpus: 4)
    scene.tell(.reserved(reservation(in: scene, cpus: 1, from: 0, until: 60)))
    var second = reservation(in: scene, cpus: 1, from: 0, until: 30)
    second.name = "second"
    scene.tell(.reserved(second))
    var own = plan(1, [step(1, cpus: 4)])
    own.labels = ["visit"]
    scene.tell(.submitted(own))
    scene.submit(2, step(1, cpus: 2))
    #expect(scene.leased == "2.1.1")
  }

  @Test("two of the same time are both kept")
  func overlap() {
    var scene = Scene(cpus: 4)
    scene.tell(.reserved(reservation(in: scene, cpus: 2, from: 0, until: 60)))
    var second = reservation(in: scene, cpus: 1, from: 0, until: 60)
    second.name = "second"
    second.holder = .project(.main)
    scene.tell(.reserved(second))
    var foreign = plan(1, [step(4)])
    foreign.project = ProjectName("other")
    scene.tell(.submitted(foreign))
    #expect(scene.leased == "1.1.1")
    scene.submit(2, step(4))
    #expect(scene.leased == "1.1.1 2.1.1")
  }

  @Test("what its jobs use beyond it is not kept a second time")
  func beyond() {
    let demo = SlotReservation(
      name: "demo", cpus: 1, memory: .zero, from: Instant(nanoseconds: 0),
      until: Instant(nanoseconds: 9), holder: .label("visit"))
    let inside = Tenant(need: Need(cpus: 3), gpus: [], project: .main, labels: ["visit"])
    let room = SlotReservation.room(
      of: Room(cpus: 4, memory: .gibibytes(1)), held: [demo], tenants: [inside],
      project: .main, labels: [])
    #expect(room.cpus == 1)
  }

  @Test("what makes way for one task leaves room beside a later reservation for the next, at once")
  func makesWayBefore() {
    var scene = Scene(cpus: 4)
    scene.tell(.reserved(reservation(in: scene, cpus: 2, from: 60, until: 120)))
    var stopped = plan(1, [step(1, memory: .gibibytes(6))])
    stopped.isPreemptible = true
    scene.tell(.submitted(stopped))
    scene.submit(2, step(1), priority: 1)
    scene.submit(3, step(1), priority: 1)
    #expect(scene.leased == "1.1.1 2.1.1", "a third would run into the reservation")
    let actions = scene.submit(4, step(1, memory: .gibibytes(4), time: 1), priority: 2)
    #expect(actions.contains(.cancel(SlotID(1), Epoch(1), TaskRange(1))))
    #expect(scene.leased == "1.1.1 2.1.1 3.1.1")
  }

  private func reservation(
    in scene: Scene, cpus: Int, from: Double, until: Double
  ) -> SlotReservation {
    SlotReservation(
      name: "demo", cpus: cpus, memory: .zero, from: scene.now + Seconds(from),
      until: scene.now + Seconds(until), holder: .label("visit"))
  }
}
