import Foundation

func _log10(_ x: Double) -> Double { Foundation.log10(x) }
func _pow(_ x: Double, _ y: Double) -> Double { Foundation.pow(x, y) }
