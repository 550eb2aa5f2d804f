module faultline/services/alerter

go 1.26.0

require (
	faultline/deploy v0.0.0
	faultline/pkg v0.0.0
)

require (
	github.com/blevesearch/snowballstem v0.9.0 // indirect
	github.com/prometheus/alertmanager v0.34.2 // indirect
	github.com/prometheus/client_golang v1.25.0 // indirect
	github.com/prometheus/common v0.72.0 // indirect
	github.com/rivo/uniseg v0.4.7 // indirect
	golang.org/x/sync v0.24.0 // indirect
	gopkg.in/telebot.v3 v3.3.8 // indirect
)

replace (
	faultline/deploy => ../../deploy
	faultline/pkg => ../../pkg
)
