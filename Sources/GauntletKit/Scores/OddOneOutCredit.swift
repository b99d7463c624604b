/// The credit of one odd-one-out question, in [0, 1]: whether the pair that people left together is the nearest one.
///
/// The predicted odd image is the one outside the most similar pair. With m pairs at the smallest distance, the right
/// one among them, the credit is 1/m: what guessing among them earns. (DreamSim's script counts a tie as right.) 0
/// where another pair is nearer, NaN where a distance is not finite. Larger is better; the score is the mean.
///
/// - Parameters:
///   - pair: the distance of the two that belong together.
///   - firstToOdd: the distance from one of them to the odd one, and `secondToOdd` from the other.
public func oddOneOutCredit(pair: Float, firstToOdd: Float, secondToOdd: Float) -> Double {
  let distances = [pair, firstToOdd, secondToOdd]
  guard distances.allSatisfy(\.isFinite) else { return .nan }
  let smallest = min(pair, firstToOdd, secondToOdd)
  guard pair == smallest else { return 0 }
  return 1 / Double(distances.filter { $0 == smallest }.count)
}
