import Foundation

/// Golden/statistics.json, written by Tests/Reference/statistics.py.
struct Golden: Decodable {
  struct Share: Decodable, Sendable {
    let successes: Int
    let n: Int
    let level: Double
    let wilson: [Double]
    let exact: [Double]
  }

  struct Resampling: Decodable, Sendable {
    let name: String
    let columns: [[Double]]
    /// The samples of the first replicate.
    let first: [Int]
    let value: Double
    let percentile: [Double]
    let bca: [Double]
  }

  let proportions: [Share]
  let bootstraps: [Resampling]
  let normal: [[Double]]

  static func load() throws -> Golden {
    let file = Bundle.module.bundleURL.appending(path: "Golden/statistics.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
  }
}

/// Whether two numbers agree relatively, or are both tiny.
func agree(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool {
  abs(a - b) <= tolerance * max(abs(a), abs(b)) || abs(a - b) < 1e-300
}
