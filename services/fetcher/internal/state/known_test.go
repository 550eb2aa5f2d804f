package state

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
)

func known() []Known {
	digits := strings.Repeat("0123456789abcdef", 2)
	return []Known{
		{ID: digits, Hash: digits[1:] + "0", Mark: math.MaxUint64, Keys: []string{"3ec2b5471d85", "6d2cd72bb51c", "a0ea5b9c5a15", "fff642919d44", "f28be63dbd8f", "9aac180e52dc"}, First: 1795873887, Last: 1795873887},
		{ID: "ABCD", Hash: "abc", Article: "статья", Revision: 3, Keys: []string{""}, First: 10, Last: 5, Changed: 99, Published: -7, Backlog: true},
		{},
	}
}

func TestItemsArePacked(t *testing.T) {
	for _, items := range [][]Known{nil, known(), known()[1:], known()[2:]} {
		got, err := unpack(pack(items))
		if len(items) == 0 && len(got) == 0 {
			continue
		}
		if err != nil || !reflect.DeepEqual(got, items) {
			t.Errorf("got %+v, %v, want %+v", got, err, items)
		}
	}
	list, err := json.Marshal(known()[:1])
	if packed := pack(known()[:1]); err != nil || len(packed) > len(list)*3/5 {
		t.Errorf("%d bytes packed, %d as a list, %v", len(packed), len(list), err)
	}
}

func TestFaultPackedItems(t *testing.T) {
	whole := pack(known())
	raw, err := base64.StdEncoding.DecodeString(string(whole))
	if err != nil {
		t.Fatal(err)
	}
	damaged := [][]byte{[]byte("%"), whole[:len(whole)-3], encoded(append(raw, 0)), encoded([]byte{0xff, 0xff, 0xff, 0xff, 0x0f}), encoded([]byte{1, 0, 0, 0, 0x7f})}
	for n := range len(raw) - 1 {
		damaged = append(damaged, encoded(raw[:n+1]))
	}
	for _, text := range damaged {
		if items, err := unpack(text); !errors.Is(err, errPacked) {
			t.Errorf("%s: got %+v, %v", text, items, err)
		}
	}
	s, err := Decode([]byte(`{"url":"u","packed":"%%%%"}`))
	if err != nil || s.Recall() == nil {
		t.Errorf("damaged items were read: %+v, %v", s, err)
	}
}

func encoded(raw []byte) []byte { return base64.StdEncoding.AppendEncode(nil, raw) }

// FuzzUnpack holds that what can be read is written again as it is meant.
func FuzzUnpack(f *testing.F) {
	f.Add(pack(known()))
	f.Fuzz(func(t *testing.T, text []byte) {
		items, err := unpack(text)
		if err != nil || len(items) == 0 {
			return
		}
		again, err := unpack(pack(items))
		if err != nil || !reflect.DeepEqual(again, items) {
			t.Errorf("got %+v, %v, want %+v", again, err, items)
		}
	})
}
