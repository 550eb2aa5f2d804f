package faultline

import (
	"encoding/json"
	"strings"
	"testing"

	"faultline/pkg/bus/bustest"
	"faultline/services/alerter"
)

// A silence is made, listed, told by routes test and ended from the command line.
func TestSilences(t *testing.T) {
	server := bustest.StartServer(t, bustest.Listen())
	t.Setenv("FAULTLINE_NATS_URL", server.URL())
	t.Setenv("USER", "aida")
	does := func(code int, want string, args ...string) (out string) {
		t.Helper()
		got, out, errs := call("", args...)
		if got != code || !strings.Contains(out+errs, want) {
			t.Errorf("%v: exit %d\n%s%s\nwant %s", args, got, out, errs, want)
		}
		return out
	}
	does(exitOK, "no silences\n", "silences", "list")
	out := does(exitOK, `: region="unplaced", severity=~"low|moderate"`, "silences", "add", "region=unplaced", `severity=~"low|moderate"`, "--comment", "a quiet night")
	id, _, _ := strings.Cut(out, " ")
	does(exitOK, "active  20", "silences", "list")
	does(exitOK, `aida  region="unplaced", severity=~"low|moderate"  a quiet night`, "silences", "list")
	does(exitOK, "  held    until 20", "routes", "test", "region=unplaced", "severity=low")
	does(exitOK, "by the silence "+id+" of aida: a quiet night; told then if it is open still", "routes", "test", "region=unplaced", "severity=low")
	does(exitOK, `"comment": "a quiet night"`, "routes", "test", "region=unplaced", "severity=low", "--json")
	for _, args := range []string{"region=unplaced severity=high", "region=unplaced severity=low --at 2020-01-01T00:00:00Z"} {
		if out := does(exitOK, "timing", append([]string{"routes", "test"}, strings.Fields(args)...)...); strings.Contains(out, "by the silence") {
			t.Errorf("%s is held:\n%s", args, out)
		}
	}
	does(exitFailed, "there is no silence "+id[:5]+";", "silences", "expire", id[:5])
	does(exitOK, id+`  ended: region="unplaced"`, "silences", "expire", id[:6])
	does(exitOK, id+"  ended already, 20", "silences", "expire", id)
	does(exitOK, "no silences\n", "silences", "list")
	does(exitOK, "expired  20", "silences", "list", "--all")
	var one statedSilence
	if out := does(exitOK, "", "silences", "list", "--all", "--json"); json.Unmarshal([]byte(out), &one) != nil || one.ID != id || one.By != "aida" || one.Ends.IsZero() || one.State != "expired" {
		t.Errorf("as JSON: %s", out)
	}
}

func TestWholeSilence(t *testing.T) {
	all := []alerter.Silence{{ID: "1f0c2a-1"}, {ID: "1f0c2a-11"}, {ID: "2b"}}
	if got, err := wholeSilence(all, "1f0c2a"); err == nil || !strings.Contains(err.Error(), "2 silences are meant by 1f0c2a; give the id of the one:\n  1f0c2a-1\n") {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := wholeSilence(all, "1f0c2a-1"); err != nil || got != "1f0c2a-1" {
		t.Errorf("the whole id of one that begins another: %q, %v", got, err)
	}
}

func TestFaultSilences(t *testing.T) {
	server := bustest.StartServer(t, bustest.Listen())
	t.Setenv("FAULTLINE_NATS_URL", server.URL())
	t.Setenv("USER", "aida")
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"silences add region", exitUsage, "the desk wants to know why; write it as --comment\nfaultline: \"region\" is no matcher: "},
		{"silences add region=south --comment x --duration 4x", exitUsage, `--duration: "4x" is no duration; write one such as`},
		{"silences add regoin=unplaced --comment x", exitOK, `warning: no alert has a label "regoin"; did you mean "region"?`},
		{"silences add severity=hihg --comment x", exitOK, `warning: no alert has severity "hihg"; did you mean "high"?`},
		{"silences add region=~.* --comment x", exitUsage, "write one matcher at least that wants a value"},
		{"silences add region!=south --comment x", exitUsage, "write one matcher at least that wants a value"},
		{"silences add {} --comment x", exitUsage, "write one matcher at least that wants a value"},
		{"receivers test dsk", exitUsage, `alerting.yaml has no receiver "dsk"`},
		{"receivers test nobody", exitUsage, `receiver "nobody" has no channel`},
		{"silences expire none", exitFailed, "there is no silence none; faultline silences list shows the ids"},
		{"silences list --data none --config " + t.TempDir() + "x", exitUsage, "no such file or directory"},
	} {
		code, out, errs := call("", strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(out+errs, c.want) {
			t.Errorf("%s: exit %d\n%s%s\nwant %s", c.args, code, out, errs, c.want)
		}
	}
}

// What no process can be asked for is said to be unknown.
func TestFaultRoutesTestWithoutAProcess(t *testing.T) {
	conf := natsAt(t, `url: "nats://127.0.0.1:1"`)
	code, out, errs := call("", "routes", "test", "severity=low", "--config", conf)
	if code != exitOK || !strings.Contains(out, "timing") || !strings.Contains(errs, "note: it is not known whether a silence holds the alert back: no NATS server answered") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
}
