/// A run of numbers that someone else owns; indices are checked in debug builds only.
///
/// Kernels take views instead of arrays: the loop reads like the formula and runs at pointer speed.
/// A view is valid only inside the `withView` or `withMutableView` closure that lent it.
@safe
@usableFromInline
package struct View<Element: BitwiseCopyable> {
  @usableFromInline let base: UnsafePointer<Element>?
  @usableFromInline package let count: Int

  @inlinable
  package init(_ buffer: UnsafeBufferPointer<Element>) {
    unsafe base = buffer.baseAddress
    count = buffer.count
  }

  @inlinable
  package subscript(index: Int) -> Element {
    assert(index >= 0 && index < count, "view index outside its range")
    // Sound: the owner keeps `count` elements alive while it lends the view.
    return unsafe base.unsafelyUnwrapped[index]
  }
}

/// A run of numbers that someone else owns and that may be written through the view.
@safe
@usableFromInline
package struct MutableView<Element: BitwiseCopyable> {
  @usableFromInline let base: UnsafeMutablePointer<Element>?
  @usableFromInline package let count: Int

  @inlinable
  package init(_ buffer: UnsafeMutableBufferPointer<Element>) {
    unsafe base = buffer.baseAddress
    count = buffer.count
  }

  @inlinable
  package subscript(index: Int) -> Element {
    get {
      assert(index >= 0 && index < count, "view index outside its range")
      // Sound: the owner keeps `count` elements alive while it lends the view.
      return unsafe base.unsafelyUnwrapped[index]
    }
    nonmutating set {
      assert(index >= 0 && index < count, "view index outside its range")
      // Sound: as above, and the loan is exclusive.
      unsafe base.unsafelyUnwrapped[index] = newValue
    }
  }
}

extension View {
  /// `count` elements from `start` on; the loan is the same.
  @inlinable
  package func slice(_ start: Int, count: Int) -> View {
    precondition(start >= 0 && count >= 0 && start + count <= self.count, "slice outside the view")
    // Sound: the elements lie inside the loan.
    return unsafe View(UnsafeBufferPointer(start: base.map { unsafe $0 + start }, count: count))
  }
}

extension MutableView {
  /// `count` elements from `start` on; the loan is the same.
  @inlinable
  package func slice(_ start: Int, count: Int) -> MutableView {
    precondition(start >= 0 && count >= 0 && start + count <= self.count, "slice outside the view")
    // Sound: the elements lie inside the loan.
    return unsafe MutableView(
      UnsafeMutableBufferPointer(start: base.map { unsafe $0 + start }, count: count))
  }

  /// The same elements for reading only.
  @inlinable
  package var reading: View<Element> {
    // Sound: the loan is the same.
    unsafe View(UnsafeBufferPointer(start: base, count: count))
  }

  /// The first `count` elements as an array.
  @inlinable
  package func copy(first count: Int) -> [Element] {
    precondition(count >= 0 && count <= self.count, "copy outside the view")
    // Sound: the owner keeps the elements alive and initialised while it lends the view.
    return unsafe Array(UnsafeBufferPointer(start: base, count: count))
  }
}

extension MutableView<Double> {
  /// Four neighbouring numbers, first one at `index`; no alignment is required.
  @inlinable
  package subscript(four index: Int) -> SIMD4<Double> {
    get {
      assert(index >= 0 && index + 4 <= count, "view index outside its range")
      // Sound: the four elements lie inside the loan; the load is declared unaligned.
      return unsafe UnsafeRawPointer(base.unsafelyUnwrapped + index)
        .loadUnaligned(as: SIMD4<Double>.self)
    }
    nonmutating set {
      assert(index >= 0 && index + 4 <= count, "view index outside its range")
      // Sound: the four elements lie inside the exclusive loan; the store is declared unaligned.
      unsafe UnsafeMutableRawPointer(base.unsafelyUnwrapped + index)
        .storeBytes(of: newValue, as: SIMD4<Double>.self)
    }
  }
}

extension View<UInt8> {
  /// Thirty-two neighbouring bytes, first one at `index`; no alignment is required.
  @inlinable
  package subscript(thirtyTwo index: Int) -> SIMD32<UInt8> {
    assert(index >= 0 && index + 32 <= count, "view index outside its range")
    // Sound: the bytes lie inside the loan; the load is declared unaligned.
    return unsafe UnsafeRawPointer(base.unsafelyUnwrapped + index)
      .loadUnaligned(as: SIMD32<UInt8>.self)
  }
}

extension Array where Element: BitwiseCopyable {
  /// Lends the elements for reading.
  @inlinable
  package func withView<Result, Failure: Error>(
    _ body: (View<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // Sound: the view does not outlive the closure.
    try unsafe withUnsafeBufferPointer { (buffer) throws(Failure) in try body(unsafe View(buffer)) }
  }

  /// Lends the elements for reading and writing.
  @inlinable
  package mutating func withMutableView<Result, Failure: Error>(
    _ body: (MutableView<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // Sound: the view does not outlive the closure, in which the array is exclusively borrowed.
    try unsafe withUnsafeMutableBufferPointer { (buffer) throws(Failure) in
      try body(unsafe MutableView(buffer))
    }
  }
}
