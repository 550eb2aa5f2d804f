module faultline/services/fetcher

go 1.26.0

require (
	code.dny.dev/ssrf v0.3.0
	faultline/pkg v0.0.0
	github.com/andybalholm/brotli v1.2.8
	github.com/rivo/uniseg v0.4.7
	golang.org/x/net v0.62.0
	golang.org/x/sync v0.24.0
	golang.org/x/text v0.43.0
)

require github.com/goccy/go-yaml v1.19.2

replace (
	faultline/deploy => ../../deploy
	faultline/pkg => ../../pkg
)
