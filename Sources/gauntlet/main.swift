import BuiltIns
import GauntletCLI

GauntletCLI.main(try BuiltIns.registry())
