import Base
import CZlib

/// Unpacks a deflated run of bytes (RFC 1951) from its beginning; to go back means to begin again.
@safe
final class InflateSource: ByteSource {
  var path: String { packed.path }
  let size: Int64

  private let packed: any ByteSource
  /// zlib's state, at an address of its own since zlib points back at it.
  private let stream: UnsafeMutablePointer<z_stream>
  private var isOpen = false
  private var input = [UInt8](repeating: 0, count: 1 << 16)
  /// Where the bytes that were last read end in the input.
  private var inputEnd = 0
  /// Packed bytes read so far, unpacked ones made so far.
  private var packedOffset: Int64 = 0
  private var offset: Int64 = 0

  /// - Parameter size: how many bytes come out; there are errors when there are fewer.
  init(_ packed: any ByteSource, size: Int64) {
    self.packed = packed
    self.size = size
    // Sound, here and below: the state is this object's own, initialised by zlib before any use, and
    // freed with the object.
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
  }

  deinit {
    if isOpen { unsafe inflateEnd(stream) }
    unsafe stream.deinitialize(count: 1)
    unsafe stream.deallocate()
  }

  func read(at offset: Int64, into bytes: inout [UInt8], count: Int) throws(KilnError) -> Int {
    if !isOpen || offset < self.offset { try restart() }
    var scratch = [UInt8](repeating: 0, count: min(1 << 16, Int(offset - self.offset)))
    while self.offset < offset {
      let room = Int(min(Int64(scratch.count), offset - self.offset))
      if try unpack(into: &scratch, count: room) == 0 { return 0 }
    }
    return try unpack(into: &bytes, count: Int(max(0, min(Int64(count), size - offset))))
  }

  private func restart() throws(KilnError) {
    if isOpen { unsafe inflateEnd(stream) }
    unsafe stream.pointee = z_stream()
    // Negative window bits: no zlib header, as in archives.
    let status = unsafe inflateInit2_(
      stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      throw KilnError(.internalError, "zlib cannot start (\(status))", at: path)
    }
    isOpen = true
    packedOffset = 0
    offset = 0
  }

  /// Unpacks the next bytes into the first places of an array; fewer at the end.
  private func unpack(into bytes: inout [UInt8], count: Int) throws(KilnError) -> Int {
    var made = 0
    while made < count {
      if unsafe stream.pointee.avail_in == 0 {
        let got = try packed.read(at: packedOffset, into: &input, count: input.count)
        packedOffset += Int64(got)
        inputEnd = got
        unsafe stream.pointee.avail_in = UInt32(got)
      }
      let left = unsafe Int(stream.pointee.avail_in)
      let room = count - made
      let status = step(&bytes, from: made, count: room, left: left)
      let fresh = unsafe room - Int(stream.pointee.avail_out)
      made += fresh
      if status == Z_STREAM_END || left == 0 && fresh == 0 { break }
      guard status == Z_OK || status == Z_BUF_ERROR else {
        throw KilnError(
          .invalidFile, "the compressed data is damaged", at: path,
          fix: "was the file copied in full?")
      }
    }
    offset += Int64(made)
    return made
  }

  /// One call of zlib on what is left of the input.
  private func step(_ bytes: inout [UInt8], from start: Int, count: Int, left: Int) -> Int32 {
    // Sound: zlib reads `left` bytes that end where the input ends, and writes at most `count` bytes
    // behind `start`; both arrays are lent for the call, after which zlib keeps no pointer that is used.
    unsafe input.withUnsafeMutableBufferPointer { from in
      unsafe bytes.withUnsafeMutableBufferPointer { to in
        unsafe stream.pointee.next_in = from.baseAddress.map { unsafe $0 + (inputEnd - left) }
        unsafe stream.pointee.next_out = to.baseAddress.map { unsafe $0 + start }
        unsafe stream.pointee.avail_out = UInt32(count)
        return unsafe inflate(stream, Z_NO_FLUSH)
      }
    }
  }
}
