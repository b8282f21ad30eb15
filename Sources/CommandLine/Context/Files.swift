import Base
import Client
import Glibc

/// The few things that commands do with files of the user.
enum Files {
  /// A whole file; refused above a size.
  static func read(_ path: String, shownAs name: String? = nil, bytesMax: Int) throws(KilnError)
    -> [UInt8]
  {
    let place = name ?? path
    // Sound: the text is lent to the call as a terminated string.
    let descriptor = path == "-" ? dup(0) : unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw KilnError(.invalidFile, "cannot be read: \(systemMessage())", at: place)
    }
    defer { close(descriptor) }
    var facts = stat()
    // Sound: `facts` is a local that outlives the call.
    let expected = unsafe fstat(descriptor, &facts) == 0 ? Int(facts.st_size) : 0
    var content: [UInt8] = []
    content.reserveCapacity(min(expected, bytesMax) + 1)
    var block = [UInt8](repeating: 0, count: 256 << 10)
    while true {
      // Sound: at most the block's size is read into it.
      let count = unsafe block.withUnsafeMutableBytes { room in
        unsafe Glibc.read(descriptor, room.baseAddress, room.count)
      }
      if count == 0 { return content }
      guard count > 0 else {
        throw KilnError(.invalidFile, "cannot be read: \(systemMessage())", at: place)
      }
      content += block[..<count]
      guard content.count <= bytesMax else {
        throw KilnError(.invalidFile, "is larger than \(ByteCount(bytesMax))", at: place)
      }
    }
  }

  /// The last lines of a log; empty where there is none.
  static func end(of path: String) -> String {
    do {
      return String(decoding: try read(path, bytesMax: 256 << 20).suffix(2000), as: UTF8.self)
    } catch {
      return ""
    }
  }

  static func exists(_ path: String) -> Bool {
    // Sound: the text is lent to the call as a terminated string.
    unsafe access(path, F_OK) == 0
  }

  static func isReadable(_ path: String) -> Bool {
    // Sound: the text is lent to the call as a terminated string.
    unsafe access(path, R_OK) == 0
  }

  static func isExecutable(_ path: String) -> Bool {
    // Sound: the text is lent to the call as a terminated string.
    unsafe access(path, X_OK) == 0
  }

  static func isWritable(_ path: String) -> Bool {
    // Sound: the text is lent to the call as a terminated string.
    unsafe access(path, W_OK) == 0
  }

  /// Makes a folder and those above it.
  static func makeFolder(_ path: String, mode: mode_t = 0o777) throws(KilnError) {
    // Sound: the text is lent to the call as a terminated string.
    if unsafe mkdir(path, mode) == 0 || (errno == EEXIST && isFolder(path)) { return }
    let parent = folder(of: path)
    guard errno == ENOENT, parent != path else {
      throw KilnError(.storage, "the folder cannot be made: \(systemMessage())", at: path)
    }
    try makeFolder(parent, mode: mode)
    guard unsafe mkdir(path, mode) == 0 || isFolder(path) else {
      throw KilnError(.storage, "the folder cannot be made: \(systemMessage())", at: path)
    }
  }

  static func isFolder(_ path: String) -> Bool {
    var facts = stat()
    // Sound: `facts` is a local that outlives the call.
    return unsafe stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
  }

  /// Space that this user can still fill; nil where nobody can say.
  static func freeSpace(_ path: String) -> ByteCount? {
    var facts = statvfs()
    // Sound: `facts` is a local that outlives the call.
    guard unsafe statvfs(path, &facts) == 0 else { return nil }
    return ByteCount(Int64(facts.f_bavail) * Int64(facts.f_frsize))
  }

  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  static func name(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }
}
