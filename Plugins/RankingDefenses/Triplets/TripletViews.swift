/// What a triplet is made of.
package enum TripletRole: String, CaseIterable, Sendable {
  case anchor, positive, negative
}

/// Three of a kind, one for each role: images, embeddings, …
package struct TripletViews<Element> {
  package var anchors: Element
  package var positives: Element
  package var negatives: Element

  package init(anchors: Element, positives: Element, negatives: Element) {
    self.anchors = anchors
    self.positives = positives
    self.negatives = negatives
  }

  package init(_ element: (TripletRole) throws -> Element) rethrows {
    self.init(anchors: try element(.anchor), positives: try element(.positive), negatives: try element(.negative))
  }

  package subscript(role: TripletRole) -> Element {
    get {
      switch role {
      case .anchor: anchors
      case .positive: positives
      case .negative: negatives
      }
    }
    set {
      switch role {
      case .anchor: anchors = newValue
      case .positive: positives = newValue
      case .negative: negatives = newValue
      }
    }
  }

  package func map<Other>(_ transform: (Element) throws -> Other) rethrows -> TripletViews<Other> {
    try TripletViews<Other> { try transform(self[$0]) }
  }
}
