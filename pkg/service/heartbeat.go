package service

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"faultline/pkg/config"

	"github.com/prometheus/client_golang/prometheus"
)

// Heartbeat is a service elsewhere that expects to hear from this process, and
// raises the alarm when it does not: a dead-man's switch.
type Heartbeat struct {
	// URL is asked by GET while the process is ready and no stage of it stands
	// still. Empty: nobody is told.
	URL     config.Secret   `yaml:"url"`
	URLFile string          `yaml:"url_file"`
	Every   config.Duration `yaml:"every"`
	// Proxy is the address of an HTTP proxy. The variable HTTP_PROXY is ignored.
	Proxy config.Secret `yaml:"proxy"` // which may hold user:password
}

const (
	// leastBeat bounds how often somebody else's service is asked.
	leastBeat = 10 * time.Second
	// stuckAfter is how long a stage must take nothing of what waits to be
	// called stuck.
	stuckAfter = 10 * time.Minute
)

const beatRemedy = "write the address that the service gave you, as https://host/path"

// check reports what speaks against the setting.
func (h Heartbeat) check(file config.File) (faults config.Errors) {
	if h.URL != "" && !isAddress(string(h.URL)) {
		faults = append(faults, file.Errorf("$.heartbeat.url", beatRemedy, "it is no address of http or https"))
	}
	if h.Proxy != "" && !isAddress(h.Proxy.Reveal()) {
		faults = append(faults, file.Errorf("$.heartbeat.proxy", "write http://host:port", "it is no address of a proxy"))
	}
	if every := time.Duration(h.Every); every < leastBeat {
		faults = append(faults, file.Errorf("$.heartbeat.every", "write 10s or more", "%s is too often for somebody else's service", every))
	}
	return faults
}

func isAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}

// read takes the address from its file, and reports what speaks against that.
func (h *Heartbeat) read(file config.File) error {
	if h.URLFile == "" {
		return nil
	}
	address, err := config.ReadSecret(h.URL, h.URLFile)
	if err != nil {
		return file.Errorf("$.heartbeat.url_file", "", "%v", err)
	}
	if !isAddress(string(address)) {
		return file.Errorf("$.heartbeat.url_file", beatRemedy, "the file %s holds no address of http or https", h.URLFile)
	}
	h.URL = address
	return nil
}

// client asks the service of the heartbeat.
func (h Heartbeat) client() *http.Client {
	transport := &http.Transport{ForceAttemptHTTP2: true, MaxIdleConns: 1, IdleConnTimeout: 90 * time.Second, TLSHandshakeTimeout: 10 * time.Second}
	if proxy, err := url.Parse(h.Proxy.Reveal()); err == nil && h.Proxy != "" {
		transport.Proxy = http.ProxyURL(proxy)
	}
	return &http.Client{
		Transport:     transport,
		Timeout:       10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// beat tells the service of the heartbeat, until ctx ends, that the process works.
func (p *Process) beat(ctx context.Context, reloads *reloader) {
	client := p.Settings.Heartbeat.client()
	defer client.CloseIdleConnections()
	var stages stages
	said := ""
	ticker := time.NewTicker(time.Duration(p.Settings.Heartbeat.Every))
	defer ticker.Stop()
	for {
		select { // the process may need its first moments to be ready
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		what, err := "the heartbeat is held back", errors.Join(p.notReady(reloads), stages.look(p.busMetrics, time.Now()))
		if err == nil {
			what, err = "the heartbeat was not heard", ask(ctx, client, p.Settings.Heartbeat.URL)
		}
		if ctx.Err() != nil {
			return
		}
		switch {
		case err == nil && said != "":
			p.Logger.Info("the heartbeat is heard again")
			said = ""
		case err != nil && what != said:
			p.Logger.Warn(what, "err", err)
			said = what
		}
	}
}

// ask sends one heartbeat. Its address is a secret, and in no error.
func ask(ctx context.Context, client *http.Client, address config.Secret) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, string(address), nil)
	if err != nil {
		return errors.New("heartbeat.url is no address; " + beatRemedy)
	}
	request.Header.Set("User-Agent", "Faultline/"+Version())
	response, err := client.Do(request)
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	if err != nil {
		return fmt.Errorf("asking %s: %w", request.URL.Hostname(), err)
	}
	if err := response.Body.Close(); err != nil {
		return fmt.Errorf("ending the request: %w", err)
	}
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("%s answers %s; look whether heartbeat.url is still the address that it gave you", request.URL.Hostname(), response.Status)
	}
	return nil
}

// both registers in two registries. The heartbeat reads the second one, which has no series of
// feeds: there may be a million.
type both struct {
	prometheus.Registerer
	also *prometheus.Registry
}

// Register implements prometheus.Registerer.
func (b both) Register(c prometheus.Collector) error {
	if err := b.Registerer.Register(c); err != nil {
		return err
	}
	return b.also.Register(c)
}

// stages are the consumers of this process, by what was last seen of them.
type stages map[string]stage

type stage struct {
	lag, handled float64
	since        time.Time // as long as it has stood still
}

// look returns an error that names the stages in which messages wait, and were not
// taken for ten minutes. What another process of the same service takes makes fewer of
// them, and is no standstill; nor is a channel that is away, which has alerts of its own.
func (s *stages) look(metrics prometheus.Gatherer, now time.Time) error {
	families, err := metrics.Gather()
	if err != nil {
		return fmt.Errorf("reading the metrics: %w", err)
	}
	lag, handled := map[string]float64{}, map[string]float64{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			name := ""
			for _, label := range m.GetLabel() {
				if label.GetName() == "consumer" {
					name = label.GetValue()
				}
			}
			switch family.GetName() {
			case "faultline_consumer_lag":
				lag[name] = m.GetGauge().GetValue()
			case "faultline_consumer_handled_total":
				handled[name] += m.GetCounter().GetValue()
			}
		}
	}
	seen := stages{}
	for name, waiting := range lag {
		if waiting == 0 || strings.HasPrefix(name, "deliver_") {
			continue
		}
		at := stage{lag: waiting, handled: handled[name], since: now}
		if was, ok := (*s)[name]; ok && was.handled == at.handled && was.lag <= at.lag {
			at.since = was.since
		}
		seen[name] = at
		if still := now.Sub(at.since); still >= stuckAfter {
			err = errors.Join(err, fmt.Errorf("%s has %.0f messages waiting and took none for %s; restart the process if its log does not say why", name, waiting, still.Round(time.Minute)))
		}
	}
	*s = seen
	return err
}
