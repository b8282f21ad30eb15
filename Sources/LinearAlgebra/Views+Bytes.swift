extension View<UInt8> {
  /// Eight neighbouring bytes from `index` on as one number, the first byte lowest; no alignment is
  /// required.
  @inlinable
  package subscript(eight index: Int) -> UInt64 {
    assert(index >= 0 && index + 8 <= count, "view index outside its range")
    // Sound: the bytes lie inside the loan; the load is declared unaligned.
    return unsafe UInt64(
      littleEndian: UnsafeRawPointer(base.unsafelyUnwrapped + index)
        .loadUnaligned(as: UInt64.self))
  }

  /// Four neighbouring bytes from `index` on, as ``subscript(eight:)``.
  @inlinable
  package subscript(four index: Int) -> UInt32 {
    assert(index >= 0 && index + 4 <= count, "view index outside its range")
    // Sound: as above.
    return unsafe UInt32(
      littleEndian: UnsafeRawPointer(base.unsafelyUnwrapped + index)
        .loadUnaligned(as: UInt32.self))
  }

  /// Two neighbouring bytes from `index` on, as ``subscript(eight:)``.
  @inlinable
  package subscript(two index: Int) -> UInt16 {
    assert(index >= 0 && index + 2 <= count, "view index outside its range")
    // Sound: as above.
    return unsafe UInt16(
      littleEndian: UnsafeRawPointer(base.unsafelyUnwrapped + index)
        .loadUnaligned(as: UInt16.self))
  }
}
