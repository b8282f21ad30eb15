import Base
import JobModel
import Testing

@testable import Scheduling

@Suite("sets of task ranges") struct RangeSetTests {
  @Test("neighbouring ranges become one, and a hole splits one into two")
  func mergeAndSplit() {
    var set = RangeSet(TaskRange(1, 4))
    set.insert(TaskRange(6, 9))
    #expect(set.ranges == [TaskRange(1, 4), TaskRange(6, 9)])
    set.insert(TaskRange(5))
    #expect(set.ranges == [TaskRange(1, 9)])
    set.remove(TaskRange(3, 4))
    #expect(set.ranges == [TaskRange(1, 2), TaskRange(5, 9)])
    #expect(set.count == 7)
    #expect(set.first == TaskRange(1, 2))
  }

  @Test("a million tasks are one range")
  func million() {
    var set = RangeSet(TaskRange(1, 1_000_000))
    set.remove(TaskRange(1, 500))
    #expect(set.ranges == [TaskRange(501, 1_000_000)])
    #expect(set.count == 999_500)
  }

  @Test("it behaves as a set of numbers does", arguments: UInt64(0)..<200)
  func likeNaiveSet(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var set = RangeSet()
    var naive: Set<Int> = []
    for _ in 0..<60 {
      let range = Self.range(&random)
      let (other, naiveOther) = Self.set(&random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0, 1:
        set.insert(range)
        naive.formUnion(range.numbers)
      case 2:
        set.remove(range)
        naive.subtract(range.numbers)
      case 3:
        set.formUnion(other)
        naive.formUnion(naiveOther)
      case 4:
        set.subtract(other)
        naive.subtract(naiveOther)
      default:
        #expect(Self.numbers(set.intersection(other)) == naive.intersection(naiveOther), "\(seed)")
        #expect(
          Self.numbers(set.intersection(range)) == naive.intersection(range.numbers), "\(seed)")
      }
      Self.compare(set, naive, seed)
    }
  }

  private static func compare(_ set: RangeSet, _ naive: Set<Int>, _ seed: UInt64) {
    #expect(numbers(set) == naive, "seed \(seed)")
    #expect(set.count == naive.count, "seed \(seed)")
    #expect(set.first?.first == naive.min(), "seed \(seed)")
    for number in [1, 17, 40] {
      #expect(set.contains(number) == naive.contains(number), "seed \(seed)")
      #expect(set.count(below: number) == naive.count { $0 < number }, "seed \(seed)")
    }
    for (one, next) in zip(set.ranges, set.ranges.dropFirst()) {
      #expect(one.last + 1 < next.first, "seed \(seed): not merged")
    }
  }

  @Test(
    "a map remembers the last value of every number, and merges equal neighbours",
    arguments: UInt64(0)..<100)
  func mapLikeDictionary(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var map = RangeMap<Int>()
    var naive: [Int: Int] = [:]
    for _ in 0..<60 {
      let range = Self.range(&random)
      let value = [nil, 1, 2].randomElement(using: &random) ?? nil
      switch Int.random(in: 0..<3, using: &random) {
      case 0:
        map.set(range, to: value)
        for number in range.numbers { naive[number] = value }
      case 1:
        let (set, numbers) = Self.set(&random)
        map.set(set, to: value)
        for number in numbers { naive[number] = value }
      default:
        map.update(range) { ($0 ?? 0) % 3 + 1 }
        for number in range.numbers { naive[number] = (naive[number] ?? 0) % 3 + 1 }
      }
      for number in 1...95 { #expect(map[number] == naive[number], "seed \(seed)") }
      #expect(map.count == naive.count, "seed \(seed)")
      for (one, next) in zip(map.runs, map.runs.dropFirst()) {
        #expect(one.tasks.last < next.tasks.first, "seed \(seed)")
        #expect(
          one.value != next.value || one.tasks.last + 1 < next.tasks.first,
          "seed \(seed): not merged")
      }
      let covered = map.covering(range)
      #expect(covered.flatMap { Array($0.tasks.numbers) } == Array(range.numbers), "seed \(seed)")
      for part in covered { #expect(naive[part.tasks.first] == part.value, "seed \(seed)") }
    }
  }

  private static func range(_ random: inout SplitMix64) -> TaskRange {
    let first = Int.random(in: 1...80, using: &random)
    return TaskRange(first, first + Int.random(in: 0...9, using: &random))
  }

  private static func set(_ random: inout SplitMix64) -> (RangeSet, Set<Int>) {
    var set = RangeSet()
    var naive: Set<Int> = []
    for _ in 0..<Int.random(in: 0...24, using: &random) {
      let first = Int.random(in: 1...90, using: &random)
      let range = TaskRange(first, first + Int.random(in: 0...1, using: &random))
      set.insert(range)
      naive.formUnion(range.numbers)
    }
    return (set, naive)
  }

  private static func numbers(_ set: RangeSet) -> Set<Int> {
    Set(set.ranges.flatMap { Array($0.numbers) })
  }
}
