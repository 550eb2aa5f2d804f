package incident

import (
	"bytes"
	"sync"

	"faultline/pkg/event"
)

// remembered is how many incidents a Reader keeps: those who read the same stream are a few
// messages apart, or one of them is far behind and reads by itself.
const remembered = 256

// Reader decodes incidents, and each but once for all who read the same stream in one
// process. The zero value is ready.
type Reader struct {
	mu   sync.Mutex
	kept [remembered]decoded // by sequence
}

type decoded struct {
	data     []byte
	incident *event.Incident
}

// Read decodes the message of a sequence. What it returns is shared: nobody may change
// it or what it points to.
func (r *Reader) Read(sequence uint64, data []byte) (*event.Incident, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k := &r.kept[sequence%remembered]
	if k.incident != nil && bytes.Equal(k.data, data) {
		return k.incident, nil
	}
	i, err := Decode(data)
	if err != nil {
		return nil, err
	}
	*k = decoded{data, i}
	return i, nil
}

// Decode reads an incident as any build stored it.
func Decode(data []byte) (*event.Incident, error) {
	var i event.Incident
	if err := event.Decode(data, &i); err != nil {
		return nil, err
	}
	if admit(i.Reports) {
		i.Corroboration = corroborate(i.Reports)
	}
	return &i, nil
}

// Head decodes an incident without its reports, which are most of it.
func Head(data []byte) (event.Incident, error) {
	var head struct {
		event.Incident
		Reports unread `json:"reports"`
	}
	err := event.Decode(data, &head)
	return head.Incident, err
}

// unread is a value that is skipped.
type unread struct{}

// UnmarshalJSON implements json.Unmarshaler.
func (unread) UnmarshalJSON([]byte) error { return nil }
