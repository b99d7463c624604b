internal import GauntletKit
internal import Gradients
internal import Tensors
internal import Training

/// Triplets some of whose images an adversary moved.
struct MovedTriplets {
  /// [m, C, H, W] each; those of roles that were not moved are clean.
  let images: TripletViews<Tensor>
  /// Placed clean embeddings in evaluation mode, [m, D], of the roles where they are known.
  let clean: TripletViews<Tensor?>
  let roles: [TripletRole]
  let iterations: Int
}

extension TripletStep {
  /// Lets a search move the images of some roles, together.
  ///
  /// - Parameters:
  ///   - fixed: roles that stay but take part in the loss; their embeddings are computed once.
  ///   - embeddings: of the clean batch in evaluation mode, placed, where they are known.
  ///   - loss: of the placed embeddings by role at an iteration; roles neither moved nor fixed must not be looked at.
  func moved(
    _ roles: [TripletRole], of triplets: BatchTriplets, by search: InnerSearch, fixed: [TripletRole] = [],
    embeddings: Tensor? = nil, until done: (_ value: Double, _ previous: Double?) -> Bool = { _, _ in false },
    loss: (_ iteration: Int, _ views: TripletViews<Variable>) -> Variable
  ) throws -> MovedTriplets {
    let rows = TripletViews(
      anchors: triplets.anchors, positives: triplets.positives, negatives: triplets.negatives)
    var images = images(triplets)
    var clean = TripletViews<Tensor?> { role in embeddings?.rows(rows[role]) }
    for role in fixed where clean[role] == nil { clean[role] = try evaluated(images[role]) }
    let unused = Variable(constant: Tensor(zeros: [triplets.count, dimension]))
    let constants = clean.map { $0.map { Variable(constant: $0) } ?? unused }
    let count = triplets.count
    let result = try search.minimize(
      over: Tensor(concatenating: roles.map { images[$0] }), network: network, geometry: geometry, until: done
    ) { iteration, placed in
      var views = constants
      for (place, role) in roles.enumerated() { views[role] = placed.rows(place * count..<(place + 1) * count) }
      return loss(iteration, views)
    }
    for (place, role) in roles.enumerated() {
      images[role] = result.images.rows(place * count..<(place + 1) * count)
      clean[role] = result.cleanEmbeddings.rows(place * count..<(place + 1) * count)
    }
    return MovedTriplets(images: images, clean: clean, roles: roles, iterations: result.iterations)
  }

  /// The log of an adversarial step: how the clean triplets lie, how the moved ones, and how far they were moved in
  /// relation to the mean distance (section 11: the mean over what was moved).
  ///
  /// - Parameter views: the moved triplets' embeddings by the training pass; they stand in for clean ones of roles that
  ///   were not moved.
  func series(_ moved: MovedTriplets, views: TripletViews<Variable>) -> [TrainingSeries] {
    let clean = TripletStatistics(
      TripletViews { moved.clean[$0] ?? views[$0].value }, geometry: geometry)
    let adversarial = TripletStatistics(views.map(\.value), geometry: geometry)
    let shifts = moved.roles.compactMap { role in
      moved.clean[role].map { TripletStatistics.meanDistance(views[role].value, $0, geometry) }
    }
    let shift = shifts.reduce(0, +) / Double(max(shifts.count, 1))
    return clean.series + [
      TrainingSeries("adversarial-hardness", adversarial.hardness),
      TrainingSeries("adversarial-shift", clean.meanDistance > 0 ? shift / clean.meanDistance : 0),
    ]
  }
}
