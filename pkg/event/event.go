// Package event is what the services say to each other: items, assessments,
// incidents and notifications as versioned JSON, and the ids that name them.
package event

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	jsonv1 "github.com/go-json-experiment/json/v1"
)

// ErrVersion marks a document whose major version or kind this build cannot
// read. It will not get better on a retry: such a message belongs in the dead
// letters.
var ErrVersion = errors.New("unknown document version")

// Schema names the kind and the major version of a document, as in "item/1".
// A new optional field keeps the major version; a field that changes its
// meaning raises it.
type Schema string

// The schemas this build writes.
const (
	ItemSchema         Schema = "item/1"
	AssessmentSchema   Schema = "assessment/1"
	IncidentSchema     Schema = "incident/1"
	NotificationSchema Schema = "notification/1"
	FeedbackSchema     Schema = "feedback/1"
	NoticeSchema       Schema = "notice/1"
)

// Document is what every event has: it can stamp itself with its schema.
type Document interface{ stamp() Schema }

func (i *Item) stamp() Schema         { i.Schema = ItemSchema; return ItemSchema }
func (a *Assessment) stamp() Schema   { a.Schema = AssessmentSchema; return AssessmentSchema }
func (i *Incident) stamp() Schema     { i.Schema = IncidentSchema; return IncidentSchema }
func (n *Notification) stamp() Schema { n.Schema = NotificationSchema; return NotificationSchema }
func (f *Feedback) stamp() Schema     { f.Schema = FeedbackSchema; return FeedbackSchema }
func (n *Notice) stamp() Schema       { n.Schema = NoticeSchema; return NoticeSchema }

// Encode stamps the document with its schema and returns it as JSON.
func Encode(doc Document) ([]byte, error) {
	schema := doc.stamp()
	data, err := json.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("encoding %s: %w", schema, err)
	}
	return data, nil
}

// Decode reads a document of any minor version of the same kind and major
// version. Fields it does not know are ignored, fields that are missing keep
// their zero value. Another kind or major version is ErrVersion.
func Decode(data []byte, doc Document) error {
	want := doc.stamp()
	if !want.opens(data) {
		var head struct {
			Schema Schema `json:"schema"`
		}
		if err := json.Unmarshal(data, &head); err != nil {
			return fmt.Errorf("decoding %s: %w", want, err)
		}
		if err := compatible(head.Schema, want); err != nil {
			return err
		}
	}
	if err := Unmarshal(data, doc); err != nil {
		return fmt.Errorf("decoding %s: %w", want, err)
	}
	return nil
}

// Unmarshal is encoding/json's, as that is to be: in a third of the time, with a third of the memory. A value
// that breaks off or has something else behind it may have filled in a part of what v points to.
func Unmarshal(data []byte, v any) error {
	return jsonv2.Unmarshal(data, v, jsonv1.DefaultOptionsV1(), jsonv1.ReportErrorsWithLegacySemantics(false)) // which reads all of it beforehand
}

// opens reports whether a document begins with the schema, as Encode writes it: then
// there is no need to look for it.
func (s Schema) opens(data []byte) bool {
	rest, ok := bytes.CutPrefix(data, []byte(`{"schema":"`))
	return ok && bytes.HasPrefix(rest, []byte(s+`"`))
}

// compatible reports whether a document that says got can be read as want:
// the same kind, and the same or an older major version.
func compatible(got, want Schema) error {
	gotKind, gotMajor, ok := got.split()
	wantKind, wantMajor, _ := want.split()
	if !ok || gotKind != wantKind || gotMajor > wantMajor {
		return fmt.Errorf("%w: document says %q, this build reads %q", ErrVersion, got, want)
	}
	return nil
}

func (s Schema) split() (kind string, major int, ok bool) {
	kind, number, found := strings.Cut(string(s), "/")
	major, err := strconv.Atoi(number)
	return kind, major, found && err == nil && major > 0
}
