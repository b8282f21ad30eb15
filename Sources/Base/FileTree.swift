import Glibc

/// Folders, and what lies in them.
package enum FileTree {
  package struct Entry: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
      case file
      case folder
      case link
      /// A pipe, a socket or a device.
      case other
    }

    package let name: String
    package let kind: Kind
  }

  /// Makes a folder and those above it; one that is there already is fine.
  package static func make(_ path: String) throws(KilnError) {
    // Sound, here and below: paths are strings that live through the call.
    if unsafe mkdir(path, 0o755) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
      throw systemError("cannot make the folder", at: path, code: .storage)
    }
    try make(String(path[..<slash]))
    guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else {
      throw systemError("cannot make the folder", at: path, code: .storage)
    }
  }

  /// Entries of a folder, sorted by name; empty where there is none.
  package static func entries(_ path: String) throws(KilnError) -> [Entry] {
    guard let folder = unsafe opendir(path) else {
      if errno == ENOENT { return [] }
      throw systemError("cannot list the folder", at: path)
    }
    defer { unsafe closedir(folder) }
    var entries: [Entry] = []
    while let entry = unsafe readdir(folder) {
      // Sound: the name is terminated, and copied before the next call overwrites it.
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: unsafe bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name == "." || name == ".." { continue }
      let kind = unsafe kind(of: "\(path)/\(name)", hint: entry.pointee.d_type)
      entries.append(Entry(name: name, kind: kind))
    }
    return entries.sorted { $0.name < $1.name }
  }

  private static func kind(of path: String, hint: UInt8) -> Entry.Kind {
    switch Int32(hint) {
    case Int32(DT_REG): return .file
    case Int32(DT_DIR): return .folder
    case Int32(DT_LNK): return .link
    case Int32(DT_UNKNOWN): break
    default: return .other
    }
    var facts = stat()
    guard unsafe lstat(path, &facts) == 0 else { return .other }
    switch facts.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    case S_IFLNK: return .link
    default: return .other
    }
  }

  /// Removes a file, a link, or a folder with all that it holds; nothing there is fine.
  package static func remove(_ path: String) throws(KilnError) {
    if unsafe unlink(path) == 0 || errno == ENOENT { return }
    guard errno == EISDIR || errno == EPERM else {
      throw systemError("cannot remove the file", at: path)
    }
    if unsafe rmdir(path) == 0 || errno == ENOENT { return }
    // The owner of the folder may have taken away the right to look into it.
    unsafe chmod(path, 0o700)
    for entry in try entries(path) { try remove("\(path)/\(entry.name)") }
    guard unsafe rmdir(path) == 0 || errno == ENOENT else {
      throw systemError("cannot remove the folder", at: path)
    }
  }

  /// Removes what nobody needs any more; what cannot be removed stays behind as garbage, which is
  /// no reason to fail the work that left it.
  package static func discard(_ path: String) {
    do { try remove(path) } catch { return }
  }
}
