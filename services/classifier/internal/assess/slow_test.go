//go:build !race

package assess

// slowdown is what the bounds on time are multiplied with.
const slowdown = 1
