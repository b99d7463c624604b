/// The 2AFC credit of one question, in [0, 1]: the share of votes that agree with the metric.
///
/// `votes` is the share for the second candidate. The credit is `votes` where the second is strictly nearer, 1 − `votes`
/// where the first is, ½ where both are equally near, and NaN where a distance is not
/// finite. Larger is better; the 2AFC score is the
/// mean. (Zhang et al., "The unreasonable effectiveness of deep features as a perceptual metric", CVPR 2018, section 3.)
public func twoAlternativeCredit(votes: Double, first: Float, second: Float) -> Double {
  if !first.isFinite || !second.isFinite { return .nan }
  if first == second { return 0.5 }
  return second < first ? votes : 1 - votes
}
