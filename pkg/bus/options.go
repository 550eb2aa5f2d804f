package bus

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"faultline/pkg/config"

	"github.com/nats-io/nats.go"
	"github.com/prometheus/client_golang/prometheus"
)

// Options says how to connect.
type Options struct {
	// URL of an external server, or several separated by commas. Must be empty
	// if Server is set.
	URL string
	// Server is an embedded server; the connection stays inside the process.
	Server nats.InProcessConnProvider
	// Name of the connection, as the server shows it. It must differ between
	// the services of one process.
	Name string

	CredentialsFile string // a .creds file with JWT and seed
	NKeyFile        string // a file with an nkey seed
	Username        string
	Password        config.Secret
	Token           config.Secret
	TLS             TLS

	// InboxPrefix is where answers come back: by default "_INBOX_" and the
	// Username, or "_INBOX" without one. Users of a shared server who may listen
	// to their own prefix only cannot read each other's answers.
	InboxPrefix string

	// Damage is what the embedded server found its store to have lost. It is
	// counted as gaps, and consumers that are ahead of it are set back.
	Damage []Damage
	// Room asks the embedded server for its room; nil where the server is elsewhere.
	Room func() (Room, error)

	Logger     *slog.Logger          // nil: no log
	Registerer prometheus.Registerer // nil: metrics are counted but not exposed
}

// TLS says how to verify the server, and how to identify to it.
type TLS struct {
	CAFile     string // certificates that the server's must be signed by; empty: the system's
	CertFile   string // client certificate, with KeyFile
	KeyFile    string
	ServerName string // expected in the server's certificate; empty: the host of the URL
}

func (o Options) withDefaults() Options {
	if o.Name == "" {
		o.Name = "faultline"
	}
	if o.InboxPrefix == "" {
		o.InboxPrefix = strings.TrimSuffix(nats.InboxPrefix, ".")
		if o.Username != "" {
			o.InboxPrefix += "_" + Token(o.Username)
		}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// Where names the server for people, without credentials.
func (o Options) Where() string {
	if o.Server != nil {
		return "the embedded server"
	}
	var hosts []string
	for server := range strings.SplitSeq(o.URL, ",") {
		if u, err := url.Parse(strings.TrimSpace(server)); err == nil {
			server = u.Redacted()
		}
		hosts = append(hosts, server)
	}
	return strings.Join(hosts, ",")
}

func (b *Bus) connOptions(o Options) ([]nats.Option, error) {
	if (o.URL == "") == (o.Server == nil) {
		return nil, errors.New("bus: give either the URL of a server or an embedded server")
	}
	opts := []nats.Option{
		nats.Name(o.Name), nats.CustomInboxPrefix(o.InboxPrefix),
		nats.MaxReconnects(-1), nats.ReconnectWait(250 * time.Millisecond),
		nats.ReconnectJitter(250*time.Millisecond, time.Second),
		// An external server may be reloading its users: keep trying.
		nats.IgnoreAuthErrorAbort(),
		nats.PingInterval(5 * time.Second), nats.MaxPingsOutstanding(2), nats.Timeout(5 * time.Second),
		nats.ErrorHandler(b.onError),
		nats.ClosedHandler(func(*nats.Conn) { close(b.closed) }),
		nats.DisconnectErrHandler(b.onDisconnect), nats.ReconnectHandler(b.onReconnect),
	}
	if o.Server != nil {
		opts = append(opts, nats.InProcessServer(o.Server))
	}
	opts = append(opts, o.identity()...)
	security, err := o.TLS.options()
	return append(opts, security...), err
}

func (o Options) identity() (opts []nats.Option) {
	if o.CredentialsFile != "" {
		opts = append(opts, nats.UserCredentials(o.CredentialsFile))
	}
	if o.NKeyFile != "" {
		opts = append(opts, func(no *nats.Options) error {
			opt, err := nats.NkeyOptionFromSeed(o.NKeyFile)
			if err != nil {
				return fmt.Errorf("reading the nkey in %s: %w", o.NKeyFile, err)
			}
			return opt(no)
		})
	}
	if o.Username != "" {
		opts = append(opts, nats.UserInfo(o.Username, o.Password.Reveal()))
	}
	if o.Token != "" {
		opts = append(opts, nats.Token(o.Token.Reveal()))
	}
	return opts
}

func (t TLS) options() (opts []nats.Option, err error) {
	if (t.CertFile == "") != (t.KeyFile == "") {
		return nil, errors.New("bus: a client certificate needs both its file and its key's")
	}
	if t == (TLS{}) {
		return nil, nil
	}
	opts = append(opts, nats.Secure(&tls.Config{ServerName: t.ServerName, MinVersion: tls.VersionTLS12}))
	if t.CAFile != "" {
		opts = append(opts, nats.RootCAs(t.CAFile))
	}
	if t.CertFile != "" {
		opts = append(opts, nats.ClientCert(t.CertFile, t.KeyFile))
	}
	return opts, nil
}

func (b *Bus) onDisconnect(conn *nats.Conn, err error) {
	if conn.IsClosed() || conn.IsDraining() {
		return
	}
	b.metrics.connected.Set(0)
	b.logger.Warn("The connection to NATS was lost; reconnecting", "err", err)
}

func (b *Bus) onReconnect(conn *nats.Conn) {
	b.permissions.reconnected()
	b.againLock.Lock()
	close(b.again)
	b.again = make(chan struct{})
	b.againLock.Unlock()
	b.metrics.connected.Set(1)
	b.logger.Info("Connected to NATS again", "server", conn.ConnectedServerName())
}

// isAway reports that the server could not be reached, as opposed to a server
// that answers and refuses.
func isAway(err error) bool {
	var network *net.OpError
	var name *net.DNSError
	if errors.As(err, &network) && network.Op == "remote error" {
		return false // a TLS alert: our certificate is not what the server wants
	}
	return errors.Is(err, nats.ErrNoServers) || errors.Is(err, nats.ErrTimeout) ||
		errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET) ||
		errors.Is(err, io.EOF) || errors.As(err, &network) || errors.As(err, &name)
}

// checkVersion refuses servers without message schedules and atomic batches.
func checkVersion(version string) error {
	major, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	x, errX := strconv.Atoi(major)
	y, errY := strconv.Atoi(minor)
	if errX != nil || errY != nil || x > 2 || x == 2 && y >= 12 {
		return nil // an unknown form of version is not for us to judge
	}
	return fmt.Errorf("the NATS server is version %s; Faultline needs 2.12 or later for message schedules", version)
}
