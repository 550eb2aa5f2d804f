package notify

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"reflect"
	"strconv"
	"strings"

	"faultline/pkg/config"

	amnotify "github.com/prometheus/alertmanager/notify"
	"github.com/prometheus/alertmanager/template"
	commoncfg "github.com/prometheus/common/config"
)

// Channels gives a receiver of alerting.yaml channels that Alertmanager's file has
// no word for, see docs/decisions/0013.
type Channels struct {
	// Receiver is its name in alerting.yaml.
	Receiver string `yaml:"receiver"`
	// Matrix are rooms of a homeserver.
	Matrix []MatrixConfig `yaml:"matrix"`
	// Ntfy are topics of an ntfy server.
	Ntfy []NtfyConfig `yaml:"ntfy"`
	// Alertmanager are other Alertmanagers, which get the incidents as alerts.
	Alertmanager []PeerConfig `yaml:"alertmanager"`
}

// MatrixConfig is one room.
type MatrixConfig struct {
	// Homeserver is the address of the account's server: https://matrix.example.org.
	Homeserver string `yaml:"homeserver"`
	// Room is the id of a room that the account has joined and that is not
	// encrypted: "!abc:example.org".
	Room string `yaml:"room"`
	// AccessToken is the account's; AccessTokenFile is a file that holds it instead.
	AccessToken     config.Secret `yaml:"access_token"`
	AccessTokenFile string        `yaml:"access_token_file"`
	// SendClosed also tells that an incident is closed.
	SendClosed bool `yaml:"send_closed"`
}

// NtfyConfig is one topic.
type NtfyConfig struct {
	// URL is the address of the topic: https://ntfy.example.org/desk. On a server
	// that anybody may read, the name of the topic is its only secret.
	URL config.Secret `yaml:"url"`
	// Token lets the topic be written to; TokenFile is a file that holds it
	// instead. Empty for a topic that is open.
	Token     config.Secret `yaml:"token"`
	TokenFile string        `yaml:"token_file"`
	// SendClosed also tells that an incident is closed.
	SendClosed bool `yaml:"send_closed"`
}

// PeerConfig is one Alertmanager outside.
type PeerConfig struct {
	// URL is its address, without /api/v2.
	URL string `yaml:"url"`
	// Token is sent as a bearer token; TokenFile is a file that holds it instead.
	// Empty for none.
	Token     config.Secret `yaml:"token"`
	TokenFile string        `yaml:"token_file"`
}

// Problem is a setting that cannot be: Key is its path below the Channels.
type Problem struct{ Key, Message, Remedy string }

// Read reads the files that hold tokens into the channels, and returns
// what is wrong with them. resolve makes a path as it is written one to open.
func (c *Channels) Read(resolve func(string) string) (problems []Problem) {
	for i := range c.Matrix {
		problems = append(problems, located("matrix", i, c.Matrix[i].read(resolve))...)
	}
	for i := range c.Ntfy {
		problems = append(problems, located("ntfy", i, c.Ntfy[i].read(resolve))...)
	}
	for i := range c.Alertmanager {
		problems = append(problems, located("alertmanager", i, c.Alertmanager[i].read(resolve))...)
	}
	return problems
}

func located(kind string, index int, problems []Problem) []Problem {
	for i := range problems {
		problems[i].Key = kind + "[" + strconv.Itoa(index) + "]." + problems[i].Key
	}
	return problems
}

func (c *MatrixConfig) read(resolve func(string) string) (problems []Problem) {
	problems = readToken(&c.AccessToken, resolve(c.AccessTokenFile), "access_token_file")
	if !isAddress(c.Homeserver) {
		problems = append(problems, Problem{"homeserver", "this is no address of a homeserver", "write one such as https://matrix.example.org"})
	}
	if !strings.HasPrefix(c.Room, "!") {
		problems = append(problems, Problem{"room", "this is no id of a room", "write its id, such as !abc:example.org, from the settings of the room; an alias (#desk) may move"})
	}
	if len(problems) == 0 && c.AccessToken == "" {
		problems = append(problems, Problem{"access_token_file", "the account has no access token", "name a file that holds it"})
	}
	return problems
}

func (c *NtfyConfig) read(resolve func(string) string) []Problem {
	problems := readToken(&c.Token, resolve(c.TokenFile), "token_file")
	if _, topic := c.split(); topic == "" {
		problems = append(problems, Problem{"url", "this is no address of a topic", "write one such as https://ntfy.example.org/desk"})
	}
	return problems
}

func (c *PeerConfig) read(resolve func(string) string) []Problem {
	problems := readToken(&c.Token, resolve(c.TokenFile), "token_file")
	if !isAddress(c.URL) {
		problems = append(problems, Problem{"url", "this is no address of an Alertmanager", "write one such as http://127.0.0.1:9093"})
	}
	return problems
}

func readToken(token *config.Secret, file, key string) []Problem {
	read, err := config.ReadSecret(*token, file)
	if err != nil {
		return []Problem{{key, err.Error(), ""}}
	}
	*token = read
	return nil
}

func isAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil && u.RawQuery == "" && u.Fragment == ""
}

// split tells the address of the server from the name of the topic, which is empty
// where there is none.
func (c *NtfyConfig) split() (server, topic string) {
	text := strings.TrimSuffix(c.URL.Reveal(), "/")
	u, err := url.Parse(text)
	if err != nil || !isAddress(text) || u.Path == "" {
		return "", ""
	}
	topic = path.Base(u.Path)
	u.Path = strings.TrimSuffix(u.Path, topic)
	return u.String(), topic
}

// closes says whether a channel is told that an incident is closed.
type closes bool

// SendResolved implements Alertmanager's ResolvedSender.
func (c closes) SendResolved() bool { return bool(c) }

// channel is one of ours before it is an Integration.
type channel struct {
	kind   string
	conf   any
	closed closes
	sender amnotify.Notifier
	bounds []bound
}

// added builds the channels that faultline.yaml gives a receiver.
func added(receiver string, t *template.Template, o Options) ([]*Integration, error) {
	var all []*Integration
	count := map[string]int{}
	for _, c := range o.Channels {
		if c.Receiver != receiver {
			continue
		}
		client, err := newClient(commoncfg.DefaultHTTPClientConfig, "channels", o.reach)
		if err != nil {
			return nil, err
		}
		for _, one := range c.senders(renderer{t, o.Logger}, client) {
			if err := tryBounds(receiver, t, one.bounds); err != nil {
				return nil, fmt.Errorf("receiver %q, %s: %w", receiver, one.kind, err)
			}
			all = append(all, one.integration(receiver, count[one.kind], t, o))
			count[one.kind]++
		}
	}
	return all, nil
}

func (c Channels) senders(r renderer, client *http.Client) (all []channel) {
	for _, m := range c.Matrix {
		all = append(all, channel{"matrix", m, closes(m.SendClosed), &room{m, r, client}, matrixBounds()})
	}
	for _, n := range c.Ntfy {
		all = append(all, channel{"ntfy", n, closes(n.SendClosed), &topic{n, r, client}, ntfyBounds()})
	}
	for _, p := range c.Alertmanager {
		all = append(all, channel{"alertmanager", p, true, &peer{p, client}, nil})
	}
	return all
}

func (c channel) integration(receiver string, index int, t *template.Template, o Options) *Integration {
	hidden := &secrets{}
	hidden.collect(reflect.ValueOf(c.conf))
	s := amnotify.NewIntegration(c.sender, c.closed, c.kind, index, receiver)
	return &Integration{
		Receiver: receiver, Name: fmt.Sprintf("%s-%d", c.kind, index), Kind: c.kind,
		sender: s, first: s, markup: plain, fits: fitsIn(t, receiver, c.bounds), deadline: o.Deadline, secrets: hidden,
	}
}
