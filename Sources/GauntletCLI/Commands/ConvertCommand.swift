internal import ArgumentParser
internal import FileFormats
internal import Foundation
internal import GauntletKit
internal import Pictures
internal import Tensors

struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Convert pictures, arrays and weights between formats.",
    discussion: """
      picture.jpg → image.npy        [3, H, W], float32, in [0, 1]
      image.npy → picture.png        rounded to 8 bits
      weights.safetensors → folder/  one .npy a tensor
      folder/ → weights.safetensors  of the .npy files of a folder
      weights.safetensors → weights.safetensors  every tensor as float32
      weights.pth → weights.safetensors  of PyTorch (.pt, .bin), read as data

      Names of nested dictionaries are joined by dots. Nothing in a file of PyTorch is executed.
      """)

  @Argument(help: "What to read.") var input: String
  @Argument(help: "What to write.") var output: String

  @Option(help: "Which dictionary of a PyTorch file: names from the outermost on, with / between them.")
  var key: String?

  func run() throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: input, isDirectory: &isFolder) else {
      throw CommandError.missing(path: input, what: "file")
    }
    let (from, to) = (kind(input, isFolder: isFolder.boolValue), kind(output, isFolder: output.hasSuffix("/")))
    guard key == nil || from == "pytorch" else {
      throw CommandError.usage("--key names a dictionary of a PyTorch file (.pth, .pt, .bin), and \(input) is none")
    }
    switch (from, to) {
    case ("picture", "npy"): try NPY.write(try Picture(contentsOf: input).tensor(), to: output)
    case ("npy", "picture"): try writePicture()
    case ("safetensors", "safetensors"): try SafeTensors(contentsOf: input).write(to: output)
    case ("pytorch", "safetensors"): try SafeTensors(tensors: weights()).write(to: output)
    case ("safetensors", "folder"): try unpack()
    case ("folder", "safetensors"): try pack()
    default: throw CommandError.usage("\(input) cannot be converted to \(output); see gauntlet help convert")
    }
    Output.line(output)
  }

  private func kind(_ path: String, isFolder: Bool) -> String {
    if isFolder { return "folder" }
    return switch URL(fileURLWithPath: path).pathExtension.lowercased() {
    case "jpg", "jpeg", "png": "picture"
    case "npy": "npy"
    case "safetensors": "safetensors"
    case "pth", "pt", "bin": "pytorch"
    // Checkpoints are often called model.pth.tar, and are no archives of tar.
    case "tar" where path.lowercased().hasSuffix(".pth.tar"): "pytorch"
    default: "something else"
    }
  }

  private func weights() throws -> [String: Tensor] {
    let file = try PyTorchFile(contentsOf: input)
    let path = key.map { $0.split(separator: "/").map(String.init) } ?? []
    do {
      let tensors = try file.tensors(at: path)
      guard !tensors.isEmpty else {
        throw CommandError.badData("\(input): has no tensor\(key.map { " in \($0)" } ?? "")")
      }
      return tensors
    } catch FileFormatError.missing(_, let name, let known) {
      guard let last = name.split(separator: "/").last, let meant = closest(to: String(last), in: known) else {
        throw FileFormatError.missing(file: input, name: name, known: known)
      }
      throw CommandError.usage("\(input): has no '\(name)'; did you mean '\(meant)'?")
    }
  }

  private func writePicture() throws {
    let array = try ImageInput.array(input)
    guard array.rows == 1, array.shape[1] == 3 || array.shape[1] == 1 else {
      throw CommandError.badData("\(input): has shape \(array.shape), a picture is [3, H, W] or [1, H, W]")
    }
    let picture = Picture(array.row(0))
    let isPNG = output.lowercased().hasSuffix("png")
    try Output.write(Data(isPNG ? try picture.png() : try picture.jpeg(quality: 95)), to: output)
  }

  private func unpack() throws {
    let file = try SafeTensors(contentsOf: input)
    try Output.makeFolder(output)
    for (name, tensor) in file.tensors {
      let safe = name.replacingOccurrences(of: "/", with: "_")
      try NPY.write(tensor, to: URL(fileURLWithPath: output).appendingPathComponent("\(safe).npy").path)
    }
  }

  private func pack() throws {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: input))?.filter { $0.hasSuffix(".npy") } ?? []
    guard !names.isEmpty else { throw CommandError.badData("\(input): has no .npy file") }
    var tensors: [String: Tensor] = [:]
    for name in names {
      tensors[String(name.dropLast(4))] = try NPY.read(URL(fileURLWithPath: input).appendingPathComponent(name).path)
    }
    try SafeTensors(tensors: tensors, metadata: [:]).write(to: output)
  }
}
