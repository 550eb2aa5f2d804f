//go:build race

package assess

// slowdown is what the bounds on time are multiplied with: the race detector
// makes everything slower.
const slowdown = 20
