module faultline/services/classifier

go 1.26.0

require (
	faultline/pkg v0.0.0
	github.com/blevesearch/snowballstem v0.9.0
	golang.org/x/text v0.43.0
)

require (
	faultline/deploy v0.0.0
	github.com/expr-lang/expr v1.17.8 // indirect
	github.com/goccy/go-yaml v1.19.2 // indirect
	golang.org/x/sync v0.24.0 // indirect
)

replace (
	faultline/deploy => ../../deploy
	faultline/pkg => ../../pkg
)
