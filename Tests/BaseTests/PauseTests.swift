import Base
import Glibc
import Testing

@Suite struct PauseTests {
  @Test("a precise pause is as long as asked, and leaves the thread's timers as they were")
  func precise() throws {
    let slack = try timerSlack()
    let start = Instant.now()
    pausePrecisely(.milliseconds(3))
    #expect((Instant.now() - start).value >= 0.003)
    #expect(try timerSlack() == slack)
    #expect(slack != "1\n")
  }

  private func timerSlack() throws -> String {
    // `<process>/task/<thread>`
    var link = [CChar](repeating: 0, count: 64)
    // Sound: the call writes at most as many bytes as it is told.
    let length = unsafe readlink("/proc/thread-self", &link, link.count)
    let path = String(
      decoding: link[..<max(0, length)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let thread = try #require(path.split(separator: "/").last)
    let file = try Descriptor.open("/proc/\(thread)/timerslack_ns", O_RDONLY)
    return String(decoding: try file.read(at: 0, count: 64), as: UTF8.self)
  }
}
