package event

import "time"

// Incident is one story: what its reports, from any number of outlets, say
// together. Every change of it is one message on INCIDENTS, in order.
type Incident struct {
	Schema Schema `json:"schema"`
	ID     string `json:"id"`
	// Revision counts the changes from 1.
	Revision int    `json:"revision"`
	Change   Change `json:"change"`
	Status   Status `json:"status"`
	// Region is the id of the watched region, or "unplaced".
	Region     string     `json:"region"`
	Regions    []string   `json:"regions,omitempty"`
	Country    string     `json:"country,omitempty"`
	Place      *Place     `json:"place,omitempty"`
	Headline   string     `json:"headline"`
	Language   string     `json:"language,omitempty"`
	Indicator  string     `json:"indicator"` // the strongest, of the report with the highest score of those of this severity
	Category   string     `json:"category"`  // that indicator's
	Categories []string   `json:"categories"`
	Severity   Severity   `json:"severity"`
	Score      int        `json:"score"`
	Casualties Casualties `json:"casualties"`
	Entities   []string   `json:"entities,omitempty"`
	// Reports are the items that tell the story, in the order they came.
	Reports []Report `json:"reports"`
	// ReportCount is how many reports there were. It is larger than the length
	// of Reports when that was cut: copies of known reports go first.
	ReportCount   int           `json:"report_count,omitempty"`
	Corroboration Corroboration `json:"corroboration"`
	// Formerly is how the incident stood before, the latest last: who was told of it by that is
	// kept up to date.
	Formerly []Standing `json:"formerly,omitempty"`
	// Swings are what was told and did not hold, the latest last: that it comes back soon is no news.
	Swings []Swing `json:"swings,omitempty"`
	// Merged are the incidents that turned out to be the same story and became
	// part of this one; MergedInto is the one that this one became part of.
	Merged     []string `json:"merged,omitempty"`
	MergedInto string   `json:"merged_into,omitempty"`
	// Split are the incidents that took reports out of this one, because somebody
	// said that they tell another story; SplitFrom is the one that this one's came
	// from. The two are not merged again.
	Split     []string `json:"split,omitempty"`
	SplitFrom string   `json:"split_from,omitempty"`
	// Desk is what people did about the incident, the latest last.
	Desk []DeskAction `json:"desk,omitempty"`
	// Acknowledged is since when somebody has the incident in hand, Dismissed
	// since when it is closed because somebody said so. What escalates it ends
	// both.
	Acknowledged time.Time `json:"acknowledged,omitzero"`
	Dismissed    time.Time `json:"dismissed,omitzero"`
	Opened       time.Time `json:"opened"`
	Updated      time.Time `json:"updated"`
	Exercise     bool      `json:"exercise,omitempty"`
}

// Swing is something of an incident that went up and down: which values of it readers were told,
// and when it last changed.
type Swing struct {
	Of     string    `json:"of"` // "killed", "severity"
	Values []int     `json:"values"`
	At     time.Time `json:"at"`
}

// Status is where an incident is in its life.
type Status string

// The states of an incident.
const (
	StatusOpen   Status = "open"
	StatusQuiet  Status = "quiet"
	StatusClosed Status = "closed"
)

// Standing is how an incident stands, as far as routes may ask for it.
type Standing struct {
	Severity  Severity `json:"severity"`
	Certainty string   `json:"certainty"`
	Indicator string   `json:"indicator"`
	Category  string   `json:"category"`
	Region    string   `json:"region"`
	Country   string   `json:"country,omitempty"`
	Place     string   `json:"place,omitempty"` // its name; empty where none is known
	Language  string   `json:"language,omitempty"`
}

// Change says what the latest revision of an incident brought.
type Change struct {
	Kind ChangeKind `json:"kind"`
	// Reasons are short sentences for the message: "second independent source".
	Reasons []string `json:"reasons,omitempty"`
	// Report is the index in Reports of the report that brought the change.
	Report int `json:"report"`
	// Severity and Certainty are those that the incident had before, where this change
	// lowered its severity: who was told by them is told of this as well.
	Severity  Severity `json:"severity,omitempty"`
	Certainty string   `json:"certainty,omitempty"`
	// Merged is the incident that turned out to be the same story: no new report brought
	// the change.
	Merged string `json:"merged,omitempty"`
}

// ChangeKind orders changes by how much they deserve a message.
type ChangeKind string

// ChangeKinds are all kinds of change.
func ChangeKinds() []ChangeKind {
	return []ChangeKind{ChangeNew, ChangeEscalated, ChangeCorrected, ChangeDenied, ChangeReleased, ChangeReport, ChangeReworded, ChangeQuiet, ChangeClosed, ChangeDesk}
}

// The kinds of change. Routes match them by the label "change".
const (
	ChangeNew       ChangeKind = "new"       // the first report
	ChangeEscalated ChangeKind = "escalated" // severity or toll up, new category, new place, second independent source
	ChangeCorrected ChangeKind = "corrected" // the toll is lower than was told, or a source took its report back or corrected it
	ChangeDenied    ChangeKind = "denied"    // a source says that it did not happen
	ChangeReleased  ChangeKind = "released"  // who was held is free
	ChangeReport    ChangeKind = "report"    // a further report that adds nothing of the above
	ChangeReworded  ChangeKind = "reworded"  // a new revision of a known report, or a copy of one
	ChangeQuiet     ChangeKind = "quiet"     // nothing more for a while
	ChangeClosed    ChangeKind = "closed"
	ChangeDesk      ChangeKind = "desk" // somebody acknowledged, muted or reopened it
)

// ByDesk reports whether the latest change of the incident is what somebody at the desk did.
func (i *Incident) ByDesk() bool {
	return len(i.Desk) > 0 && i.Desk[len(i.Desk)-1].At.Equal(i.Updated)
}

// Bound says why an incident is no graver than its score lets expect: no finding of the reports
// that give it is. Else it is empty.
func (i *Incident) Bound() string {
	for n := range i.Reports {
		if r := &i.Reports[n]; r.Capped && !r.Denies && r.Score == i.Score && r.Severity == i.Severity {
			return "its gravest finding is " + string(i.Severity)
		}
	}
	return ""
}

// DeskAction is what a person did about an incident.
type DeskAction struct {
	Kind    DeskKind  `json:"kind"`
	By      string    `json:"by"` // as they name themselves
	Comment string    `json:"comment,omitempty"`
	At      time.Time `json:"at"`
	Until   time.Time `json:"until,omitzero"` // of a mute
}

// String says in words who did what, until when and why.
func (a DeskAction) String() string {
	text := string(a.Kind) + " by " + a.By
	if !a.Until.IsZero() {
		layout := "2 Jan 15:04"
		if a.Until.UTC().Year() != a.At.UTC().Year() {
			layout = "2 Jan 2006 15:04"
		}
		text += " until " + a.Until.UTC().Format(layout) + " UTC"
	}
	if a.Comment != "" {
		text += ": " + a.Comment
	}
	return text
}

// DeskKind is a kind of action.
type DeskKind string

// The kinds of action, in the words that people read.
const (
	DeskAcknowledged DeskKind = "acknowledged"
	DeskClosed       DeskKind = "closed"
	DeskReopened     DeskKind = "reopened"
	DeskMuted        DeskKind = "muted"
	DeskUnmuted      DeskKind = "unmuted"
	DeskSplit        DeskKind = "split"  // some reports became another incident
	DeskMerged       DeskKind = "merged" // it became part of another incident, or another one of it
)

// Report is one item within an incident.
type Report struct {
	Item       string     `json:"item"`
	Revision   int        `json:"revision"`
	Assessment string     `json:"assessment"`
	Source     Source     `json:"source"`
	URL        string     `json:"url,omitempty"`
	Title      string     `json:"title"`
	Lead       string     `json:"lead,omitempty"` // the beginning of the text
	Language   string     `json:"language,omitempty"`
	Score      int        `json:"score"`
	Severity   Severity   `json:"severity"`
	Capped     bool       `json:"capped,omitempty"` // as in its assessment
	Findings   []Finding  `json:"findings,omitempty"`
	Casualties Casualties `json:"casualties"`
	Times      Times      `json:"times"`
	// PublishedSource says how far to trust Times.Published.
	PublishedSource PublishedSource `json:"published_source"`
	// Place is the place of the story as this report tells it.
	Place *Place `json:"place,omitempty"`
	// Regions are the watched regions that the place lies in, the one that routes go by first.
	Regions []string `json:"regions,omitempty"`
	// Attribution is the outlet or agency that the text says it has the news
	// from, folded to lower case ("interfax"), if it names one.
	Attribution string `json:"attribution,omitempty"`
	// CopyOf is the item this one repeats almost word for word, if any.
	CopyOf string `json:"copy_of,omitempty"`
	// Denies is set on a report that says of what the incident is about that it did
	// not happen. It is no source for it.
	Denies bool `json:"denies,omitempty"`
	// Withdrawn is set besides Denies on a report that its outlet took back, and on
	// the one by which it did.
	Withdrawn bool `json:"withdrawn,omitempty"`
	// Presumed is set on a report in another language of which place, time and kind of event
	// say that it tells the story, and nothing that is of the event alone. It and those like it
	// support each other, not the other reports.
	Presumed bool `json:"presumed,omitempty"`
	// Before is the incident that it was a report of before that became part of this one:
	// whoever reads of this one may have been told of it there.
	Before string `json:"before,omitempty"`
	// Signature is the MinHash signature of title and text, for likeness.
	Signature []uint32 `json:"signature,omitempty"`
}

// Stance says in a few words how a report stands to the story unless it is known to tell it:
// "denies it", "taken back", "presumed to tell it"; "" for one that does.
func (r *Report) Stance() string {
	switch {
	case r.Withdrawn:
		return "taken back"
	case r.Denies:
		return "denies it"
	case r.Presumed:
		return "presumed to tell it"
	}
	return ""
}

// Corroboration says how well a story is supported.
type Corroboration struct {
	// Independent counts sources of different owners that are not copies.
	Independent int `json:"independent"`
	// State counts those of them that are a state's outlets and nobody else.
	State int `json:"state,omitempty"`
	// Denied counts the sources, likewise independent, that deny the story.
	Denied int `json:"denied,omitempty"`
	// Withdrawn counts those that took back what they had told.
	Withdrawn int `json:"withdrawn,omitempty"`
	// Credibility is the Admiralty code's rating of the information, 1
	// (confirmed) to 6 (cannot be judged).
	Credibility int `json:"credibility"`
	// Certainty is the CAP 1.2 value: Observed, Likely, Possible, Unlikely or
	// Unknown.
	Certainty string `json:"certainty"`
}

// Times are the moments on the way from the outlet to the reader; a zero time
// is one not yet reached.
type Times struct {
	Published time.Time `json:"published,omitzero"`
	Seen      time.Time `json:"seen,omitzero"`
	Assessed  time.Time `json:"assessed,omitzero"`
	Incident  time.Time `json:"incident,omitzero"`
	Sent      time.Time `json:"sent,omitzero"`
}
