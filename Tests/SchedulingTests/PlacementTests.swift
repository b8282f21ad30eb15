import Base
import JobModel
import Scheduling
import Testing

@Suite("order and room") struct PlacementTests {
  @Test("higher priority goes first, then the earlier job, then the earlier step")
  func order() {
    var scene = Scene(cpus: 1)
    scene.submit(9, step(1))
    scene.submit(1, step(1), step(1))
    scene.submit(2, step(1), priority: 5)
    scene.submit(3, step(1), priority: -1)
    var served: [String] = []
    while !scene.leased.isEmpty {
      served.append(scene.leased)
      scene.end(1, .succeeded)
    }
    #expect(served == ["9.1.1", "2.1.1", "1.1.1", "1.2.1", "3.1.1"])
  }

  @Test("neither cpus, memory nor licences are ever exceeded")
  func capacity() {
    var scene = Scene(cpus: 4, memory: .gibibytes(4), licences: ["solver": 1])
    scene.submit(1, step(9, cpus: 3))
    #expect(scene.scheduler.busyCpus == 3)
    scene = Scene(cpus: 4, memory: .gibibytes(4))
    scene.submit(1, step(9, memory: .gibibytes(2)))
    #expect(scene.leased == "1.1.1 1.1.2")
    #expect(scene.scheduler.busyMemory == .gibibytes(4))
    scene = Scene(cpus: 4, memory: .gibibytes(4), licences: ["solver": 1])
    scene.submit(1, step(9, licences: ["solver": 1]))
    #expect(scene.leased == "1.1.1")
  }

  @Test("a large task is not starved by small ones that came later")
  func noStarvation() {
    var scene = Scene(cpus: 2)
    scene.submit(1, step(1))
    scene.submit(2, step(1, cpus: 2))
    scene.submit(3, step(100))
    #expect(scene.leased == "1.1.1", "one cpu is kept for the large task")
    scene.end(1, .succeeded)
    #expect(scene.leased == "2.1.1")
  }

  @Test("small tasks behind a large one use what it leaves over")
  func backfill() {
    var scene = Scene(cpus: 4)
    scene.submit(1, step(2, cpus: 3))
    scene.submit(2, step(100))
    #expect(scene.leased == "1.1.1 2.1.1", "the fourth cpu would be free beside the next one, too")
    scene.end(1, .succeeded)
    #expect(scene.leased == "1.1.2 2.1.1")
  }

  @Test("what waits for a licence lets those pass that do not stand in its way")
  func licenceWait() {
    var scene = Scene(cpus: 3, licences: ["solver": 1])
    scene.submit(1, step(5, licences: ["solver": 1]))
    scene.submit(2, step(5))
    #expect(scene.leased == "1.1.1 2.1.1 2.1.2")
  }

  @Test("a large task behind a queue for a licence is not starved by small ones either")
  func noStarvationBehindLicence() {
    var scene = Scene(cpus: 4, licences: ["solver": 1])
    scene.submit(1, step(50, licences: ["solver": 1]))
    scene.submit(3, step(100))
    #expect(scene.leased == "1.1.1 3.1.1 3.1.2 3.1.3")
    scene.submit(2, step(1, cpus: 3))
    for slot in [2, 3] {
      scene.end(slot, .succeeded)
      #expect(scene.lease(slot) == nil, "kept for the large task")
    }
    scene.end(4, .succeeded)
    #expect(scene.leased == "1.1.1 2.1.1")
  }

  @Test("a task that is too large for what is left of the machine keeps nobody waiting")
  func shrunkCapacity() {
    var scene = Scene(cpus: 4)
    scene.submit(1, step(1, cpus: 4), isHeld: true)
    scene.tell(.capacityChanged(Capacity(cpus: 2, memory: .gibibytes(8))))
    scene.tell(.release(JobID(1)))
    scene.submit(2, step(9))
    #expect(scene.leased == "2.1.1 2.1.2")
    scene.tell(.capacityChanged(Capacity(cpus: 6, memory: .gibibytes(8))))
    #expect(scene.leased == "2.1.1 2.1.2 1.1.1")
  }

  @Test("a free slot with a smaller number is used first")
  func smallestSlot() {
    var scene = Scene(cpus: 3)
    scene.submit(1, step(3))
    scene.submit(2, step(3))
    scene.end(2, .succeeded)
    #expect(scene.leased == "1.1.1 2.1.1 1.1.3")
  }

  @Test("a job that asks for more than there is can be told before it is submitted")
  func neverFits() {
    let scene = Scene(cpus: 2, memory: .gibibytes(24), licences: ["solver": 1])
    let cases: [(StepPlan, String?)] = [
      (step(1, cpus: 2, memory: .gibibytes(24), licences: ["solver": 1]), nil),
      (step(1, cpus: 3), "can never be placed: it asks for 3 cpus, this installation has 2"),
      (
        step(1, memory: .gibibytes(64)),
        "can never be placed: it asks for 64 GiB of memory, this installation has 24 GiB"
      ),
      (
        step(1, licences: ["solver": 2]),
        "can never be placed: it asks for 2 licences of solver, this installation has 1"
      ),
      (
        step(1, licences: ["nastran": 1]),
        "can never be placed: it asks for 1 licence of nastran, this installation has 0"
      ),
    ]
    for (step, sentence) in cases {
      #expect(scene.scheduler.neverFits(plan(1, [step]))?.sentence() == sentence)
    }
  }
}
