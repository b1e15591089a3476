internal import Glibc

// The few functions that the standard library leaves to the C library.

func log(_ x: Double) -> Double { Glibc.log(x) }
func log1p(_ x: Double) -> Double { Glibc.log1p(x) }
func exp(_ x: Double) -> Double { Glibc.exp(x) }
