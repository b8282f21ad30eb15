/// Memory for a kernel's intermediate numbers: owned, zeroed, freed once.
@safe
@usableFromInline
package struct Buffer<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline let memory: UnsafeMutableBufferPointer<Element>

  @inlinable
  package init(repeating value: Element, count: Int) {
    unsafe memory = .allocate(capacity: count)
    unsafe memory.initialize(repeating: value)
  }

  @inlinable
  deinit { unsafe memory.deallocate() }

  /// The elements; the view must not be used after the buffer is gone.
  @inlinable
  package var view: MutableView<Element> { unsafe MutableView(memory) }
}
