import Base
import Glibc
import JobModel
import Scheduling
import Store
import Testing
import Wire

@Suite("a failing disk")
struct DiskFailureTests {
  @Test("a write that fails for another reason than a full disk ends the server with status 74")
  func stop() async throws {
    let result = await #expect(
      processExitsWith: .exitCode(74), observing: [\.standardErrorContent]
    ) {
      let world = try StoreWorld()
      try world.submit(Sample.record())
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 100_000, rlim_max: 100_000)
      // Sound: `limit` is a local that outlives the call.
      let limited = unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      precondition(limited == 0)
      for number in 2...100 as ClosedRange<Int64> {
        try world.submit(Sample.record(number))
      }
    }
    let words = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(words.contains("kiln: the disk failed under /tmp/kiln-test-"), "\(words)")
    #expect(
      words.contains(
        "kiln.db: disk I/O error (code 778, system error 27); stopping, start it again once the "
          + "disk is sound"), "\(words)")
  }
}
