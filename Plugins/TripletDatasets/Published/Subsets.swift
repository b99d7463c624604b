/// The choice of some of a dataset's subsets.
enum Subsets {
  /// - Parameters:
  ///   - text: `all`, or a comma list.
  ///   - all: what `all` stands for.
  ///   - known: every name there is.
  /// - Throws: `TripletDatasetError.unknownSubset`.
  static func chosen(_ text: String, all: [String], known: [String]) throws -> [String] {
    if text == "all" { return all }
    var chosen: [String] = []
    for name in text.split(separator: ",", omittingEmptySubsequences: false) {
      let name = String(name.drop { $0 == " " })
      guard known.contains(name) else { throw TripletDatasetError.unknownSubset(name, known: known) }
      if !chosen.contains(name) { chosen.append(name) }
    }
    return chosen
  }
}
