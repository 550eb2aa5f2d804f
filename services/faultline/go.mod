module faultline/services/faultline

go 1.26.0

require (
	faultline/deploy v0.0.0
	faultline/pkg v0.0.0
	faultline/services/alerter v0.0.0
	faultline/services/classifier v0.0.0
	faultline/services/fetcher v0.0.0
)

require github.com/rivo/uniseg v0.4.7 // indirect

replace (
	faultline/deploy => ../../deploy
	faultline/pkg => ../../pkg
	faultline/services/alerter => ../../services/alerter
	faultline/services/classifier => ../../services/classifier
	faultline/services/fetcher => ../../services/fetcher
)
