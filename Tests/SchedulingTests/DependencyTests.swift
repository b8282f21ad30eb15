import JobModel
import Scheduling
import Testing

@Suite("dependencies") struct DependencyTests {
  @Test("a step that gathers starts when the whole upstream has succeeded")
  func gathers() {
    var scene = Scene(cpus: 4)
    scene.submit(1, step(2), step(2, needs: [gather(1)]))
    scene.end(1, .succeeded)
    #expect(scene.leased == "1.1.2")
    #expect(scene.state(1, 2, 1) == .waiting)
    scene.end(2, .succeeded)
    #expect(scene.leased == "1.2.1 1.2.2")
  }

  @Test("an elementwise task starts when its own upstream task has succeeded")
  func followsElementwise() {
    var scene = Scene(cpus: 2)
    scene.submit(1, step(3), step(3, needs: [elementwise(1)]))
    scene.end(2, .succeeded)
    scene.end(1, .succeeded)
    #expect(scene.leased == "1.2.1 1.1.3")
    #expect(scene.state(1, 2, 2) == .ready)
    #expect(scene.state(1, 2, 3) == .waiting)
  }

  @Test("a task with two dependencies waits for both")
  func both() {
    var scene = Scene(cpus: 4)
    scene.submit(1, step(2), step(1), step(2, needs: [elementwise(1), gather(2)]))
    #expect(scene.leased == "1.1.1 1.1.2 1.2.1")
    scene.end(1, .succeeded)
    #expect(scene.leased == "1.1.2 1.2.1")
    scene.end(3, .succeeded)
    #expect(scene.leased == "1.3.1 1.1.2")
  }

  @Test("when a task ends without success, what needs it is refused, down to the last step")
  func refusal() {
    var scene = Scene(cpus: 2)
    scene.submit(
      1, step(2), step(2, needs: [elementwise(1)]), step(1, needs: [gather(2)]),
      step(1, needs: [gather(3)]))
    let actions = scene.end(1, .failed(exit: 1))
    #expect(
      actions.changes == [
        .leaseEnded(SlotID(1), Epoch(1)),
        .tasksEnded(stepID(1, 1), TaskRange(1), .failed(exit: 1)),
        .tasksEnded(stepID(1, 2), TaskRange(1), .refused),
        .tasksEnded(stepID(1, 3), TaskRange(1), .refused),
        .tasksEnded(stepID(1, 4), TaskRange(1), .refused),
      ])
    scene.end(2, .succeeded)
    #expect(scene.leased == "1.2.2", "what does not need it goes on")
    #expect(scene.end(1, .succeeded).changes.last == .jobEnded(JobID(1), .failed))
  }

  @Test("an attempt that is repeated refuses nothing")
  func retryRefusesNothing() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1), step(1, needs: [gather(1)]))
    scene.end(1, .lost)
    #expect(scene.state(1, 2, 1) == .waiting)
  }

  @Test("steps may be listed before what they need")
  func anyOrder() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1, needs: [gather(2)]), step(1))
    #expect(scene.leased == "1.2.1")
    scene.end(1, .succeeded)
    #expect(scene.leased == "1.1.1")
  }
}
