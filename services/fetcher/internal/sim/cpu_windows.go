package sim

// cpu is not known here.
func cpu() float64 { return 0 }
