import Glibc

/// Memory for a kernel's intermediate numbers: owned, initialised, freed once.
@safe
@usableFromInline
package struct Buffer<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline let memory: UnsafeMutableBufferPointer<Element>

  @inlinable
  package init(repeating value: Element, count: Int) {
    precondition(count >= 0, "a buffer has no negative size")
    let bytes = max(count, 1) * MemoryLayout<Element>.stride
    unsafe memory = UnsafeMutableBufferPointer(
      start: allocateNumbers(bytes).bindMemory(to: Element.self, capacity: count), count: count)
    unsafe memory.initialize(repeating: value)
  }

  @inlinable
  deinit { unsafe free(memory.baseAddress) }

  /// The elements; the view must not be used after the buffer is gone.
  @inlinable
  package var view: MutableView<Element> { unsafe MutableView(memory) }

  @inlinable
  package var count: Int { unsafe memory.count }
}

/// Memory aligned for vectors; large blocks on huge pages, since their first touch in 4 KiB pages
/// costs as much as a pass of computation. Released by `free`.
@usableFromInline
func allocateNumbers(_ bytes: Int) -> UnsafeMutableRawPointer {
  let hugePage = 1 << 21
  let isLarge = bytes >= 4 * hugePage
  var pointer: UnsafeMutableRawPointer?
  // Sound: the pointer is written by the call and checked before use.
  let status = unsafe posix_memalign(&pointer, isLarge ? hugePage : 64, bytes)
  guard status == 0, let memory = unsafe pointer else {
    preconditionFailure("out of memory: \(bytes) bytes")
  }
  if isLarge { unsafe madvise(memory, bytes, MADV_HUGEPAGE) }
  return unsafe memory
}
