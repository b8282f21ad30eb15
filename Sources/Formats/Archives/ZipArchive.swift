import Base

/// The table of contents of a zip archive (APPNOTE 6.3.10, zip64 included).
struct ZipArchive {
  struct Member {
    var name: String
    var isDeflated: Bool
    var packedSize: Int64
    var size: Int64
    var headerOffset: Int64
  }

  let members: [Member]
  private let file: FilePart

  private static let membersMax = 100_000

  init(_ file: FilePart) throws(KilnError) {
    self.file = file
    let (count, offset, size) = try Self.directory(file)
    guard count <= Self.membersMax, size <= 1 << 26, offset >= 0, offset + size <= file.size else {
      throw Self.damaged(file.path)
    }
    let bytes = HeaderBytes(
      bytes: try file.bytes(at: offset, count: Int(size)), isBigEndian: false)
    var members: [Member] = []
    var place = 0
    for _ in 0..<count {
      guard place + 46 <= bytes.bytes.count, bytes.u32(place) == 0x0201_4B50 else {
        throw Self.damaged(file.path)
      }
      let nameBytes = bytes.u16(place + 28)
      let extraBytes = bytes.u16(place + 30)
      let next = place + 46 + nameBytes + extraBytes + bytes.u16(place + 32)
      guard next <= bytes.bytes.count else { throw Self.damaged(file.path) }
      members.append(try Self.member(bytes, place, nameBytes, extraBytes, path: file.path))
      place = next
    }
    self.members = members
  }

  /// The unpacked bytes of a member.
  func source(of member: Member) throws(KilnError) -> any ByteSource {
    let header = HeaderBytes(
      bytes: try file.bytes(at: member.headerOffset, count: 30), isBigEndian: false)
    guard header.bytes.count == 30, header.u32(0) == 0x0403_4B50 else {
      throw Self.damaged(file.path)
    }
    let start = member.headerOffset + Int64(30 + header.u16(26) + header.u16(28))
    guard start + member.packedSize <= file.size else { throw Self.damaged(file.path) }
    let packed = FilePart(of: file, from: start, size: member.packedSize)
    return member.isDeflated ? InflateSource(packed, size: member.size) : packed
  }

  /// Count, offset and size of the central directory, from the record at the file's end.
  private static func directory(
    _ file: FilePart
  ) throws(KilnError) -> (count: Int, offset: Int64, size: Int64) {
    // The record has 22 bytes and a comment of at most 64 KiB.
    let length = Int(min(file.size, 22 + 65_535))
    let start = file.size - Int64(length)
    let tail = HeaderBytes(bytes: try file.bytes(at: start, count: length), isBigEndian: false)
    guard tail.bytes.count >= 22,
      let place = (0...tail.bytes.count - 22).reversed().first(where: {
        tail.bytes[$0] == 0x50 && tail.u32($0) == 0x0605_4B50
      })
    else { throw damaged(file.path) }
    let count = tail.u16(place + 10)
    let size = Int64(tail.u32(place + 12))
    let offset = Int64(tail.u32(place + 16))
    guard count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF else {
      return (count, offset, size)
    }
    // zip64: a locator of 20 bytes before the record tells where the long one is.
    guard place >= 20, tail.u32(place - 20) == 0x0706_4B50 else { return (count, offset, size) }
    let long = HeaderBytes(
      bytes: try file.bytes(at: min(tail.size(place - 12), file.size), count: 56),
      isBigEndian: false)
    guard long.u32(0) == 0x0606_4B50 else { throw damaged(file.path) }
    return (Int(min(long.size(32), Int64(membersMax) + 1)), long.size(48), long.size(40))
  }

  private static func member(
    _ bytes: HeaderBytes, _ place: Int, _ nameBytes: Int, _ extraBytes: Int, path: String
  ) throws(KilnError) -> Member {
    let name = String(
      decoding: bytes.bytes[place + 46..<place + 46 + nameBytes], as: UTF8.self)
    let method = bytes.u16(place + 10)
    guard method == 0 || method == 8, bytes.u16(place + 8) & 1 == 0 else {
      throw KilnError(
        .invalidFile, "`\(name)` is packed in a way that is not read (method \(method))", at: path,
        fix: "save it with `numpy.savez` or `numpy.savez_compressed`")
    }
    var member = Member(
      name: name, isDeflated: method == 8, packedSize: Int64(bytes.u32(place + 20)),
      size: Int64(bytes.u32(place + 24)), headerOffset: Int64(bytes.u32(place + 42)))
    readLongSizes(bytes, place + 46 + nameBytes, extraBytes, into: &member)
    let isSane = member.size >= 0 && member.packedSize >= 0 && member.headerOffset >= 0
    // Deflate packs at most 1032 bytes into one.
    let isPossible = member.size / 1033 <= member.packedSize
    guard isSane, isPossible, member.isDeflated || member.size == member.packedSize else {
      throw damaged(path)
    }
    return member
  }

  /// Sizes of eight bytes stand in an extra field, in this order, each only where the short one is full.
  private static func readLongSizes(
    _ bytes: HeaderBytes, _ start: Int, _ count: Int, into member: inout Member
  ) {
    var place = start
    while place + 4 <= start + count {
      let end = place + 4 + bytes.u16(place + 2)
      if bytes.u16(place) == 1, end <= start + count {
        var field = place + 4
        func next(_ value: inout Int64) {
          guard value == 0xFFFF_FFFF, field + 8 <= end else { return }
          value = bytes.size(field)
          field += 8
        }
        next(&member.size)
        next(&member.packedSize)
        next(&member.headerOffset)
      }
      place = end
    }
  }

  private static func damaged(_ path: String) -> KilnError {
    KilnError(
      .invalidFile, "the zip archive is damaged", at: path, fix: "was it copied in full?")
  }
}
