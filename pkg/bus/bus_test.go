package bus_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/config"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

func TestFault61ConnectWaitsForTheServer(t *testing.T) {
	s := bustest.StartServer(t, bustest.Listen())
	o := s.Options()
	s.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := bus.Connect(ctx, o); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("connecting to nothing for a moment: %v", err)
	}
	connected := make(chan error, 1)
	go func() {
		b, err := bus.Connect(t.Context(), o)
		if err == nil {
			err = b.Close(t.Context())
		}
		connected <- err
	}()
	s.Restart()
	if err := wait(t, connected); err != nil {
		t.Fatal(err)
	}
}

func TestConnectFaults(t *testing.T) {
	s := bustest.StartServer(t, bustest.Listen())
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad")
	if err := os.WriteFile(bad, []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		change func(*bus.Options)
		want   string
	}{
		"no server":         {func(o *bus.Options) { o.URL = "" }, "either the URL"},
		"two servers":       {func(o *bus.Options) { o.Server = s }, "either the URL"},
		"no such creds":     {func(o *bus.Options) { o.CredentialsFile = filepath.Join(dir, "none") }, "none"},
		"no such nkey":      {func(o *bus.Options) { o.NKeyFile = filepath.Join(dir, "none") }, "reading the nkey"},
		"not an nkey":       {func(o *bus.Options) { o.NKeyFile = bad }, "reading the nkey"},
		"half a pair":       {func(o *bus.Options) { o.TLS.CertFile = bad }, "both its file and its key's"},
		"no certificate":    {func(o *bus.Options) { o.TLS.CAFile = bad }, "bad"},
		"no TLS on there":   {func(o *bus.Options) { o.TLS.ServerName = "x" }, "secure"},
		"malformed address": {func(o *bus.Options) { o.URL = "nats://host:port:more" }, "connecting to NATS at"},
	} {
		t.Run(name, func(t *testing.T) {
			o := s.Options()
			test.change(&o)
			if _, err := bus.Connect(t.Context(), o); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v does not say %q", err, test.want)
			}
		})
	}
}

func TestPasswordInAnAddressIsNotTold(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := bus.Connect(ctx, bus.Options{URL: "nats://desk:hunter2@127.0.0.1:1"})
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the error is %v", err)
	}
}

func TestConnectWithAnNKey(t *testing.T) {
	pair, err := nkeys.CreateUser()
	if err != nil {
		t.Fatal(err)
	}
	public, err := pair.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	seed, err := pair.Seed()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "seed")
	if err := os.WriteFile(file, seed, 0o600); err != nil {
		t.Fatal(err)
	}
	s := bustest.StartServer(t, bustest.Bare(), bustest.Listen(), bustest.Configure(func(o *server.Options) {
		o.Nkeys = []*server.NkeyUser{{Nkey: public}}
	}))
	b := s.Bus(func(o *bus.Options) { o.NKeyFile = file })
	if err := b.Apply(t.Context(), bus.DefaultTuning()); err != nil {
		t.Error(err)
	}
}

func TestConnectWithAToken(t *testing.T) {
	s := bustest.StartServer(t, bustest.Bare(), bustest.Listen(), bustest.Configure(func(o *server.Options) { o.Authorization = "letmein" }))
	if _, err := bus.Connect(t.Context(), s.Options()); err == nil {
		t.Error("connected without the token")
	}
	if b := s.Bus(func(o *bus.Options) { o.Token = "letmein" }); !b.Connected() {
		t.Error("not connected")
	}
}

// certificate makes a certificate for 127.0.0.1 that signs itself.
func certificate(t *testing.T) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "bustest"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"nats.example"},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certFile, keyFile
}

func TestConnectOverTLS(t *testing.T) {
	certFile, keyFile := certificate(t)
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		t.Fatal(err)
	}
	authority := x509.NewCertPool()
	authority.AddCert(pair.Leaf)
	s := bustest.StartServer(t, bustest.Bare(), bustest.Listen(), bustest.Configure(func(o *server.Options) {
		o.TLSConfig = &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: authority, MinVersion: tls.VersionTLS12}
		o.TLSTimeout = 60
	}))
	good := bus.TLS{CAFile: certFile, CertFile: certFile, KeyFile: keyFile, ServerName: "nats.example"}
	b := s.Bus(func(o *bus.Options) { o.TLS = good })
	if err := b.Apply(t.Context(), bus.DefaultTuning()); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*bus.TLS){
		"unknown authority":     func(c *bus.TLS) { c.CAFile = "" },
		"no client certificate": func(c *bus.TLS) { c.CertFile, c.KeyFile = "", "" },
		"another name":          func(c *bus.TLS) { c.ServerName = "other.example" },
	} {
		o := s.Options()
		o.TLS = good
		change(&o.TLS)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		if _, err := bus.Connect(ctx, o); err == nil || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v, want a refusal at once", name, err)
		}
		cancel()
	}
}

func TestHealthyMeansStoring(t *testing.T) {
	t.Parallel()
	s := bustest.StartServer(t, bustest.MaxStore(20_000))
	b := s.Bus()
	for range 5 {
		if err := b.Healthy(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	defer cancel()
	for i := 0; ctx.Err() == nil; i++ { // until the store is full
		if _, err := b.Publish(ctx, bus.Message{Subject: bus.ItemSubject("a"), Data: make([]byte, 1000)}); err != nil {
			break
		}
	}
	short, done := context.WithTimeout(t.Context(), 2*time.Second)
	defer done()
	if err := b.Healthy(short); err == nil || !strings.Contains(err.Error(), "does not store") && !strings.Contains(err.Error(), "has stored nothing") {
		t.Errorf("healthy with a full store: %v", err)
	}
	s.Stop()
	eventually(t, "the lost connection is noticed", func() bool {
		err := b.Healthy(t.Context())
		return err != nil && strings.Contains(err.Error(), "not connected")
	})
	if b.Connected() {
		t.Error("connected to a server that ended")
	}
	s.Restart()
	eventually(t, "connected again", b.Connected)
}

func TestClosedBusSaysSo(t *testing.T) {
	b := bustest.Start(t)
	for range 2 {
		if err := b.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.Publish(t.Context(), bus.Message{Subject: bus.ItemSubject("a")}); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("publishing: %v", err)
	}
	if err := b.Consume(t.Context(), quick("c"), ignore); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("consuming: %v", err)
	}
}

// Whether the server goes before, during or after, closing is no failure.
func TestCloseWhileTheServerGoes(t *testing.T) {
	s := bustest.StartServer(t)
	going := make(chan struct{})
	var closing sync.WaitGroup
	for n := range 200 {
		b, err := bus.Connect(t.Context(), s.Options())
		if err != nil {
			t.Fatal(err)
		}
		closing.Go(func() {
			<-going
			for range n { // each a little later than the one before
				runtime.Gosched()
			}
			if err := b.Close(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	close(going)
	s.Stop()
	closing.Wait()
}

func TestCloseEndsConsumers(t *testing.T) {
	b := bustest.Start(t)
	r := consume(t, b, quick("c"), ignore)
	publish(t, b, 1)
	if err := b.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := wait(t, r.done); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("the consumer ended with %v", err)
	}
}

func TestMetrics(t *testing.T) {
	registry := prometheus.NewRegistry()
	s := bustest.StartServer(t, bustest.Registerer(registry))
	b := s.Bus() // a second connection shares the metrics
	for _, id := range []string{"1", "2", "2"} {
		if _, err := b.Publish(t.Context(), bus.Message{Subject: bus.ItemSubject("a"), ID: id}); err != nil {
			t.Fatal(err)
		}
	}
	once := bus.Message{Subject: bus.NotificationSubject("a", "b", "c")}
	for range 2 {
		if _, err := b.PublishOnce(t.Context(), once); err != nil {
			t.Fatal(err)
		}
	}
	collect(t, b, quick("c"), 2)
	want := `
# HELP faultline_bus_connected 1 while connected to NATS.
# TYPE faultline_bus_connected gauge
faultline_bus_connected 1
# HELP faultline_bus_permission_violations_total Requests that the NATS server's permissions refused.
# TYPE faultline_bus_permission_violations_total counter
faultline_bus_permission_violations_total 0
# HELP faultline_clock_offset_seconds By how much at least the clock of the NATS server that answered last is ahead of this machine's; negative when it is behind.
# TYPE faultline_clock_offset_seconds gauge
faultline_clock_offset_seconds 0
# HELP faultline_consumer_handled_total Deliveries handled, by outcome: done, retry, dead or panic.
# TYPE faultline_consumer_handled_total counter
faultline_consumer_handled_total{consumer="c",outcome="done"} 2
# HELP faultline_publish_total Messages published, by stream and outcome: stored, duplicate, conflict or failed.
# TYPE faultline_publish_total counter
faultline_publish_total{outcome="conflict",stream="NOTIFICATIONS"} 1
faultline_publish_total{outcome="duplicate",stream="ITEMS"} 1
faultline_publish_total{outcome="stored",stream="ITEMS"} 2
faultline_publish_total{outcome="stored",stream="NOTIFICATIONS"} 1
`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(want), "faultline_bus_connected", "faultline_bus_permission_violations_total", "faultline_clock_offset_seconds",
		"faultline_consumer_handled_total", "faultline_publish_total"); err != nil {
		t.Error(err)
	}
	problems, err := testutil.GatherAndLint(registry)
	if err != nil || len(problems) > 0 {
		t.Errorf("the metrics have problems: %v, %v", problems, err)
	}
}

func TestMetricOfAnotherKindIsRefused(t *testing.T) {
	registry := prometheus.NewRegistry()
	registry.MustRegister(prometheus.NewGauge(prometheus.GaugeOpts{Name: "faultline_publish_total", Help: "Something else."}))
	s := bustest.StartServer(t)
	o := s.Options()
	o.Registerer = registry
	if _, err := bus.Connect(t.Context(), o); err == nil {
		t.Error("connected with a registry that holds another metric of that name")
	}
}

func TestSecretsStaySecret(t *testing.T) {
	o := bus.Options{Username: "u", Password: config.Secret("hunter2"), Token: "hunter2"}
	if text := strings.Join([]string{o.Password.String(), o.Token.String()}, ""); strings.Contains(text, "hunter2") {
		t.Errorf("printed as %s", text)
	}
}
