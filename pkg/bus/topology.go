package bus

import (
	"time"

	"faultline/pkg/config"

	"github.com/nats-io/nats.go/jetstream"
)

// topologyVersion is stamped on every stream. It rises when a stream changes
// in a way that an older build cannot work with; an older build refuses a
// newer stream instead of changing it back.
const topologyVersion = 3

// compression is none: one damaged byte in a block compressed with S2 stops
// every consumer at that block for ever, or makes the server forget the stream;
// in one that is not compressed it costs one message.
const compression = jetstream.NoCompression

const versionKey = "faultline_topology"

// Tuning is what an operator may change about the streams. The zero value of
// a field keeps the default.
type Tuning struct {
	// Replicas of every stream and bucket: 1, or 3 on a cluster. 0 means 1 for
	// a new stream and leaves an existing one as it is.
	Replicas int `yaml:"replicas"`

	Items         Retention `yaml:"items"`
	Assessments   Retention `yaml:"assessments"`
	Incidents     Retention `yaml:"incidents"`
	Notifications Retention `yaml:"notifications"`
	Feedback      Retention `yaml:"feedback"`
	DeadLetters   Retention `yaml:"dead_letters"`
}

// Retention bounds a stream. What is older than MaxAge is removed. A stream
// that reaches MaxBytes refuses new messages, so that publishers wait and
// nothing is dropped without a word; 0 is no bound of its own.
type Retention struct {
	MaxAge   config.Duration `yaml:"max_age"`
	MaxBytes int64           `yaml:"max_bytes"`
}

// DefaultTuning is how long things are kept when nobody says otherwise.
// Feedback is kept for ever.
func DefaultTuning() Tuning {
	const day = config.Duration(24 * time.Hour)
	return Tuning{
		Items:         Retention{MaxAge: 30 * day},
		Assessments:   Retention{MaxAge: 90 * day},
		Incidents:     Retention{MaxAge: 365 * day},
		Notifications: Retention{MaxAge: 30 * day},
		DeadLetters:   Retention{MaxAge: 30 * day},
	}
}

// ruleMarksKept is how long it is remembered that a rule set passed its examples: so that
// those of old rules go. One that is in use longer has them run at one start more.
const ruleMarksKept = 90 * 24 * time.Hour

// noticesKept is how long notices are kept; there are few.
const noticesKept = config.Duration(90 * 24 * time.Hour)

// or fills the gaps of r from the default d.
func (r Retention) or(d Retention) Retention {
	if r.MaxAge == 0 {
		r.MaxAge = d.MaxAge
	}
	if r.MaxBytes == 0 {
		r.MaxBytes = d.MaxBytes
	}
	return r
}

// StreamSpec is one stream of the topology: what it is called and what it must
// look like. Buckets are streams too, named KV_<bucket>.
type StreamSpec struct {
	Name   string
	Bucket string // the bucket's name, or empty for a plain stream
	config jetstream.StreamConfig
}

// Topology is every stream and bucket that Faultline uses.
func Topology(t Tuning) []StreamSpec {
	d := DefaultTuning()
	specs := []StreamSpec{
		queueSpec(Poll, "poll", "One token per feed: a schedule or a due poll."),
		queueSpec(Groups, "groups", "Grouping timers of the alerter."),
		archiveSpec(Items, "What the feeds said.", t.Items.or(d.Items), "items.*"),
		remembering(assessmentWindow, archiveSpec(Assessments, "What the rules say about each item.", t.Assessments.or(d.Assessments), "assessments.*.*")),
		archiveSpec(Incidents, "Every change of every incident.", t.Incidents.or(d.Incidents), "incidents.*.*"),
		archiveSpec(Notifications, "What is to be sent.", t.Notifications.or(d.Notifications), "notifications.*.*.*"),
		archiveSpec(Notices, "What the watch itself has to tell: feeds, regions, network.", Retention{MaxAge: noticesKept}, "notices.*.*"),
		archiveSpec(Feedback, "What the desk says of items: true or false alarm.", t.Feedback, "feedback.*"),
		archiveSpec(DeadLetters, "What could not be handled, and why.", t.DeadLetters.or(d.DeadLetters),
			"dlq.>", "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>", "$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.>"),
		canarySpec(),
		bucketSpec(FeedState, 0), bucketSpec(Subscriptions, 0), bucketSpec(IncidentState, 0), bucketSpec(GroupState, 0), bucketSpec(Silences, 0),
		bucketSpec(SentMarks, time.Duration(t.Notifications.or(d.Notifications).MaxAge)), bucketSpec(RuleMarks, ruleMarksKept),
	}
	for i := range specs {
		specs[i].config.Name = specs[i].Name
		specs[i].config.Replicas = max(t.Replicas, 1)
		specs[i].config.MaxMsgs, specs[i].config.MaxConsumers, specs[i].config.MaxMsgSize = -1, -1, -1
		if specs[i].config.MaxBytes == 0 {
			specs[i].config.MaxBytes = -1
		}
	}
	return specs
}

// DedupeWindow is how long archives remember the ids of their messages at most.
const DedupeWindow = 72 * time.Hour

// assessmentWindow is how long the ids of assessments are remembered: far longer than one
// is tried for. An older one that comes again, as when a dead letter is replayed, is stored
// again, and the alerter finds its item in the incident. Each id takes memory of the server,
// and there are as many as items.
const assessmentWindow = 2 * time.Hour

// remembering is an archive that remembers ids for another time at most.
func remembering(window time.Duration, s StreamSpec) StreamSpec {
	s.config.Duplicates = min(s.config.Duplicates, window)
	return s
}

// archiveSpec is a stream that keeps its messages for whoever wants to read
// them again. Message ids are remembered for 72 hours, as long as the message
// itself is there: no longer than MaxAge.
func archiveSpec(name, description string, r Retention, subjects ...string) StreamSpec {
	age := time.Duration(r.MaxAge)
	window := DedupeWindow
	if age > 0 {
		window = min(window, age)
	}
	return StreamSpec{Name: name, config: jetstream.StreamConfig{
		Description: description, Subjects: subjects, Retention: jetstream.LimitsPolicy,
		// Refuse rather than drop the oldest: publishers retry, and the metric
		// and the log say so.
		Discard: jetstream.DiscardNew, MaxAge: age, MaxBytes: r.MaxBytes, Duplicates: window,
		Storage: jetstream.FileStorage, Compression: compression,
		MaxMsgsPerSubject: unreached, AllowDirect: true, AllowAtomicPublish: true,
	}}
}

// unreached bounds the messages of a subject without ever being reached. The server
// writes a stream with such a bound in blocks of 4 MB instead of 8, and keeps the
// one that it writes in memory.
const unreached = 1 << 40

// queueSpec is a work queue of scheduled tokens. It has no MaxAge, which would
// kill schedules, and cannot have DiscardNew, which the server refuses beside
// schedules; its size is bounded by one token per key.
func queueSpec(name, prefix, description string) StreamSpec {
	return StreamSpec{Name: name, config: jetstream.StreamConfig{
		Description: description, Subjects: []string{prefix + ".sched.*", prefix + ".due.*"},
		Retention: jetstream.WorkQueuePolicy, Discard: jetstream.DiscardOld, Duplicates: 2 * time.Minute,
		Storage: jetstream.FileStorage, MaxMsgsPerSubject: -1, AllowDirect: true,
		AllowRollup: true, AllowMsgSchedules: true, AllowAtomicPublish: true,
	}}
}

// persist is the configuration with the way its writes reach the disk. The polls'
// tokens are a cache of feed_state, which the fetcher's reconciler makes anew: on
// one server they are written behind, in milliseconds, and flushed now and then.
// Neither replicas nor atomic batches can be had beside that.
func (s StreamSpec) persist(c jetstream.StreamConfig) jetstream.StreamConfig {
	c.PersistMode, c.AllowAtomicPublish = s.config.PersistMode, s.config.AllowAtomicPublish
	if s.Name == Poll && c.Replicas <= 1 {
		c.PersistMode, c.AllowAtomicPublish = jetstream.AsyncPersistMode, false
	}
	return c
}

func canarySpec() StreamSpec {
	return StreamSpec{Name: Canary, config: jetstream.StreamConfig{
		Description: "Health checks: the last one of each connection.", Subjects: []string{"canary.*"},
		Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardOld, MaxAge: time.Hour, Duplicates: 2 * time.Minute,
		Storage: jetstream.FileStorage, MaxMsgsPerSubject: 1,
	}}
}

// bucketSpec is the stream behind a key-value bucket, as nats.go would make
// it, with one value per key. Markers of deleted keys go after an hour.
func bucketSpec(bucket string, ttl time.Duration) StreamSpec {
	window := 2 * time.Minute
	if ttl > 0 {
		window = min(window, ttl)
	}
	return StreamSpec{Name: "KV_" + bucket, Bucket: bucket, config: jetstream.StreamConfig{
		Subjects: []string{"$KV." + bucket + ".>"}, Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardNew,
		MaxAge: ttl, Duplicates: window, Storage: jetstream.FileStorage, Compression: compression,
		MaxMsgsPerSubject: 1, AllowRollup: true, DenyDelete: true, AllowDirect: true, AllowAtomicPublish: true,
		AllowMsgTTL: true, SubjectDeleteMarkerTTL: time.Hour,
	}}
}
