package bus

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go/jetstream"
)

// Apply makes the topology so: it creates what is missing and changes what may
// be changed. A stream that cannot be ours is a *ShapeError, and left alone.
// Several processes may apply at once.
func (b *Bus) Apply(ctx context.Context, t Tuning) error {
	var errs []error
	for _, spec := range Topology(t) {
		errs = append(errs, b.applyStream(ctx, t, spec))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	b.applied.Store(&t)
	return nil
}

// Verify reports whether everything is there in the shape that t asks for, for
// services that may not create streams.
func (b *Bus) Verify(ctx context.Context, t Tuning) error {
	var errs []error
	for _, spec := range Topology(t) {
		have, err := b.streamConfig(ctx, spec.Name)
		if err == nil {
			err = errors.Join(spec.check(have), spec.current(have))
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// reapply creates again what vanished, if this process may.
func (b *Bus) reapply(ctx context.Context) error {
	if t := b.applied.Load(); t != nil {
		return b.Apply(ctx, *t)
	}
	return nil
}

func (b *Bus) streamConfig(ctx context.Context, name string) (config jetstream.StreamConfig, err error) {
	_, err = b.retry(ctx, "stream", "", func(ctx context.Context) error {
		stream, err := b.js.Stream(ctx, name)
		if err == nil {
			config = stream.CachedInfo().Config
		}
		return err
	})
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return config, fmt.Errorf("%s: %w; create it with a user that may: `faultline topology`", name, ErrMissing)
	}
	if err != nil {
		return config, fmt.Errorf("stream %s: %w", name, err)
	}
	return config, nil
}

func (b *Bus) applyStream(ctx context.Context, t Tuning, spec StreamSpec) error {
	have, err := b.streamConfig(ctx, spec.Name)
	if errors.Is(err, ErrMissing) {
		want := spec.persist(spec.config)
		want.Metadata = map[string]string{versionKey: strconv.Itoa(topologyVersion)}
		_, err = b.retry(ctx, "create stream", "", func(ctx context.Context) error {
			_, err := b.js.CreateStream(ctx, want)
			return err
		})
		if !errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
			return wrapStream("creating", spec.Name, err)
		}
		have, err = b.streamConfig(ctx, spec.Name) // somebody else was faster
	}
	if err != nil {
		return err
	}
	if err := spec.check(have); err != nil {
		return err
	}
	want := spec.merge(have, t.Replicas)
	if spec.matches(have, want) {
		return nil
	}
	if have.PersistMode != want.PersistMode {
		return b.remake(ctx, want)
	}
	_, err = b.retry(ctx, "update stream", "", func(ctx context.Context) error {
		_, err := b.js.UpdateStream(ctx, want)
		return err
	})
	return wrapStream("updating", spec.Name, err)
}

// remake replaces the stream of the polls' tokens by another one: how its writes
// reach the disk cannot be changed. The fetchers give each feed a new token.
func (b *Bus) remake(ctx context.Context, want jetstream.StreamConfig) error {
	b.logger.Info("The stream is made anew, as the server cannot change how it is written; what it held is made again", "stream", want.Name)
	_, err := b.retry(ctx, "remake stream", "", func(ctx context.Context) error {
		if err := b.js.DeleteStream(ctx, want.Name); err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
			return err
		}
		_, err := b.js.CreateStream(ctx, want)
		return err
	})
	return wrapStream("making anew", want.Name, err)
}

func wrapStream(doing, name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s stream %s: %w", doing, name, err)
}

// field is one property of a stream that decides whether it can be ours.
type field struct{ name, have, want string }

// check refuses a stream that is of another kind, or made by a newer build.
func (s StreamSpec) check(have jetstream.StreamConfig) error {
	if version, err := strconv.Atoi(have.Metadata[versionKey]); err == nil && version > topologyVersion {
		return &ShapeError{Stream: s.Name, Field: "metadata." + versionKey, Have: strconv.Itoa(version), Want: strconv.Itoa(topologyVersion),
			Remedy: "it was made by a newer Faultline: run that one, or restore a backup from before the upgrade"}
	}
	for _, f := range s.identity(have) {
		if f.have != f.want {
			return &ShapeError{Stream: s.Name, Field: f.name, Have: f.have, Want: f.want,
				Remedy: "it is not Faultline's: give Faultline an account of its own on this server, or remove the stream with `nats stream rm " + s.Name + "`"}
		}
	}
	return nil
}

// current refuses a stream that an older build stamped: it would not refuse what this one
// writes into it. One without a stamp was made by hand.
func (s StreamSpec) current(have jetstream.StreamConfig) error {
	version, err := strconv.Atoi(have.Metadata[versionKey])
	if err != nil || version >= topologyVersion {
		return nil
	}
	return &ShapeError{Stream: s.Name, Field: "metadata." + versionKey, Have: strconv.Itoa(version), Want: strconv.Itoa(topologyVersion),
		Remedy: "it was made by an older Faultline: run `faultline topology` of this one with a user that may change streams"}
}

// identity lists what cannot be changed without changing what the stream is.
func (s StreamSpec) identity(have jetstream.StreamConfig) []field {
	want := s.config
	list := func(subjects []string) string { return strings.Join(slices.Sorted(slices.Values(subjects)), " ") }
	yes := func(b bool) string { return strconv.FormatBool(b) }
	fields := []field{
		{"subjects", list(have.Subjects), list(want.Subjects)},
		{"retention", have.Retention.String(), want.Retention.String()},
		{"storage", have.Storage.String(), want.Storage.String()},
		{"max_msgs_per_subject", perSubject(have.MaxMsgsPerSubject), perSubject(want.MaxMsgsPerSubject)},
		{"sealed", yes(have.Sealed), "false"},
		{"no_ack", yes(have.NoAck), "false"},
		{"mirror", yes(have.Mirror != nil), "false"},
		{"deny_delete", yes(have.DenyDelete), yes(want.DenyDelete)},
		{"deny_purge", yes(have.DenyPurge), yes(want.DenyPurge)},
	}
	if !want.AllowMsgSchedules { // can be switched on later, but never off
		fields = append(fields, field{"allow_msg_schedules", yes(have.AllowMsgSchedules), "false"})
	}
	return fields
}

// perSubject is how many messages of a subject are kept.
func perSubject(bound int64) string {
	if bound <= 0 || bound == unreached {
		return "all"
	}
	return strconv.FormatInt(bound, 10)
}

// merge is the existing stream with what is Faultline's to decide set to what
// it wants. Placement, republishing and the like stay the operator's.
func (s StreamSpec) merge(have jetstream.StreamConfig, replicas int) jetstream.StreamConfig {
	want, merged := s.config, have
	merged.Description, merged.MaxAge, merged.MaxBytes = want.Description, want.MaxAge, want.MaxBytes
	merged.Discard, merged.Duplicates, merged.Compression = want.Discard, want.Duplicates, want.Compression
	merged.AllowDirect, merged.MaxMsgsPerSubject = want.AllowDirect, want.MaxMsgsPerSubject
	merged.AllowMsgSchedules, merged.AllowRollup = want.AllowMsgSchedules, want.AllowRollup
	merged.AllowMsgTTL, merged.SubjectDeleteMarkerTTL = want.AllowMsgTTL, want.SubjectDeleteMarkerTTL
	if replicas > 0 {
		merged.Replicas = replicas
	}
	merged = s.persist(merged)
	merged.Metadata = maps.Clone(have.Metadata)
	if merged.Metadata == nil {
		merged.Metadata = make(map[string]string)
	}
	merged.Metadata[versionKey] = strconv.Itoa(topologyVersion)
	return merged
}

// matches reports whether an update would change nothing.
func (s StreamSpec) matches(a, b jetstream.StreamConfig) bool {
	return a.Description == b.Description && a.MaxAge == b.MaxAge && a.MaxBytes == b.MaxBytes &&
		a.Discard == b.Discard && a.Duplicates == b.Duplicates && a.Compression == b.Compression &&
		a.MaxMsgsPerSubject == b.MaxMsgsPerSubject && a.AllowDirect == b.AllowDirect && a.AllowAtomicPublish == b.AllowAtomicPublish &&
		a.AllowMsgSchedules == b.AllowMsgSchedules && a.AllowRollup == b.AllowRollup &&
		a.PersistMode == b.PersistMode && a.AllowMsgTTL == b.AllowMsgTTL && a.SubjectDeleteMarkerTTL == b.SubjectDeleteMarkerTTL &&
		a.Replicas == b.Replicas && a.Metadata[versionKey] == b.Metadata[versionKey]
}
