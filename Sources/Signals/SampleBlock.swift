import LinearAlgebra

/// Some samples of all channels of a recording, channel after channel; a loan of someone else's memory.
package struct SampleBlock {
  private let samples: View<Double>
  /// From a channel's first sample to that of the next.
  private let stride: Int
  package let channels: Int
  /// Samples of each channel.
  package let count: Int

  package init(_ samples: View<Double>, channels: Int, count: Int, stride: Int) {
    precondition(channels >= 1 && count >= 0 && stride >= count, "channels must not overlap")
    self.samples = samples
    self.channels = channels
    self.count = count
    self.stride = stride
  }

  package func channel(_ index: Int) -> View<Double> {
    precondition(index >= 0 && index < channels, "no such channel in the block")
    return samples.slice(index * stride, count: count)
  }
}
