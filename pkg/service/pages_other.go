//go:build !linux

package service

// unmapProgram does nothing: only Linux says which pages of the program may go.
func unmapProgram() error { return nil }
