extension BlockMatrix {
  /// Computes `product = A vector` for the rows of blocks in `range`.
  ///
  /// Vectors have the strides of ``BlockMatrix/stride(_:)``; see ``vectorLength``.
  package func multiply(
    _ vector: MutableView<Float>, into product: MutableView<Float>, rows range: Range<Int>
  ) {
    switch (blockRows, blockColumns) {
    case (3, 3): multiplyThree(vector, product, range)
    case (1, _): multiplyOne(vector, product, range)
    case (3, _): multiplyThreeWide(vector, product, range)
    case (_, _): multiplySix(vector, product, range)
    }
  }

  /// Computes `product = A vector`.
  package func multiply(
    _ vector: MutableView<Float>, into product: MutableView<Float>, team: ThreadTeam
  ) {
    team.split(rowCount) { multiply(vector, into: product, rows: $0) }
  }

  private func multiplyThree(
    _ vector: MutableView<Float>, _ product: MutableView<Float>, _ range: Range<Int>
  ) {
    let (starts, columns, values) = (self.starts, self.columns, self.values)
    for row in range {
      var (x, y, z) = (SIMD4<Float>(), SIMD4<Float>(), SIMD4<Float>())
      for entry in starts[row]..<starts[row + 1] {
        var part = vector[vector4: 3 &* Int(columns[entry])]
        part.w = 0
        let at = 9 &* entry
        x.addProduct(values[vector4: at], part)
        y.addProduct(values[vector4: at &+ 3], part)
        z.addProduct(values[vector4: at &+ 6], part)
      }
      product[3 &* row] = (x.x + x.y) + x.z
      product[3 &* row &+ 1] = (y.x + y.y) + y.z
      product[3 &* row &+ 2] = (z.x + z.y) + z.z
    }
  }

  private func multiplyOne(
    _ vector: MutableView<Float>, _ product: MutableView<Float>, _ range: Range<Int>
  ) {
    precondition(blockColumns == 1, "blocks of one row have one column")
    let (starts, columns, values) = (self.starts, self.columns, self.values)
    for row in range {
      // Four sums, so that additions need not wait for each other.
      var (a, b, c, d) = (Float(0), Float(0), Float(0), Float(0))
      var entry = starts[row]
      let end = starts[row &+ 1]
      while entry &+ 4 <= end {
        a.addProduct(values[entry], vector[Int(columns[entry])])
        b.addProduct(values[entry &+ 1], vector[Int(columns[entry &+ 1])])
        c.addProduct(values[entry &+ 2], vector[Int(columns[entry &+ 2])])
        d.addProduct(values[entry &+ 3], vector[Int(columns[entry &+ 3])])
        entry &+= 4
      }
      while entry < end {
        a.addProduct(values[entry], vector[Int(columns[entry])])
        entry &+= 1
      }
      product[row] = (a + b) + (c + d)
    }
  }

  private func multiplyThreeWide(
    _ vector: MutableView<Float>, _ product: MutableView<Float>, _ range: Range<Int>
  ) {
    let (starts, columns, values) = (self.starts, self.columns, self.values)
    for row in range {
      var (x, y, z) = (SIMD8<Float>(), SIMD8<Float>(), SIMD8<Float>())
      for entry in starts[row]..<starts[row + 1] {
        let part = vector[vector8: 8 &* Int(columns[entry])]
        let at = 24 &* entry
        x.addProduct(values[vector8: at], part)
        y.addProduct(values[vector8: at &+ 8], part)
        z.addProduct(values[vector8: at &+ 16], part)
      }
      product[3 &* row] = x.total
      product[3 &* row &+ 1] = y.total
      product[3 &* row &+ 2] = z.total
    }
  }

  private func multiplySix(
    _ vector: MutableView<Float>, _ product: MutableView<Float>, _ range: Range<Int>
  ) {
    let (starts, columns, values) = (self.starts, self.columns, self.values)
    let (size, step) = (blockSize, Self.stride(blockColumns))
    let keep = Self.lanes(blockColumns)
    for row in range {
      var (a, b, c) = (SIMD8<Float>(), SIMD8<Float>(), SIMD8<Float>())
      var (d, e, f) = (SIMD8<Float>(), SIMD8<Float>(), SIMD8<Float>())
      for entry in starts[row]..<starts[row + 1] {
        let part = SIMD8<Float>().replacing(
          with: vector[vector8: step &* Int(columns[entry])], where: keep)
        let at = size &* entry
        a.addProduct(values[vector8: at], part)
        b.addProduct(values[vector8: at &+ step], part)
        c.addProduct(values[vector8: at &+ 2 &* step], part)
        d.addProduct(values[vector8: at &+ 3 &* step], part)
        e.addProduct(values[vector8: at &+ 4 &* step], part)
        f.addProduct(values[vector8: at &+ 5 &* step], part)
      }
      product[vector8: 8 &* row] = SIMD8(a.total, b.total, c.total, d.total, e.total, f.total, 0, 0)
    }
  }

  /// Which of eight loaded numbers belong to a row of `size`.
  static func lanes(_ size: Int) -> SIMDMask<SIMD8<Int32>> {
    SIMD8<Int32>(0, 1, 2, 3, 4, 5, 6, 7) .< SIMD8<Int32>(repeating: Int32(size))
  }
}
