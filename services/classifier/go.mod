module faultline/services/classifier

go 1.26.0

require (
	faultline/deploy v0.0.0
	faultline/pkg v0.0.0
)

replace (
	faultline/deploy => ../../deploy
	faultline/pkg => ../../pkg
)
