module faultline/services/faultline

go 1.26.0

require (
	faultline/deploy v0.0.0
	faultline/pkg v0.0.0
	faultline/services/alerter v0.0.0
	faultline/services/classifier v0.0.0
	faultline/services/fetcher v0.0.0
)

require (
	github.com/alecthomas/kingpin/v2 v2.4.0 // indirect
	github.com/alecthomas/units v0.0.0-20240927000941-0f3dac36c52b // indirect
	github.com/rivo/uniseg v0.4.7 // indirect
	github.com/xhit/go-str2duration/v2 v2.1.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/term v0.47.0 // indirect
)

replace (
	faultline/deploy => ../../deploy
	faultline/pkg => ../../pkg
	faultline/services/alerter => ../../services/alerter
	faultline/services/classifier => ../../services/classifier
	faultline/services/fetcher => ../../services/fetcher
)
