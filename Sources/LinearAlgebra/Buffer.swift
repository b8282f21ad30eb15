import Glibc

/// Memory for a kernel's intermediate numbers: owned, initialised, freed once.
@safe
@usableFromInline
package struct Buffer<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline let memory: UnsafeMutableBufferPointer<Element>

  /// Zeros in large buffers cost nothing until they are touched.
  @inlinable
  package init(repeating value: Element, count: Int) {
    precondition(count >= 0, "a buffer has no negative size")
    let bytes = Self.bytes(count)
    unsafe memory = UnsafeMutableBufferPointer(
      start: allocateNumbers(bytes).bindMemory(to: Element.self, capacity: count), count: count)
    // Sound: fresh mappings hold zeros, which are a value of every bitwise copyable number type.
    let isZero = unsafe withUnsafeBytes(of: value) { bytes in unsafe bytes.allSatisfy { $0 == 0 } }
    if isZero, isMapped(bytes) { return }
    unsafe memory.initialize(repeating: value)
  }

  /// A copy of an array's elements.
  @inlinable
  package init(_ elements: [Element]) {
    unsafe memory = UnsafeMutableBufferPointer(
      start: allocateNumbers(Self.bytes(elements.count))
        .bindMemory(to: Element.self, capacity: elements.count), count: elements.count)
    // Sound: the memory has room for all elements.
    _ = unsafe memory.initialize(from: elements)
  }

  @inlinable
  deinit { unsafe releaseNumbers(memory.baseAddress, Self.bytes(memory.count)) }

  @usableFromInline
  static func bytes(_ count: Int) -> Int { max(count, 1) * MemoryLayout<Element>.stride }

  /// The elements; the view must not be used after the buffer is gone.
  @inlinable
  package var view: MutableView<Element> { unsafe MutableView(memory) }

  @inlinable
  package var count: Int { unsafe memory.count }
}

/// Whether a block of this size is mapped instead of allocated.
@usableFromInline
func isMapped(_ bytes: Int) -> Bool { bytes >= 4 * hugePage }

private let hugePage = 1 << 21

/// Memory aligned for vectors; large blocks are mapped, on huge pages, since their first touch in
/// 4 KiB pages costs as much as a pass of computation.
@usableFromInline
func allocateNumbers(_ bytes: Int) -> UnsafeMutableRawPointer {
  guard isMapped(bytes) else {
    var pointer: UnsafeMutableRawPointer?
    // Sound: the pointer is written by the call and checked before use.
    let status = unsafe posix_memalign(&pointer, 64, bytes)
    guard status == 0, let memory = unsafe pointer else {
      preconditionFailure("out of memory: \(bytes) bytes")
    }
    return unsafe memory
  }
  // Sound: the mapping is larger than needed; what lies before and behind the aligned part is given
  // back at once.
  let size = (bytes + hugePage - 1) & ~(hugePage - 1)
  guard
    let start = unsafe mmap(
      nil, size + hugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
    unsafe start != MAP_FAILED
  else { preconditionFailure("out of memory: \(bytes) bytes") }
  let before = (hugePage - Int(bitPattern: start) & (hugePage - 1)) & (hugePage - 1)
  if before > 0 { unsafe munmap(start, before) }
  unsafe munmap(start + before + size, hugePage - before)
  unsafe madvise(start + before, size, MADV_HUGEPAGE)
  return unsafe start + before
}

/// Gives back what ``allocateNumbers(_:)`` gave for the same size.
@usableFromInline
func releaseNumbers(_ memory: UnsafeMutableRawPointer?, _ bytes: Int) {
  guard isMapped(bytes) else { return unsafe free(memory) }
  unsafe munmap(memory, (bytes + hugePage - 1) & ~(hugePage - 1))
}
