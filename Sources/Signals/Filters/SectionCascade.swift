import LinearAlgebra

/// A running filter of second-order sections in transposed direct form II, over one channel.
///
/// Four sections work at once, each one sample behind the one before it, in the lanes of a vector: the
/// chain of operations from sample to sample is as long as that of a single section.
package struct SectionCascade: ~Copyable {
  private var groups: [Group]

  fileprivate struct Group {
    let b0, b1, b2, a1, a2: SIMD4<Double>
    var first = SIMD4<Double>.zero
    var second = SIMD4<Double>.zero
  }

  /// - Parameter steadyInput: the value that went in for ever before the first sample; 0 is rest.
  package init(_ sections: [Section], steadyInput: Double = 0) {
    groups = []
    var level = steadyInput
    for start in stride(from: 0, to: sections.count, by: 4) {
      let four = (start..<start + 4).map { $0 < sections.count ? sections[$0] : .identity }
      var group = Group(
        b0: Self.lanes(four, \.b0), b1: Self.lanes(four, \.b1), b2: Self.lanes(four, \.b2),
        a1: Self.lanes(four, \.a1), a2: Self.lanes(four, \.a2))
      for lane in 0..<4 where level != 0 {
        let state = four[lane].steadyState
        group.first[lane] = state.first * level
        group.second[lane] = state.second * level
        level *= state.output
      }
      groups.append(group)
    }
  }

  /// Filters the samples in place; the next call goes on where this one ends.
  package mutating func filter(_ samples: MutableView<Double>) {
    // Each group passes over a run that stays in the cache.
    var start = 0
    while start < samples.count {
      let count = min(Self.run, samples.count - start)
      let part = samples.slice(start, count: count)
      for index in groups.indices { groups[index].filter(part) }
      start += count
    }
  }

  private static let run = 2048

  private static func lanes(
    _ sections: [Section], _ coefficient: KeyPath<Section, Double>
  ) -> SIMD4<Double> {
    SIMD4(sections.map { $0[keyPath: coefficient] })
  }
}

extension SectionCascade.Group {
  /// Lane `k` handles sample `t - k` in step `t`; in the first and the last three steps some lanes have
  /// no sample, and keep their states.
  fileprivate mutating func filter(_ samples: MutableView<Double>) {
    let count = samples.count
    var output = SIMD4<Double>.zero
    var step = 0
    while step < min(3, count + 3) {
      output = maskedStep(step < count ? samples[step] : 0, output, at: step, count)
      store(output, samples, step - 3)
      step += 1
    }
    var (first, second) = (first, second)
    while step < count {
      let input = SIMD4(samples[step], output[0], output[1], output[2])
      output = first.addingProduct(b0, input)
      first = second.addingProduct(b1, input).addingProduct(-a1, output)
      second = (b2 * input).addingProduct(-a2, output)
      samples[step - 3] = output[3]
      step += 1
    }
    (self.first, self.second) = (first, second)
    while step < count + 3 {
      output = maskedStep(0, output, at: step, count)
      store(output, samples, step - 3)
      step += 1
    }
  }

  private mutating func maskedStep(
    _ sample: Double, _ before: SIMD4<Double>, at step: Int, _ count: Int
  ) -> SIMD4<Double> {
    let input = SIMD4(sample, before[0], before[1], before[2])
    let lanes = SIMD4<Int64>(0, 1, 2, 3)
    let index = SIMD4(repeating: Int64(step)) &- lanes
    let isActive = (index .>= 0) .& (index .< Int64(count))
    let output = first.addingProduct(b0, input)
    let nextFirst = second.addingProduct(b1, input).addingProduct(-a1, output)
    let nextSecond = (b2 * input).addingProduct(-a2, output)
    first.replace(with: nextFirst, where: isActive)
    second.replace(with: nextSecond, where: isActive)
    return output
  }

  private func store(_ output: SIMD4<Double>, _ samples: MutableView<Double>, _ index: Int) {
    if index >= 0 && index < samples.count { samples[index] = output[3] }
  }
}
