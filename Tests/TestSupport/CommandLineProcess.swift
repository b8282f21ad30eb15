import Glibc

package struct TestSupportProblem: Error {
  package let text: String
}

/// Runs a program to its end and returns what it has written.
package func output(of words: [String]) throws -> String {
  var ends: [Int32] = [0, 0]
  // Sound: pipe fills the two places that it is given.
  guard unsafe pipe(&ends) == 0 else { throw TestSupportProblem(text: "no pipe") }
  var actions = unsafe posix_spawn_file_actions_t()
  unsafe posix_spawn_file_actions_init(&actions)
  defer { unsafe posix_spawn_file_actions_destroy(&actions) }
  unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
  unsafe posix_spawn_file_actions_addclose(&actions, ends[0])
  // Sound: every copy is freed after the program was started.
  let copies = unsafe words.map { unsafe strdup($0) }
  defer { unsafe copies.forEach { unsafe free($0) } }
  var pid: pid_t = 0
  let status = unsafe posix_spawnp(&pid, words[0], &actions, nil, copies + [nil], environ)
  close(ends[1])
  defer { close(ends[0]) }
  guard status == 0 else { throw TestSupportProblem(text: "\(words[0]) cannot be started") }
  var bytes: [UInt8] = []
  var block = [UInt8](repeating: 0, count: 4096)
  while true {
    // Sound: at most the block's size is read into it.
    let count = unsafe block.withUnsafeMutableBytes {
      unsafe read(ends[0], $0.baseAddress, $0.count)
    }
    if count <= 0 { break }
    bytes += block[..<count]
  }
  var code: Int32 = 0
  unsafe waitpid(pid, &code, 0)
  return String(decoding: bytes, as: UTF8.self)
}
