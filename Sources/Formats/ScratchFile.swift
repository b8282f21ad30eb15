import Base
import Glibc
import LinearAlgebra

/// Numbers that do not fit into memory for the time of a computation: a file without a name, gone with
/// its owner.
package final class ScratchFile {
  package private(set) var count = 0
  private let file: Descriptor
  private let path: String
  private var bytes: [UInt8] = []

  /// - Parameter folder: where there is room.
  package init(in folder: String, name: String) throws(KilnError) {
    path = "\(folder)/.\(name).scratch"
    file = try Descriptor.open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW)
    // The open descriptor keeps the file; the next one of this name is another. Sound: a path, lent.
    unsafe unlink(path)
  }

  package func append(_ numbers: View<Double>) throws(KilnError) {
    try write(numbers, at: count)
    count += numbers.count
  }

  package func write(_ numbers: View<Double>, at start: Int) throws(KilnError) {
    setBytes(&bytes, of: numbers)
    try file.write(bytes, replacingFrom: Int64(start) * 8, at: path)
  }

  /// Reads as many numbers as the view has.
  package func read(at start: Int, into numbers: MutableView<Double>) throws(KilnError) {
    let size = numbers.count * 8
    if bytes.count != size { bytes = [UInt8](repeating: 0, count: size) }
    let got = try file.read(at: Int64(start) * 8, into: &bytes, from: 0, count: size)
    guard got == size else { throw KilnError(.storage, "the scratch file is too short", at: path) }
    bytes.withView { bytes in
      for index in 0..<numbers.count {
        numbers[index] = Double(bitPattern: bytes[eight: 8 * index])
      }
    }
  }
}

/// Makes the bytes those of the numbers as they lie in NPY files: doubles, lowest byte first.
///
/// The array keeps its memory where it has the right length already.
func setBytes(_ bytes: inout [UInt8], of numbers: View<Double>) {
  if bytes.count != numbers.count * 8 { bytes = [UInt8](repeating: 0, count: numbers.count * 8) }
  // Sound: the array has eight bytes for each number, and the stores may be unaligned.
  unsafe bytes.withUnsafeMutableBytes { buffer in
    for index in 0..<numbers.count {
      unsafe buffer.storeBytes(
        of: numbers[index].bitPattern.littleEndian, toByteOffset: 8 * index, as: UInt64.self)
    }
  }
}
