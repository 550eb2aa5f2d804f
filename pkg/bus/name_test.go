package bus_test

import (
	"testing"

	"faultline/pkg/bus"
)

func TestToken(t *testing.T) {
	for text, token := range map[string]string{
		"": "=", "kloop": "kloop", "A-z_09": "A-z_09", "a.b": "a=2Eb", "*": "=2A", ">": "=3E", "a b": "a=20b", "=": "=3D",
		"$KV": "=24KV", "слово": "=D1=81=D0=BB=D0=BE=D0=B2=D0=BE", "\x00\n": "=00=0A", "a/b": "a=2Fb",
	} {
		if got := bus.Token(text); got != token {
			t.Errorf("the token of %q is %q, want %q", text, got, token)
		}
		if got, err := bus.Text(token); err != nil || got != text {
			t.Errorf("the text of %q is %q, %v, want %q", token, got, err, text)
		}
	}
	for _, token := range []string{"", "a.b", "=2", "=zz", "=2e", "=41", "a=", "*"} {
		if got, err := bus.Text(token); err == nil {
			t.Errorf("the text of %q is %q, want an error", token, got)
		}
	}
}

func TestSubjects(t *testing.T) {
	for got, want := range map[string]string{
		bus.ItemSubject("a.b"):                           "items.a=2Eb",
		bus.AssessmentSubject("", "coup"):                "assessments.=.coup",
		bus.IncidentSubject("ferghana valley", "1"):      "incidents.ferghana=20valley.1",
		bus.NotificationSubject("desk", "slack[0]", ">"): "notifications.desk.slack=5B0=5D.=3E",
		bus.NoticeSubject("FeedQuiet", "a.b"):            "notices.FeedQuiet.a=2Eb",
		bus.NotificationFilter("desk", "slack[0]"):       "notifications.desk.slack=5B0=5D.*",
	} {
		if got != want {
			t.Errorf("subject %q, want %q", got, want)
		}
	}
}

func FuzzToken(f *testing.F) {
	for _, seed := range []string{"", "a", "=", "a.b", "\xff", "é"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		token := bus.Token(text)
		if token == "" {
			t.Fatalf("no token for %q", text)
		}
		for i := range len(token) {
			if c := token[i]; c <= ' ' || c > '~' || c == '.' || c == '*' || c == '>' {
				t.Fatalf("token %q of %q", token, text)
			}
		}
		if back, err := bus.Text(token); err != nil || back != text {
			t.Fatalf("%q became %q and came back as %q, %v", text, token, back, err)
		}
	})
}
