/// A number for sentences and headings, without a needless `.0`.
func short(_ number: Double) -> String {
  number == number.rounded() && abs(number) < 1e9 ? "\(Int(number))" : "\(number)"
}
