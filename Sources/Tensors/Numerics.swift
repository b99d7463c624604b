internal import CKernels

/// What decides bits besides the inputs.
public enum Numerics {
  /// Changes when any number of the engine, the tape or the kernels would change.
  public static let version = "3"

  /// The instruction set that kernels run on. Two runs are equal to the bit on one instruction set; across sets they
  /// agree to rounding.
  public static var instructionSet: String { String(cString: gk_instruction_set()) }

  public static var identity: String { "\(version)/\(instructionSet)" }
}
