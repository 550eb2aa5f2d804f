module faultline/services/classifier

go 1.26.0

require (
	faultline/deploy v0.0.0
	faultline/pkg v0.0.0
)

require (
	github.com/blevesearch/snowballstem v0.9.0 // indirect
	github.com/expr-lang/expr v1.17.8 // indirect
	golang.org/x/text v0.43.0 // indirect
)

replace (
	faultline/deploy => ../../deploy
	faultline/pkg => ../../pkg
)
