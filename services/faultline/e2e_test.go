//go:build e2e

package faultline

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
)

// build makes the binaries of the three services, as a packager would.
func build(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	command := exec.Command("go", "build", "-o", dir+string(filepath.Separator),
		"faultline/services/fetcher/cmd/fetcher", "faultline/services/classifier/cmd/classifier", "faultline/services/alerter/cmd/alerter")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	return dir
}

// headline is the n-th of many that have nothing to do with each other.
func headline(n int) string {
	towns := strings.Fields("Osh Naryn Talas Batken Karakol Tashkent Almaty Dushanbe Khujand Kabul Herat Quetta Baku Tbilisi Yerevan Samarkand Namangan Andijan Peshawar Kandahar Astana Shymkent Bukhara Nukus")
	return fmt.Sprintf("Gunmen clash with police in %s, %d wounded", towns[n%len(towns)], 11+7*n)
}

// incidentsByItem lists how many incidents each item is in.
func incidentsByItem(t *testing.T, b *bus.Bus) map[string]int {
	t.Helper()
	in := map[string]map[string]bool{}
	err := b.Replay(t.Context(), bus.Incidents, nil, bus.Start{}, func(_ context.Context, d *bus.Delivery) error {
		var i event.Incident
		if err := event.Decode(d.Data, &i); err != nil {
			return err
		}
		for _, r := range i.Reports {
			if in[r.URL] == nil {
				in[r.URL] = map[string]bool{}
			}
			in[r.URL][i.ID] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for url, ids := range in {
		counts[url] = len(ids)
	}
	return counts
}

// Three services on a NATS server of their own are killed in turn while news
// comes in. Each story is in one incident and is told; a repeat needs a kill
// of the alerter.
func TestFault59ServicesKilledInTurn(t *testing.T) {
	const kills = 9
	bin, outlet, desk := build(t), &feed{}, &hook{told: map[string]int{}}
	conf := feedToHook(t, listen(t, outlet), listen(t, desk))
	server := bustest.StartServer(t, bustest.Listen())
	t.Setenv("FAULTLINE_NATS_URL", server.URL())
	names, running := []string{"fetcher", "classifier", "alerter"}, map[string]*process{}
	for _, name := range names {
		running[name] = launch(t, filepath.Join(bin, name), "--config", conf)
	}
	n := 0
	for round := range kills {
		for range 2 {
			outlet.add(n, headline(n))
			n++
		}
		victim := names[round%len(names)]
		p := running[victim]
		p.until("something more is told", 60*time.Second, func() bool { items, _ := desk.count(); return items > 2*round })
		if err := p.end(syscall.SIGKILL); err == nil {
			t.Fatalf("the %s survived a kill", victim)
		}
		running[victim] = launch(t, filepath.Join(bin, victim), "--config", conf)
	}
	running["alerter"].until("everything is told", 90*time.Second, func() bool { items, _ := desk.count(); return items == n })
	if _, repeats := desk.count(); repeats > kills/len(names) {
		t.Errorf("%d repeats after %d kills of the alerter", repeats, kills/len(names))
	}
	counts := incidentsByItem(t, server.Bus())
	if len(counts) != n {
		t.Errorf("%d of %d items are in an incident", len(counts), n)
	}
	for _, url := range slices.Sorted(maps.Keys(counts)) {
		if counts[url] != 1 {
			t.Errorf("%s is in %d incidents", url, counts[url])
		}
	}
	for _, name := range names {
		if err := running[name].end(syscall.SIGTERM); err != nil {
			t.Errorf("ending the %s: %v\n%s", name, err, running[name].log.String())
		}
	}
}

// The NATS server goes away and comes back: the services wait and go on, and
// say meanwhile that they are not ready.
func TestFault61ServerGoneForAWhile(t *testing.T) {
	bin, outlet, desk := build(t), &feed{}, &hook{told: map[string]int{}}
	conf := feedToHook(t, listen(t, outlet), listen(t, desk))
	server := bustest.StartServer(t, bustest.Listen())
	t.Setenv("FAULTLINE_NATS_URL", server.URL())
	var all []*process
	for _, name := range []string{"fetcher", "classifier", "alerter"} {
		all = append(all, launch(t, filepath.Join(bin, name), "--config", conf))
	}
	told := func(n int) {
		t.Helper()
		all[2].until(fmt.Sprintf("%d stories are told", n), 60*time.Second, func() bool { items, _ := desk.count(); return items == n })
	}
	outlet.add(0, headline(0))
	told(1)
	server.Stop()
	for _, p := range all {
		p.until("it is not ready", time.Minute, func() bool { return strings.Contains(p.get("/-/ready"), "is not ready") })
		if healthy := p.get("/-/healthy"); !strings.Contains(healthy, "is healthy") {
			t.Errorf("a process without NATS is alive, but says %q", healthy)
		}
	}
	outlet.add(1, headline(1))
	server.Restart()
	told(2)
	for _, p := range all {
		p.until("it is ready again", time.Minute, func() bool { return strings.Contains(p.get("/-/ready"), "is ready") })
		if err := p.end(os.Interrupt); err != nil {
			t.Errorf("SIGINT: %v\n%s", err, p.log.String())
		}
	}
	if _, repeats := desk.count(); repeats > 0 {
		t.Errorf("%d repeats though nothing was killed", repeats)
	}
}

// The whole drill: two incidents are told, each once and then as it grows, and
// none of the everyday news.
func TestWholeExercise(t *testing.T) {
	p := start(t, "--exercise", "--config", noFeeds(t))
	p.until("the last toll", 75*time.Second, func() bool { return strings.Contains(p.out.String(), "killed up from 1 to 3") })
	cards := p.out.String()
	if n := strings.Count(cards, " new  score "); n != 2 {
		t.Errorf("%d new incidents, not those of Naryn and Osh:\n%s", n, cards)
	}
	if n := strings.Count(cards, "┌─ "); n != strings.Count(cards, "┌─ EXERCISE") || n > 8 {
		t.Errorf("%d cards, %d of them marked:\n%s", n, strings.Count(cards, "┌─ EXERCISE"), cards)
	}
	for _, never := range []string{"strikers", "thriller", "Shareholders", "учения", "Talas", "sowing", "Batken"} {
		if strings.Contains(cards, never) {
			t.Errorf("it alerted on %q:\n%s", never, cards)
		}
	}
	if metrics := p.get("/metrics"); !strings.Contains(metrics, `faultline_items_assessed_total{relevant="false"} 6`) {
		t.Errorf("the everyday news was not assessed:\n%s", metrics)
	}
	if strings.Contains(p.log.String(), "level=ERROR") {
		t.Errorf("the log has errors:\n%s", p.log.String())
	}
	if err := p.end(syscall.SIGTERM); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
}
