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
	github.com/antithesishq/antithesis-sdk-go v0.8.0-default-no-op // indirect
	github.com/google/go-tpm v0.9.8 // indirect
	github.com/klauspost/compress v1.20.3 // indirect
	github.com/minio/highwayhash v1.0.4 // indirect
	github.com/nats-io/jwt/v2 v2.8.2 // indirect
	github.com/nats-io/nats-server/v2 v2.15.2 // indirect
	github.com/nats-io/nkeys v0.4.16 // indirect
	github.com/nats-io/nuid v1.0.1 // indirect
	github.com/rivo/uniseg v0.4.7 // indirect
	github.com/xhit/go-str2duration/v2 v2.1.0 // indirect
	golang.org/x/crypto v0.58.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/term v0.47.0 // indirect
	golang.org/x/time v0.16.0 // indirect
)

replace (
	faultline/deploy => ../../deploy
	faultline/pkg => ../../pkg
	faultline/services/alerter => ../../services/alerter
	faultline/services/classifier => ../../services/classifier
	faultline/services/fetcher => ../../services/fetcher
)
