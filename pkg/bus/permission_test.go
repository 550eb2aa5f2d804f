package bus_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/config"

	"github.com/prometheus/client_golang/prometheus"
)

// shippedServer runs the server of deploy/nats with streams.
func shippedServer(t *testing.T) *bustest.Server {
	t.Helper()
	for _, user := range []string{"admin", "fetcher", "classifier", "alerter"} {
		t.Setenv(strings.ToUpper(user)+"_PASSWORD", password(user))
	}
	s := bustest.StartServer(t, bustest.ConfigFile(t, "../../deploy/nats/nats-server.conf"))
	if err := login(s, "admin").Apply(t.Context(), bus.DefaultTuning()); err != nil {
		t.Fatal(err)
	}
	return s
}

func password(user string) string { return "secret-of-" + user }

func login(s *bustest.Server, user string) *bus.Bus {
	return s.Bus(func(o *bus.Options) { o.Username, o.Password = user, config.Secret(password(user)) })
}

// operation is something a service does.
type operation struct {
	name string
	do   func(ctx context.Context, b *bus.Bus) error
}

func pub(subject string) operation {
	return operation{"publish " + subject, func(ctx context.Context, b *bus.Bus) error {
		_, err := b.Publish(ctx, bus.Message{Subject: subject, Data: []byte("x")})
		return err
	}}
}

// take consumes what is there for a moment; poison is made a dead letter.
func take(c bus.Consumer) operation {
	return operation{"consume " + c.Durable, func(ctx context.Context, b *bus.Bus) error {
		return taken(ctx, func(ctx context.Context, h bus.Handler) error { return b.Consume(ctx, c, h) })
	}}
}

func takeTimers(stream, durable string) operation {
	return operation{"timers of " + stream, func(ctx context.Context, b *bus.Bus) error {
		timers := b.Timers(stream)
		for _, key := range []string{"good", "poison"} {
			if err := timers.Schedule(ctx, key, time.Now(), []byte(key)); err != nil {
				return err
			}
		}
		if _, err := timers.ScheduleNew(ctx, "later", time.Now().Add(time.Hour), nil); err != nil {
			return err
		}
		if err := timers.Cancel(ctx, "later"); err != nil {
			return err
		}
		if keys, err := timers.Keys(ctx); err != nil || keys["later"] {
			return fmt.Errorf("keys %v: %w", keys, err)
		}
		return taken(ctx, func(ctx context.Context, h bus.Handler) error {
			return timers.Consume(ctx, bus.Consumer{Durable: durable, MaxDeliver: -1}, func(ctx context.Context, _ string, d *bus.Delivery) error { return h(ctx, d) })
		})
	}}
}

// taken runs a consumer until it has handled a good and a bad message.
func taken(ctx context.Context, consume func(context.Context, bus.Handler) error) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var mu sync.Mutex
	good, bad := false, false
	err := consume(ctx, func(_ context.Context, d *bus.Delivery) error {
		mu.Lock()
		defer mu.Unlock()
		defer func() {
			if good && bad {
				cancel()
			}
		}()
		if string(d.Data) == "poison" {
			bad = true
			return bus.Permanent(errors.New("poison"))
		}
		good = true
		return nil
	})
	if err == nil && !(good && bad) {
		err = errors.New("did not get both messages")
	}
	return err
}

// remember writes a key, reads it and writes it anew, and nothing else.
func remember(bucket string) operation {
	return operation{"remember in " + bucket, func(ctx context.Context, b *bus.Bus) error {
		k, err := b.Bucket(ctx, bucket)
		if err != nil {
			return err
		}
		revision, err := k.Put(ctx, "key", []byte("1"), 0)
		if err != nil {
			return err
		}
		if _, err := k.Get(ctx, "key"); err != nil {
			return err
		}
		_, err = k.Put(ctx, "key", []byte("2"), revision)
		return err
	}}
}

// keep remembers, lists what is there and deletes it.
func keep(bucket string) operation {
	return operation{"keep " + bucket, func(ctx context.Context, b *bus.Bus) error {
		if err := remember(bucket).do(ctx, b); err != nil {
			return err
		}
		k, err := b.Bucket(ctx, bucket)
		if err != nil {
			return err
		}
		var last bus.Entry
		if err := k.Each(ctx, func(e bus.Entry) error { last = e; return nil }); err != nil {
			return err
		}
		return k.Delete(ctx, last.Key, last.Revision)
	}}
}

func replay(stream string, subjects ...string) operation {
	return operation{"replay " + stream, func(ctx context.Context, b *bus.Bus) error {
		return b.Replay(ctx, stream, subjects, bus.Start{Since: time.Now().Add(-time.Hour)}, func(context.Context, *bus.Delivery) error { return nil })
	}}
}

// tellRefusal tells of a service's configuration.
func tellRefusal(service string) operation { return tellMore("ReloadRefused", service) }

// tellMore reads what was told last of a name, and tells more.
func tellMore(kind, name string) operation {
	return operation{"tell of " + name, func(ctx context.Context, b *bus.Bus) error {
		subject := bus.NoticeSubject(kind, name)
		last, err := b.Last(ctx, bus.Notices, subject)
		if err != nil && !errors.Is(err, bus.ErrNotFound) {
			return err
		}
		_, err = b.PublishAfter(ctx, bus.Message{Subject: subject, Data: []byte("x")}, last.Sequence)
		return err
	}}
}

func verify() operation {
	return operation{"verify", func(ctx context.Context, b *bus.Bus) error { return b.Verify(ctx, bus.DefaultTuning()) }}
}

func healthy() operation {
	return operation{"health", func(ctx context.Context, b *bus.Bus) error { return b.Healthy(ctx) }}
}

func measure() operation {
	return operation{"measure the store", func(ctx context.Context, b *bus.Bus) error { return b.MeasureStore(ctx) }}
}

func batch(subject string) operation {
	return operation{"batch to " + subject, func(ctx context.Context, b *bus.Bus) error {
		_, err := b.PublishAll(ctx, []bus.Message{{Subject: subject, ID: "1", Data: []byte("x")}, {Subject: subject, ID: "2", Data: []byte("poison")}})
		return err
	}}
}

func once(receiver, integration, text string) operation {
	return operation{"notify", func(ctx context.Context, b *bus.Bus) error {
		_, err := b.PublishOnce(ctx, bus.Message{Subject: bus.NotificationSubject(receiver, integration, text), Data: []byte(text)})
		return err
	}}
}

// What the services do works under the shipped users.
func TestShippedPermissionsSuffice(t *testing.T) {
	s := shippedServer(t)
	admin := login(s, "admin")
	poison := func(subject string) {
		if _, err := admin.Publish(t.Context(), bus.Message{Subject: subject, Data: []byte("poison")}); err != nil {
			t.Fatal(err)
		}
	}
	poison(bus.AssessmentSubject("KG", "coup"))
	poison(bus.IncidentSubject("ferghana", "1"))
	poison(bus.NoticeSubject("FeedQuiet", "a"))
	// Timers are taken twice: a service that begins again looks for what its work queue holds behind it.
	for _, service := range []struct {
		user       string
		operations []operation
	}{
		{"fetcher", []operation{verify(), healthy(), measure(), takeTimers(bus.Poll, "fetchers"), takeTimers(bus.Poll, "fetchers"), batch(bus.ItemSubject("a.b")),
			replay(bus.Items, bus.ItemSubject("a.b")), keep(bus.FeedState), keep(bus.Subscriptions), pub(bus.NoticeSubject("FeedQuiet", "a.b")), replay(bus.Notices), tellRefusal("fetcher")}},
		{"classifier", []operation{verify(), healthy(), measure(), take(bus.Consumer{Stream: bus.Items, Durable: "classify", Workers: 3}),
			pub(bus.AssessmentSubject("KG", "coup")), replay(bus.Feedback), remember(bus.RuleMarks), tellRefusal("classifier")}},
		{"alerter", []operation{verify(), healthy(), measure(), take(bus.Consumer{Stream: bus.Assessments, Durable: "aggregate", Pinned: true}),
			pub(bus.IncidentSubject("ferghana", "1")), take(bus.Consumer{Stream: bus.Incidents, Durable: "route"}), take(bus.Consumer{Stream: bus.Notices, Durable: "notice"}), takeTimers(bus.Groups, "flush"), takeTimers(bus.Groups, "flush"),
			once("desk", "slack[0]", "good"), once("desk", "slack[0]", "poison"),
			take(bus.Consumer{Stream: bus.Notifications, Durable: "deliver_desk_slack=5B0=5D", Subjects: []string{bus.NotificationFilter("desk", "slack[0]")}}),
			keep(bus.IncidentState), keep(bus.GroupState), keep(bus.Silences), keep(bus.SentMarks), tellRefusal("alerter"),
			tellMore("ChannelFailing", "desk/slack[0]"), tellMore("RegionSurge", "ferghana-valley"), replay(bus.Notices, bus.NoticeFilter("ChannelFailing"))}},
	} {
		b := login(s, service.user)
		for _, o := range service.operations {
			if err := o.do(t.Context(), b); err != nil {
				t.Errorf("%s, %s: %v", service.user, o.name, err)
			}
		}
	}
	if n := len(letters(t, admin)); n != 9 {
		t.Errorf("%d dead letters, want one of each consumer, and of a work queue's each time", n)
	}
	for _, d := range letters(t, admin) {
		if err := admin.ReplayDeadLetter(t.Context(), d.Number); err != nil {
			t.Errorf("the admin cannot replay dead letter %d: %v", d.Number, err)
		}
	}
}

// What is not a service's business is refused at once, by an error that names
// the permission.
func TestShippedPermissionsRefuseTheRest(t *testing.T) {
	s := shippedServer(t)
	remove := func(stream string) operation {
		return operation{"dead letters", func(ctx context.Context, b *bus.Bus) error { return b.ReplayDeadLetter(ctx, 1) }}
	}
	create := operation{"create streams", func(ctx context.Context, b *bus.Bus) error {
		return b.Apply(ctx, bus.Tuning{Items: bus.Retention{MaxAge: config.Duration(time.Hour)}})
	}}
	for _, test := range []struct {
		user    string
		do      operation
		refused string
	}{
		{"fetcher", pub(bus.AssessmentSubject("KG", "coup")), `publish to "assessments.KG.coup"`},
		{"fetcher", batch(bus.IncidentSubject("r", "i")), `publish to "incidents.r.i"`},
		{"fetcher", once("desk", "slack", "x"), `publish to "notifications.desk.slack.x"`},
		{"fetcher", keep(bus.SentMarks), `publish to "$KV.sent.key"`},
		{"fetcher", take(bus.Consumer{Stream: bus.Items, Durable: "classify"}), `publish to "$JS.API.CONSUMER.INFO.ITEMS.classify"`},
		{"fetcher", take(bus.Consumer{Stream: bus.Notices, Durable: "notice"}), `publish to "$JS.API.CONSUMER.INFO.NOTICES.notice"`},
		{"classifier", pub(bus.NoticeSubject("FeedQuiet", "a")), `publish to "notices.FeedQuiet.a"`},
		{"alerter", pub(bus.NoticeSubject("FeedQuiet", "a")), `publish to "notices.FeedQuiet.a"`},
		{"classifier", pub(bus.NoticeSubject("ChannelFailing", "a")), `publish to "notices.ChannelFailing.a"`},
		{"classifier", tellRefusal("alerter"), `publish to "$JS.API.DIRECT.GET.NOTICES.notices.ReloadRefused.alerter"`},
		{"fetcher", pub(bus.FeedbackSubject("a")), `publish to "feedback.a"`},
		{"classifier", pub(bus.FeedbackSubject("a")), `publish to "feedback.a"`},
		{"alerter", pub(bus.FeedbackSubject("a")), `publish to "feedback.a"`},
		{"alerter", replay(bus.Feedback), `publish to "$JS.API.CONSUMER.CREATE.FEEDBACK`},
		{"fetcher", create, `publish to "$JS.API.STREAM.UPDATE.ITEMS"`},
		{"classifier", pub(bus.ItemSubject("a")), `publish to "items.a"`},
		{"classifier", takeTimers(bus.Poll, "fetchers"), `publish to "poll.sched.good"`},
		{"alerter", remember(bus.RuleMarks), `publish to "$KV.examples.key"`},
		{"classifier", keep(bus.FeedState), `publish to "$KV.feed_state.key"`},
		{"alerter", keep(bus.Subscriptions), `publish to "$KV.subscriptions.key"`},
		{"classifier", create, `publish to "$JS.API.STREAM.UPDATE.ITEMS"`},
		{"alerter", pub(bus.ItemSubject("a")), `publish to "items.a"`},
		{"alerter", take(bus.Consumer{Stream: bus.Items, Durable: "classify"}), `publish to "$JS.API.CONSUMER.INFO.ITEMS.classify"`},
		{"alerter", remove(bus.DeadLetters), `publish to "$JS.API.DIRECT.GET.DLQ"`},
		{"alerter", create, `publish to "$JS.API.STREAM.UPDATE.ITEMS"`},
	} {
		t.Run(test.user+" "+test.do.name, func(t *testing.T) {
			b, begin := login(s, test.user), time.Now()
			err := test.do.do(t.Context(), b)
			if !errors.Is(err, bus.ErrPermission) || !strings.Contains(err.Error(), test.refused) {
				t.Errorf("got %v, want a permission error about %s", err, test.refused)
			}
			if took := time.Since(begin); took >= 5*time.Second { // when a request is given up
				t.Errorf("known after %v only", took)
			}
		})
	}
}

func TestAnswersCannotBeHeard(t *testing.T) {
	s := shippedServer(t)
	registry := prometheus.NewRegistry()
	b := s.Bus(func(o *bus.Options) {
		o.Username, o.Password, o.InboxPrefix, o.Registerer = "fetcher", config.Secret(password("fetcher")), "_INBOX_alerter", registry
		o.Logger = slog.New(slog.DiscardHandler)
	})
	for range 2 { // the server complains once only
		if _, err := b.Publish(t.Context(), bus.Message{Subject: bus.ItemSubject("a")}); !errors.Is(err, bus.ErrPermission) || !strings.Contains(err.Error(), `subscribe to "_INBOX_alerter`) {
			t.Errorf("got %v", err)
		}
	}
	if value(t, registry, "faultline_bus_permission_violations_total") == 0 {
		t.Error("the violation is not counted")
	}
}

func TestWrongPasswordIsAnErrorAtOnce(t *testing.T) {
	s := shippedServer(t)
	o := s.Options()
	o.Username, o.Password = "fetcher", "wrong"
	if _, err := bus.Connect(t.Context(), o); err == nil || !strings.Contains(strings.ToLower(err.Error()), "authorization") {
		t.Errorf("connected with a wrong password: %v", err)
	} else if strings.Contains(err.Error(), "wrong") {
		t.Errorf("the error tells the password: %v", err)
	}
}
