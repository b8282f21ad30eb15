import Glibc

/// The absolute path of a file of the repository.
package func repositoryFile(_ path: String) -> String {
  let here = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
  return "/\(here)/\(path)"
}

/// The whole text of a file; nil where there is none.
package func textOfFile(_ path: String) -> String? {
  // Sound: the stream is this function's own, and closed at its end.
  guard let stream = unsafe fopen(path, "r") else { return nil }
  defer { unsafe fclose(stream) }
  var bytes: [UInt8] = []
  while case let byte = unsafe getc(stream), byte != EOF { bytes.append(UInt8(byte)) }
  return String(decoding: bytes, as: UTF8.self)
}

/// Writes a text to a file; folders that are missing are made.
package func writeText(_ text: String, to path: String) {
  // Sound: the texts are lent as terminated strings; the stream is closed at the end.
  var folder = ""
  for part in path.split(separator: "/").dropLast() {
    folder += "/\(part)"
    unsafe mkdir(folder, 0o777)
  }
  guard let stream = unsafe fopen(path, "w") else { return }
  unsafe fputs(text, stream)
  unsafe fclose(stream)
}

/// Whether snapshots and generated pages are to be written anew.
package var isRecording: Bool {
  // Sound: nothing changes the environment while tests run.
  unsafe getenv("RECORD_SNAPSHOTS") != nil
}
