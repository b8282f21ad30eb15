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

  /// False for a link to a folder, and where there is nothing.
  package static func isFolder(_ path: String) -> Bool {
    kind(of: path, hint: UInt8(DT_UNKNOWN)) == .folder
  }

  /// Entries of a folder, sorted by name; empty where there is none. Names that are not UTF-8 come
  /// repaired, and are then the names of nothing.
  package static func entries(_ path: String) throws(KilnError) -> [Entry] {
    var entries: [Entry] = []
    let opened = unsafe forEachEntry(of: Array(path.utf8CString)) { name, type in
      let text = unsafe String(decoding: UnsafeRawBufferPointer(name), as: UTF8.self)
      entries.append(Entry(name: text, kind: kind(of: "\(path)/\(text)", hint: type)))
    }
    if !opened, errno != ENOENT { throw systemError("cannot list the folder", at: path) }
    return entries.sorted { $0.name < $1.name }
  }

  /// Calls `body` with the bytes of each name; false where the folder cannot be read.
  private static func forEachEntry(
    of path: [CChar], _ body: (UnsafeBufferPointer<CChar>, UInt8) -> Void
  ) -> Bool {
    guard let folder = unsafe opendir(path) else { return false }
    while let entry = unsafe readdir(folder) {
      // Sound: the name is terminated, and `body` does not keep it beyond the next call.
      let type = unsafe entry.pointee.d_type
      unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        let name = unsafe UnsafeBufferPointer(
          rebasing: bytes.bindMemory(to: CChar.self).prefix { $0 != 0 })
        let isSelf = unsafe (name.elementsEqual([46]) || name.elementsEqual([46, 46]))
        if !isSelf { unsafe body(name, type) }
      }
    }
    unsafe closedir(folder)
    return true
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

  /// Gives a file or a folder another name, in one step; both lie on one file system.
  package static func move(_ path: String, to target: String) throws(KilnError) {
    guard unsafe rename(path, target) == 0 else {
      throw systemError("cannot move to `\(target)`", at: path, code: .storage)
    }
  }

  /// Removes a file, a link, or a folder with all that it holds; nothing there is fine.
  package static func remove(_ path: String) throws(KilnError) {
    try remove(Array(path.utf8CString), shown: path)
  }

  /// Names are bytes here: a program may have left some that are not UTF-8.
  private static func remove(_ path: [CChar], shown: String) throws(KilnError) {
    if unsafe unlink(path) == 0 || errno == ENOENT { return }
    guard errno == EISDIR || errno == EPERM else {
      throw systemError("cannot remove the file", at: shown)
    }
    if unsafe rmdir(path) == 0 || errno == ENOENT { return }
    // The program may have taken away the right to look into its folder.
    unsafe chmod(path, 0o700)
    var children: [[CChar]] = []
    _ = unsafe forEachEntry(of: path) { name, _ in
      children.append(unsafe path.dropLast() + [47] + Array(name) + [0])
    }
    for child in children { try remove(child, shown: shown) }
    guard unsafe rmdir(path) == 0 || errno == ENOENT else {
      throw systemError("cannot remove the folder", at: shown)
    }
  }

  /// Removes what nobody needs any more; what cannot be removed stays behind as garbage, which is
  /// no reason to fail the work that left it.
  package static func discard(_ path: String) {
    do { try remove(path) } catch { return }
  }
}
