import Base
import JobModel

/// The layout of a segment file, all integers little endian:
///
///     head    "KILNSEG1", u32 version, i64 job, i64 epoch, u32 checksum of the bytes before it
///     frame*  u32 kind, u32 length of the record, u64 length of the content, u32 checksum of the
///             16 bytes before it and of the record; the record; the content of its inline files
///     index   a frame whose body repeats every record with its place: i64 offset of its content,
///             u32 length, the record
///     end     u64 offset of the index, "KILNEND1"
///
/// A frame is written by one call, so that what a dead worker leaves is complete frames and at most
/// one torn one. Content is checked by its SHA-256, which the record holds.
enum SegmentFormat {
  static let version: UInt32 = 1
  static let magic = Array("KILNSEG1".utf8)
  static let endMagic = Array("KILNEND1".utf8)
  static let headBytes = 32
  static let frameHeadBytes = 20
  static let endBytes = 16

  enum Kind: UInt32 {
    case record = 0x4443_4552
    case index = 0x5844_4E49
  }

  struct FrameHead {
    let kind: Kind
    let recordBytes: Int
    let contentBytes: Int64
    let checksum: UInt32
  }

  static func head(job: JobID, epoch: Epoch) -> [UInt8] {
    var writer = ByteWriter()
    writer.append(magic)
    writer.integer(version)
    writer.integer(job.number)
    writer.integer(epoch.number)
    var checksum = Checksum()
    checksum.update(writer.bytes)
    writer.integer(checksum.value)
    return writer.bytes
  }

  /// The owner of a segment; nil where `bytes` are not the head of one, of this version.
  static func parseHead(_ bytes: [UInt8]) -> (job: JobID, epoch: Epoch)? {
    var reader = ByteReader(bytes[...])
    var checksum = Checksum()
    checksum.update(bytes.prefix(headBytes - 4))
    guard let start = reader.take(magic.count), start.elementsEqual(magic),
      reader.integer(UInt32.self) == version, let job = reader.integer(Int64.self),
      let epoch = reader.integer(Int64.self), reader.integer(UInt32.self) == checksum.value
    else { return nil }
    return (JobID(job), Epoch(epoch))
  }

  /// The head of a frame and its record; the content follows.
  static func frame(_ kind: Kind, record: [UInt8], contentBytes: Int64) -> [UInt8] {
    var writer = ByteWriter()
    writer.integer(kind.rawValue)
    writer.integer(UInt32(record.count))
    writer.integer(UInt64(contentBytes))
    var checksum = Checksum()
    checksum.update(writer.bytes)
    checksum.update(record)
    writer.integer(checksum.value)
    writer.append(record)
    return writer.bytes
  }

  /// Nil where the bytes are not the head of a frame.
  static func parseFrameHead(_ bytes: ArraySlice<UInt8>) -> FrameHead? {
    var reader = ByteReader(bytes)
    guard let kind = reader.integer(UInt32.self).flatMap(Kind.init(rawValue:)),
      let recordBytes = reader.integer(UInt32.self),
      let contentBytes = reader.integer(UInt64.self).flatMap(Int64.init(exactly:)),
      let checksum = reader.integer(UInt32.self)
    else { return nil }
    return FrameHead(
      kind: kind, recordBytes: Int(recordBytes), contentBytes: contentBytes, checksum: checksum)
  }

  /// Whether neither the head of a frame nor its record was changed.
  static func checks(head: ArraySlice<UInt8>, record: ArraySlice<UInt8>, _ expected: UInt32)
    -> Bool
  {
    var checksum = Checksum()
    checksum.update(head.prefix(frameHeadBytes - 4))
    checksum.update(record)
    return checksum.value == expected
  }

  static func end(indexOffset: Int64) -> [UInt8] {
    var writer = ByteWriter()
    writer.integer(UInt64(indexOffset))
    writer.append(endMagic)
    return writer.bytes
  }

  /// The offset of the index; nil where a segment was not sealed.
  static func parseEnd(_ bytes: [UInt8]) -> Int64? {
    var reader = ByteReader(bytes[...])
    guard let offset = reader.integer(UInt64.self).flatMap(Int64.init(exactly:)),
      reader.rest.elementsEqual(endMagic)
    else { return nil }
    return offset
  }
}
