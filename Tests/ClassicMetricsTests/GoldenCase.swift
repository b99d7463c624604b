import Foundation
import Tensors

/// One pair of images and what the published implementations say of it.
struct GoldenCase: Decodable {
  let name: String
  let height: Int
  let width: Int
  let l2: Double
  let psnr: Double
  let ssimScikitImage: Double
  let ssimLumaScikitImage: Double
  let ssimTorch: Double
  let msSSIM: [String: Double]
  let msSSIMLuma: [String: Double]

  static func all() throws -> [GoldenCase] {
    struct File: Decodable { let cases: [GoldenCase] }
    return try JSONDecoder().decode(File.self, from: Data(contentsOf: folder.appendingPathComponent("values.json")))
      .cases
  }

  private static var folder: URL { Bundle.module.bundleURL.appendingPathComponent("Golden") }

  /// Both images: [1, 3, H, W].
  func images() throws -> (Tensor, Tensor) {
    let bytes = [UInt8](try Data(contentsOf: GoldenCase.folder.appendingPathComponent("\(name).rgb")))
    let size = 3 * height * width
    func tensor(_ part: ArraySlice<UInt8>) -> Tensor {
      Tensor(part.map { Float($0) / 255 }, [1, 3, height, width])
    }
    return (tensor(bytes[..<size]), tensor(bytes[size...]))
  }
}
