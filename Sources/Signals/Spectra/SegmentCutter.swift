import LinearAlgebra

/// Cuts a stream of blocks into overlapping segments, which never cross a gap.
///
/// It holds what the next segments still need, so memory is one block and one segment for each channel,
/// however long the stream is. Samples after the last whole segment of a stretch are left out.
package struct SegmentCutter: ~Copyable {
  private let length: Int
  private let hop: Int
  private let channels: Int
  private let capacity: Int
  private let samples: Buffer<Double>
  /// Samples held for each channel, and how many segments begin in them.
  private var held = 0
  package private(set) var ready = 0

  /// - Parameter blockMax: samples of the largest block to come.
  package init(length: Int, hop: Int, channels: Int, blockMax: Int) {
    precondition(hop >= 1 && hop <= length, "segments begin at most one length apart")
    self.length = length
    self.hop = hop
    self.channels = channels
    capacity = length + blockMax
    samples = Buffer(repeating: 0, count: capacity * channels)
  }

  /// Takes the next block; afterwards ``ready`` segments can be read, until the next call.
  ///
  /// - Parameter startsStretch: whether there is a gap before the block.
  package mutating func take(_ block: SampleBlock, startsStretch: Bool) {
    precondition(block.channels == channels, "the block has other channels than the stream")
    let used = startsStretch ? held : ready * hop
    let kept = held - used
    precondition(kept + block.count <= capacity, "the block is larger than was announced")
    for channel in 0..<channels {
      let line = samples.view.slice(channel * capacity, count: capacity)
      line.assign(line.reading.slice(used, count: kept))
      line.assign(block.channel(channel), at: kept)
    }
    held = kept + block.count
    ready = held < length ? 0 : (held - length) / hop + 1
  }

  /// One of the ``ready`` segments.
  package func segment(_ index: Int, channel: Int) -> View<Double> {
    precondition((0..<ready).contains(index), "no such segment")
    return samples.view.slice(channel * capacity + index * hop, count: length).reading
  }
}
