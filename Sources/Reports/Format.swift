internal import Foundation
internal import Results

/// How numbers are printed: without locale, the same everywhere.
enum Format {
  /// What stands for a value that there is not.
  static let missing = "–"

  /// A fixed number of decimals; never "-0.0".
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard !value.isNaN else { return missing }
    guard value.isFinite else { return value < 0 ? "−∞" : "∞" }
    let text = String(format: "%.\(decimals)f", value)
    let isZero = !text.contains { $0 != "-" && $0 != "0" && $0 != "." }
    return isZero ? text.replacingOccurrences(of: "-", with: "") : text.replacingOccurrences(of: "-", with: "−")
  }

  /// A value as its unit asks for: percents with one decimal.
  static func value(_ value: Double, _ unit: RunRecord.Unit) -> String {
    switch unit {
    case .percent, .percentile: fixed(value, 1)
    case .distance, .cosine: fixed(value, 3)
    case .plain: plain(value)
    }
  }

  /// A value with three to four significant digits.
  static func plain(_ value: Double) -> String {
    if value == value.rounded() && abs(value) < 100_000 { return count(Int(value)) }
    return switch abs(value) {
    case ..<0.001: String(format: "%.2e", value)
    case ..<1: fixed(value, 4)
    case ..<10: fixed(value, 3)
    case ..<100: fixed(value, 2)
    case ..<100_000: fixed(value, 1)
    default: value.isNaN ? missing : String(format: "%.3e", value)
    }
  }

  /// "[12.3, 14.5]"; nil where the interval is not defined.
  static func interval(_ interval: RunRecord.Interval?, _ unit: RunRecord.Unit) -> String? {
    guard let interval, !interval.low.isNaN, !interval.high.isNaN else { return nil }
    return "[\(value(interval.low, unit)), \(value(interval.high, unit))]"
  }

  /// Thousands apart: "12,345".
  static func count(_ value: Int) -> String {
    var digits = String(value.magnitude)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return (value < 0 ? "−" : "") + ([digits] + groups).joined(separator: ",")
  }

  /// "1 cell", "12 cells".
  static func counted(_ value: Int, _ singular: String, _ plural: String? = nil) -> String {
    "\(count(value)) \(value == 1 ? singular : plural ?? singular + "s")"
  }

  /// "0.4 s", "12 s", "3 min 05 s", "2 h 07 min".
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return missing }
    if seconds < 10 { return fixed(seconds, 1) + " s" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(padded(whole % 60)) s" }
    return "\(whole / 3600) h \(padded(whole / 60 % 60)) min"
  }

  private static func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

  static func bytes(_ count: Int) -> String {
    let mebibytes = Double(count) / 1_048_576
    return mebibytes < 1024 ? fixed(mebibytes, 0) + " MiB" : fixed(mebibytes / 1024, 2) + " GiB"
  }

  /// "ℓ∞ 8/255".
  static func threat(_ threat: RunRecord.Threat) -> String {
    "\(norm(threat.norm)) \(threat.text)" + (threat.moved.map { " (\($0) moved)" } ?? "")
  }

  static func norm(_ norm: String) -> String {
    switch norm {
    case "linf": "ℓ∞"
    case "l2": "ℓ2"
    case "l1": "ℓ1"
    default: norm
    }
  }

  static func unit(_ unit: RunRecord.Unit) -> String {
    switch unit {
    case .percent: "%"
    case .percentile: "percentile"
    case .distance: "distance"
    case .cosine: "cosine"
    case .plain: ""
    }
  }

  /// The first characters of a hash.
  static func short(_ hash: String) -> String { hash.count > 16 ? String(hash.prefix(12)) + "…" : hash }
}
