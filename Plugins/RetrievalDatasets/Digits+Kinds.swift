internal import GauntletKit

extension Digits.Kind {
  private static let files =
    "train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz and "
    + "t10k-labels-idx1-ubyte.gz"
  private static let sizes =
    "60,000 train and 10,000 test images of 28 × 28 gray pixels, values / 255, of 10 classes "
    + "that both splits share"

  static let mnist = Self(
    card: Card(
      id: "mnist", version: "1", title: "MNIST", definition: "Handwritten digits: \(sizes)",
      reference: "LeCun et al., Gradient-based learning applied to document recognition, 1998"),
    classNames: (0..<10).map(String.init),
    source: "\(files) from LeCun's page The MNIST database of handwritten digits, or a mirror of it")

  static let fashion = Self(
    card: Card(
      id: "fashion-mnist", version: "1", title: "Fashion-MNIST", definition: "Articles of clothing: \(sizes)",
      reference: "Xiao, Rasul and Vollgraf, Fashion-MNIST, 2017"),
    classNames: [
      "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ],
    source: "\(files) from the repository zalandoresearch/fashion-mnist (folder data/fashion)")

  static let kuzushiji = Self(
    card: Card(
      id: "kmnist", version: "1", title: "Kuzushiji-MNIST", definition: "Cursive Japanese characters: \(sizes)",
      reference: "Clanuwat et al., Deep Learning for Classical Japanese Literature, 2018"),
    classNames: ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"],
    source: "\(files) from the page of the KMNIST Dataset of the Center for Open Data in the Humanities (CODH)")
}
