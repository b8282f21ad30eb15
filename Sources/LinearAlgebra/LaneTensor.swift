/// A 3 x 3 tensor for each of eight lanes, named by row and column.
@usableFromInline
package struct LaneTensor<T: SIMDScalar & BinaryFloatingPoint & BitwiseCopyable> {
  @usableFromInline package var (xx, xy, xz) = (SIMD8<T>(), SIMD8<T>(), SIMD8<T>())
  @usableFromInline package var (yx, yy, yz) = (SIMD8<T>(), SIMD8<T>(), SIMD8<T>())
  @usableFromInline package var (zx, zy, zz) = (SIMD8<T>(), SIMD8<T>(), SIMD8<T>())

  @inlinable
  package init() {}

  /// Nine vectors from `at` on, by rows.
  @inlinable
  package init(_ view: MutableView<T>, _ at: Int) {
    (xx, xy, xz) = (view[vector8: at], view[vector8: at &+ 8], view[vector8: at &+ 16])
    (yx, yy, yz) = (view[vector8: at &+ 24], view[vector8: at &+ 32], view[vector8: at &+ 40])
    (zx, zy, zz) = (view[vector8: at &+ 48], view[vector8: at &+ 56], view[vector8: at &+ 64])
  }

  /// The matrix product, self to the left.
  @inlinable @inline(__always)
  package func times(_ b: LaneTensor) -> LaneTensor {
    var c = LaneTensor()
    c.xx = xx * b.xx + xy * b.yx + xz * b.zx
    c.xy = xx * b.xy + xy * b.yy + xz * b.zy
    c.xz = xx * b.xz + xy * b.yz + xz * b.zz
    c.yx = yx * b.xx + yy * b.yx + yz * b.zx
    c.yy = yx * b.xy + yy * b.yy + yz * b.zy
    c.yz = yx * b.xz + yy * b.yz + yz * b.zz
    c.zx = zx * b.xx + zy * b.yx + zz * b.zx
    c.zy = zx * b.xy + zy * b.yy + zz * b.zy
    c.zz = zx * b.xz + zy * b.yz + zz * b.zz
    return c
  }

  @inlinable @inline(__always)
  package var transposed: LaneTensor {
    var c = self
    (c.xy, c.yx) = (yx, xy)
    (c.xz, c.zx) = (zx, xz)
    (c.yz, c.zy) = (zy, yz)
    return c
  }

  /// The cofactors: with X, Y, Z the rows, the rows are Y x Z, Z x X and X x Y. Transposed and over the
  /// determinant they are the inverse.
  @inlinable @inline(__always)
  package var cofactors: LaneTensor {
    var c = LaneTensor()
    (c.xx, c.xy, c.xz) = (yy * zz - yz * zy, yz * zx - yx * zz, yx * zy - yy * zx)
    (c.yx, c.yy, c.yz) = (zy * xz - zz * xy, zz * xx - zx * xz, zx * xy - zy * xx)
    (c.zx, c.zy, c.zz) = (xy * yz - xz * yy, xz * yx - xx * yz, xx * yy - xy * yx)
    return c
  }

  /// Adds the product of a column (x, y, z) and a row (r, s, t).
  @inlinable @inline(__always)
  package mutating func addProduct(
    _ x: SIMD8<T>, _ y: SIMD8<T>, _ z: SIMD8<T>, _ r: SIMD8<T>, _ s: SIMD8<T>, _ t: SIMD8<T>
  ) {
    xx.addProduct(x, r)
    xy.addProduct(x, s)
    xz.addProduct(x, t)
    yx.addProduct(y, r)
    yy.addProduct(y, s)
    yz.addProduct(y, t)
    zx.addProduct(z, r)
    zy.addProduct(z, s)
    zz.addProduct(z, t)
  }

  /// The same with a row of one number for all lanes.
  @inlinable @inline(__always)
  package mutating func addProduct(
    _ x: SIMD8<T>, _ y: SIMD8<T>, _ z: SIMD8<T>, _ r: T, _ s: T, _ t: T
  ) {
    addProduct(
      x, y, z, SIMD8(repeating: r), SIMD8(repeating: s), SIMD8(repeating: t))
  }
}
