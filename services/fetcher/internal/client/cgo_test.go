//go:build cgo

package client

// withCgo says that the system's own resolver can be asked.
const withCgo = true
