internal import FileFormats
internal import GauntletKit
internal import Pictures

/// Errors of files as errors of a plugin.
struct Explanation {
  let plugin: String

  /// - Throws: `PluginError.unusable` for what is wrong with files; anything else as it is.
  func of<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as PictureError {
      throw unusable(error)
    } catch let error as TripletDatasetError {
      throw unusable(error)
    } catch let error as FileFormatError {
      throw unusable(error)
    }
  }

  private func unusable(_ error: any CustomStringConvertible) -> PluginError {
    .unusable(plugin: "dataset \(plugin)", reason: error.description)
  }
}
