import Pictures
import Tensors
import Testing

@Suite struct DistortionTests {
  private func images(_ count: Int, size: Int = 32) throws -> [Tensor] {
    let batch = try shapes("size=\(size)").images(.train, (0..<count).map { 17 * $0 })
    return (0..<count).map { batch.row($0) }
  }

  /// The mean pixel distance over some images, each with its own draw.
  private func distance(_ family: Distortion, _ strength: Float, _ images: [Tensor]) throws -> Float {
    var sum: Float = 0
    for (i, image) in images.enumerated() {
      var stream = RandomStream(seed: 1, ["test"], [i])
      let spoilt = try family.applied(to: image, strength: strength, using: &stream)
      sum += (spoilt - image).reshaped([1, image.count]).rowNorms()[0]
    }
    return sum / Float(images.count)
  }

  @Test(arguments: Distortion.allCases)
  func growsWithItsStrength(_ family: Distortion) throws {
    let images = try images(30)
    let distances = try [0.1, 0.3, 0.6, 1].map { try distance(family, $0, images) }
    for (weak, strong) in zip(distances, distances.dropFirst()) { #expect(weak < strong, "\(distances)") }
  }

  @Test(arguments: Distortion.allCases.filter { ![.jpeg, .occlusion].contains($0) })
  func strengthZeroChangesNothing(_ family: Distortion) throws {
    #expect(try distance(family, 0, images(3)) < 1e-4)
  }

  @Test(arguments: Distortion.allCases)
  func dependsOnItsStreamAlone(_ family: Distortion) throws {
    let image = try images(1)[0]
    var (a, b) = (RandomStream(seed: 1, ["a"]), RandomStream(seed: 1, ["a"]))
    #expect(
      try family.applied(to: image, strength: 0.5, using: &a) == family.applied(to: image, strength: 0.5, using: &b))
  }

  /// Any size, one channel: nothing reads outside of the image.
  @Test(arguments: Distortion.allCases)
  func takesImagesOfAnyShape(_ family: Distortion) throws {
    for shape: Shape in [[1, 1, 1], [3, 1, 9], [1, 17, 3], [3, 19, 40]] {
      var stream = RandomStream(seed: 2, ["shape"], shape.extents)
      let image = Tensor(uniform: shape, in: 0...1, using: &stream)
      let spoilt = try family.applied(to: image, strength: 1, using: &stream)
      #expect(spoilt.shape == shape)
      #expect(spoilt.scalars.allSatisfy { (0...1).contains($0) })
    }
  }

  @Test func theWeakerOneIsTheTruth() throws {
    let recipe = DistortionRecipe(families: Distortion.allCases, strength: 0.05...1, ratio: 1.001...1.01)
    for index in 0..<2000 {
      let plan = DistortionPlan(recipe, seed: 9, index: index)
      let (weak, strong) = (min(plan.first, plan.second), max(plan.first, plan.second))
      #expect(plan.vote == (plan.second == weak ? 1 : 0))
      #expect(weak < strong && strong <= 1 && weak >= 0)
      if plan.family == .jpeg {
        #expect((100 - 97 * weak).rounded() > (100 - 97 * strong).rounded(), "\(plan)")
      }
    }
  }

  @Test func aShiftMovesByItsStrength() throws {
    // One bright column: its centre of mass tells how far it went.
    let size = 64
    var image = Tensor(zeros: [1, size, size])
    for row in 0..<size {
      for column in 0..<size {
        image[row * size + column] = Float((column - 32) * (column - 32) + (row - 32) * (row - 32)) < 16 ? 1 : 0
      }
    }
    var stream = RandomStream(seed: 4, ["shift"])
    let moved = try Distortion.shift.applied(to: image, strength: 0.5, using: &stream)
    func center(_ t: Tensor) -> (Float, Float) {
      var (x, y, sum): (Float, Float, Float) = (0, 0, 0)
      for i in 0..<size * size {
        x += t[i] * Float(i % size)
        y += t[i] * Float(i / size)
        sum += t[i]
      }
      return (x / sum, y / sum)
    }
    let (a, b) = (center(image), center(moved))
    let distance = ((a.0 - b.0) * (a.0 - b.0) + (a.1 - b.1) * (a.1 - b.1)).squareRoot()
    #expect(abs(distance - 6.4) < 0.1)
  }
}
