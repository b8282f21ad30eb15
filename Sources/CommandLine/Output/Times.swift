import Base

/// `2026-03-01T08:30:00.250Z`.
func iso8601(_ time: Timestamp) -> String {
  let (days, milliseconds) = time.milliseconds.quotientAndRemainderFloored(by: 86_400_000)
  let date = civilDate(days)
  let seconds = milliseconds / 1000
  return "\(date.year)-\(two(date.month))-\(two(date.day))T\(two(seconds / 3600)):"
    + "\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    + ".\(String(milliseconds % 1000 + 1000).dropFirst())Z"
}

/// How long ago, in one unit: `12 s`, `3 min`, `5 h`, `9 d`.
func age(of time: Timestamp, now: Timestamp) -> String {
  let seconds = max(0, (now.milliseconds - time.milliseconds) / 1000)
  switch seconds {
  case ..<60: return "\(seconds) s ago"
  case ..<3600: return "\(seconds / 60) min ago"
  case ..<86_400: return "\(seconds / 3600) h ago"
  default: return "\(seconds / 86_400) d ago"
  }
}

/// What has passed since a start: `+3:07`.
func offset(of time: Timestamp, since start: Timestamp) -> String {
  "+\(clock(span(from: start, to: time)))"
}

/// A span for a live display, always with the same unit steps: `0.4 s`, `12 s`, `3:07`, `2:05:09`.
func clock(_ span: Seconds) -> String {
  guard span.value >= 10 else { return "\((max(0, span.value) * 10).rounded() / 10) s" }
  let seconds = Int64(min(span.value, 1e9).rounded())
  if seconds < 60 { return "\(seconds) s" }
  if seconds < 3600 { return "\(seconds / 60):\(two(seconds % 60))" }
  return "\(seconds / 3600):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
}

private func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

/// Days since 1970-01-01 to a date of the Gregorian calendar, by counting from March of year 0 in
/// eras of 400 years.
private func civilDate(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
  let (era, dayOfEra) = (days + 719_468).quotientAndRemainderFloored(by: 146_097)
  let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let shifted = (5 * dayOfYear + 2) / 153
  let month = shifted < 10 ? shifted + 3 : shifted - 9
  return (
    yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1
  )
}

extension Int64 {
  fileprivate func quotientAndRemainderFloored(by divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
