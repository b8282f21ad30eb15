import Base
import JobModel
import Scheduling
import Store
import Testing
import Wire

@Suite("random histories")
struct RandomTests {
  @Test(
    "after any history the store knows what a table of single tasks knows",
    arguments: 1...12 as ClosedRange<UInt64>)
  func history(seed: UInt64) throws {
    let world = try StoreWorld()
    var model = NaiveQueue(seed: seed)
    for turn in 1...120 {
      try world.store.commit(model.nextBatch())
      if turn % 40 == 0 {
        try world.reopen()
        try compare(world.store, model, "seed \(seed), turn \(turn)")
      }
    }
    for kind in [
      "leaseGranted", "leaseEnded", "tasksEnded", "taskRetried", "cancelAsked", "tasksReopened",
      "jobHeld", "jobReleased", "jobStarted", "jobEnded",
    ] {
      #expect(model.made[kind, default: 0] > 0, "seed \(seed) never made \(kind)")
    }
  }

  private func compare(_ store: Store, _ model: NaiveQueue, _ place: Comment) throws {
    let loaded = try store.load()
    #expect(loaded.lastEpoch == model.lastEpoch, place)
    #expect(loaded.lastJob == model.jobs.keys.max() ?? JobID(0), place)
    let live = model.jobs.filter { $0.value.ended == nil }.keys.sorted()
    #expect(loaded.jobs.map(\.record.id) == live, place)
    #expect(try store.knownEpochs() == model.published.union(model.leases.keys), place)
    let listed = try store.jobs(project: nil, states: [], before: nil, limit: 9999)
    #expect(listed.map(\.id) == model.jobs.keys.sorted().reversed(), place)
    for (id, expected) in model.jobs {
      let stored = try #require(try store.stored(id))
      try compareTasks(stored.restored, expected, place)
      #expect(stored.restored.hasStarted == expected.hasStarted, place)
      #expect(stored.restored.plan.isHeld == expected.isHeld, place)
      #expect(stored.record.project == expected.record.project, place)
      let leases = model.leases.values.filter { $0.step.job == id }.sorted { $0.epoch < $1.epoch }
      #expect(stored.restored.leases == leases, place)
      let workers = model.workers.filter { worker in leases.contains { $0.epoch == worker.key } }
      #expect(stored.workers == workers, place)
      try compareListing(store, id, expected, place)
    }
  }

  private func compareTasks(
    _ restored: RestoredJob, _ expected: NaiveQueue.Job, _ place: Comment
  ) throws {
    for (index, tasks) in expected.steps.enumerated() {
      var ended: [Int: EndReason] = [:]
      for run in restored.ended[index] {
        for number in run.tasks.numbers { ended[number] = run.reason }
      }
      let asked = restored.cancelAsked[index].flatMap { Array($0.numbers) }
      for (number, task) in zip(1..., tasks) {
        var reason: EndReason?
        if case .ended(let end, _, _) = task.state { reason = end }
        #expect(ended[number] == reason, place)
        let retried = restored.retried[index][number] ?? []
        #expect(retried.map(\.attempt) == task.retried.keys.sorted(), place)
        #expect(retried.allSatisfy { task.retried[$0.attempt] == $0.reason }, place)
        #expect(asked.contains(number) == task.isCancelAsked, place)
      }
    }
  }

  private func compareListing(
    _ store: Store, _ id: JobID, _ expected: NaiveQueue.Job, _ place: Comment
  ) throws {
    let (summary, counts, usage) = try #require(try store.summary(id))
    #expect(summary.state.isEnded == (expected.ended != nil), place)
    if let state = expected.ended { #expect(summary.state == state, place) }
    #expect(usage == expected.usage, place)
    var ends: [Int: [Int: TaskEnd]] = [:]
    for end in try store.ends(id, step: nil, onlyUnsuccessful: false, limit: 9999) {
      for number in end.tasks.numbers { ends[end.step, default: [:]][number] = end }
    }
    for (index, tasks) in expected.steps.enumerated() {
      #expect(counts[index].total == tasks.count, place)
      var running = 0
      var ended = 0
      for (number, task) in zip(1..., tasks) {
        let end = ends[index]?[number]
        switch task.state {
        case .open: #expect(end == nil, place)
        case .leased:
          running += 1
          #expect(end == nil, place)
        case .ended(let reason, let attempt, let message):
          ended += 1
          #expect(end?.reason == reason, place)
          #expect(end?.attempt == attempt, "\(place): \(id).\(index).\(number)")
          #expect(end?.message == message, place)
        }
      }
      #expect(counts[index].running == running, place)
      #expect(counts[index].ended == ended, place)
    }
  }
}
