package alert_test

import (
	"testing"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
)

func notice() event.Notice {
	return event.Notice{
		ID: "n1", Kind: event.NoticeFeedQuiet, Feed: "wire", Country: "KG", Severity: event.SeverityLow, Summary: "Wire has gone quiet",
		Detail: "Nothing new since 24 May 04:00 UTC.", Remedy: "open the outlet's site", Since: time.Date(2010, 5, 24, 10, 0, 0, 0, time.UTC),
	}
}

func TestNoticeIsAnAlert(t *testing.T) {
	a := alert.Notice(notice()).Alert
	for name, want := range map[string]string{
		"alertname": "FeedQuiet", "incident": "n1", "category": "sources", "severity": "low", "feed": "wire", "country": "KG", "change": "new",
	} {
		if a.Labels[name] != want {
			t.Errorf("label %s is %q, want %q", name, a.Labels[name], want)
		}
	}
	for _, name := range []string{"region", "host", "exercise"} {
		if value, ok := a.Labels[name]; ok {
			t.Errorf("label %s is there: %q", name, value)
		}
	}
	if a.Revision != 1 || a.Incident != "n1" || !a.EndsAt.IsZero() || a.Annotations["status"] != "open" || a.Annotations["change"] != "since 24 May 10:00 UTC" ||
		a.Annotations["notice"] != notice().Detail || a.Annotations["remedy"] != notice().Remedy || a.Annotations["summary"] != notice().Summary {
		t.Errorf("got %+v", a)
	}
}

func TestNoticeOfTheEnd(t *testing.T) {
	n := notice()
	n.Over, n.Detail, n.Remedy, n.Exercise = n.Since.Add(time.Hour), "", "", true
	a := alert.Notice(n).Alert
	if a.Revision != 2 || !a.EndsAt.Equal(n.Over) || a.Labels["change"] != "closed" || a.Labels["exercise"] != "true" || a.Annotations["status"] != "closed" ||
		a.Annotations["notice"] != "It began on 24 May 10:00 UTC." || a.Annotations["summary"] != "EXERCISE: "+n.Summary || a.Annotations["change"] != "over since 24 May 11:00 UTC" {
		t.Errorf("got %+v", a)
	}
	if _, ok := a.Annotations["remedy"]; ok {
		t.Error("an empty annotation is there")
	}
}

func TestHostileNotice(t *testing.T) {
	n := notice()
	n.Summary, n.Feed = "a\nb\x00c\u202ed", "x\ny"
	a := alert.Notice(n).Alert
	if a.Annotations["summary"] == n.Summary || a.Labels["feed"] == n.Feed {
		t.Errorf("taken as it came: %q, %q", a.Annotations["summary"], a.Labels["feed"])
	}
}
