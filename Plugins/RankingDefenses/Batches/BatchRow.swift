/// One image of a training batch: which one, and what its augmentation is keyed by.
package struct BatchRow: Hashable, Sendable {
  package enum Role: Int, Sendable {
    case anchor, partner
  }

  /// Index in the training split.
  package let image: Int
  package let epoch: Int
  /// The image whose turn it is: the same as `image` for anchors.
  package let anchor: Int
  package let role: Role

  package init(image: Int, epoch: Int, anchor: Int, role: Role) {
    self.image = image
    self.epoch = epoch
    self.anchor = anchor
    self.role = role
  }
}
