extension MutableView where Element: SIMDScalar {
  /// Four neighbouring numbers, first one at `index`; no alignment is required.
  @inlinable
  package subscript(vector4 index: Int) -> SIMD4<Element> {
    get {
      assert(index >= 0 && index + 4 <= count, "view index outside its range")
      // Sound: the elements lie inside the loan; the load is declared unaligned.
      return unsafe UnsafeRawPointer(base.unsafelyUnwrapped + index)
        .loadUnaligned(as: SIMD4<Element>.self)
    }
    nonmutating set {
      assert(index >= 0 && index + 4 <= count, "view index outside its range")
      // Sound: the elements lie inside the exclusive loan; the store is declared unaligned.
      unsafe UnsafeMutableRawPointer(base.unsafelyUnwrapped + index)
        .storeBytes(of: newValue, as: SIMD4<Element>.self)
    }
  }

  /// Eight neighbouring numbers, first one at `index`; no alignment is required.
  @inlinable
  package subscript(vector8 index: Int) -> SIMD8<Element> {
    get {
      assert(index >= 0 && index + 8 <= count, "view index outside its range")
      // Sound: the elements lie inside the loan; the load is declared unaligned.
      return unsafe UnsafeRawPointer(base.unsafelyUnwrapped + index)
        .loadUnaligned(as: SIMD8<Element>.self)
    }
    nonmutating set {
      assert(index >= 0 && index + 8 <= count, "view index outside its range")
      // Sound: the elements lie inside the exclusive loan; the store is declared unaligned.
      unsafe UnsafeMutableRawPointer(base.unsafelyUnwrapped + index)
        .storeBytes(of: newValue, as: SIMD8<Element>.self)
    }
  }
}

extension MutableView {
  /// The part of the view in `range`.
  @inlinable
  package subscript(part range: Range<Int>) -> MutableView {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "part outside the view")
    // Sound: the part lies inside the loan.
    return unsafe MutableView(
      UnsafeMutableBufferPointer(
        start: base.map { unsafe $0 + range.lowerBound }, count: range.count))
  }

  /// Sets the elements of `range` to `value`.
  @inlinable
  package func fill(_ range: Range<Int>, with value: Element) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the view")
    for index in range { self[index] = value }
  }
}

extension SIMD8<Float> {
  /// The sum of the eight numbers, by pairs.
  @inlinable
  package var total: Float {
    let four = lowHalf + highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }
}

extension View<Double> {
  /// Eight neighbouring numbers, first one at `index`; no alignment is required.
  @inlinable
  package subscript(eight index: Int) -> SIMD8<Double> {
    assert(index >= 0 && index + 8 <= count, "view index outside its range")
    // Sound: the elements lie inside the loan; the load is declared unaligned.
    return unsafe UnsafeRawPointer(base.unsafelyUnwrapped + index)
      .loadUnaligned(as: SIMD8<Double>.self)
  }
}

extension MutableView {
  /// Copies as many elements as `source` has to `start` and what follows; the two may overlap.
  @inlinable
  package func assign(_ source: View<Element>, at start: Int = 0) {
    precondition(start >= 0 && start + source.count <= count, "copy outside the view")
    guard let from = unsafe source.base, let to = unsafe base else { return }
    // Sound: both runs lie inside their loans; `update` allows overlap.
    unsafe (to + start).update(from: from, count: source.count)
  }
}
