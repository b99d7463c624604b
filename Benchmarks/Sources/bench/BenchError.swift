/// What can go wrong around a measurement.
enum BenchError: Error, CustomStringConvertible {
  case unknownWork(String, known: [String])
  case noWork(pattern: String, known: [String])
  case contestant(String, work: String, said: String)
  case differentResults(
    work: String, name: String, ours: Double, peer: String, theirs: Double, tolerance: Double)
  case badSetting(String, got: String, expected: String)
  case missingPeer(String)
  case badLimits(line: Int, got: String)
  case missingLimit(String)

  var description: String {
    switch self {
    case .unknownWork(let name, let known): "no work is named \"\(name)\"; known are \(known.joined(separator: ", "))"
    case .noWork(let pattern, let known):
      "BENCH=\(pattern) picks no work; known are \(known.joined(separator: ", "))"
    case .contestant(let name, let work, let said):
      "\(name) could not do \(work) (it said \"\(said)\"); its own message stands above"
    case .differentResults(let work, let name, let ours, let peer, let theirs, let tolerance):
      "\(work): \(name) is \(ours) here and \(theirs) of \(peer), farther apart than \(tolerance): not the same work"
    case .badSetting(let name, let got, let expected): "\(name) is \"\(got)\", expected \(expected)"
    case .missingPeer(let path):
      "there is no Python at \(path); run `make bench`, which makes the peers' environment, or set PEER_PYTHON"
    case .badLimits(let line, let got): "limits.tsv, line \(line): expected work, time and memory limit, got \"\(got)\""
    case .missingLimit(let work): "limits.tsv has no line for \(work); add one"
    }
  }
}
