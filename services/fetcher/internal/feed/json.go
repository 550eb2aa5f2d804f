package feed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// anyString is a value that should be a string: numbers are taken as they are
// written, other things as empty.
type anyString string

func (s *anyString) UnmarshalJSON(b []byte) error {
	*s = ""
	switch {
	case len(b) > 0 && b[0] == '"':
		var v string
		if err := json.Unmarshal(b, &v); err != nil {
			return err
		}
		*s = anyString(v)
	case len(b) > 0 && (b[0] == '-' || digit(b[0])):
		*s = anyString(b)
	}
	return nil
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// jsonItem is an item of JSON Feed 1.1.
type jsonItem struct {
	ID       anyString  `json:"id"`
	URL      anyString  `json:"url"`
	External anyString  `json:"external_url"`
	Title    anyString  `json:"title"`
	HTML     anyString  `json:"content_html"`
	Text     anyString  `json:"content_text"`
	Summary  anyString  `json:"summary"`
	Date     anyString  `json:"date_published"`
	Modified anyString  `json:"date_modified"`
	Language anyString  `json:"language"`
	Author   jsonAuthor `json:"author"`
	Authors  authors    `json:"authors"`
}

type jsonAuthor struct {
	Name anyString `json:"name"`
}

// UnmarshalJSON takes the name alone for the author, too.
func (a *jsonAuthor) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '{' {
		var v struct {
			Name anyString `json:"name"`
		}
		err := json.Unmarshal(b, &v)
		a.Name = v.Name
		return err
	}
	return a.Name.UnmarshalJSON(b)
}

type authors []jsonAuthor

// UnmarshalJSON passes over what is no list.
func (a *authors) UnmarshalJSON(b []byte) error {
	if len(b) == 0 || b[0] != '[' {
		return nil
	}
	var v []jsonAuthor
	err := json.Unmarshal(b, &v)
	*a = v
	return err
}

// jsonReader reads a JSON Feed piece by piece, so that one that is cut off gives
// the items before the cut.
type jsonReader struct {
	reader
	decode  *json.Decoder
	version string
	listed  bool // there is a list of items
}

// parseJSON reads a JSON Feed: an object with a version of jsonfeed.org, or at
// least with a list of items.
func parseJSON(src string, h Hints) (*Document, error) {
	r := &jsonReader{reader: *newReader(src, h), decode: json.NewDecoder(strings.NewReader(src))}
	err := r.object()
	if !r.listed && !strings.Contains(r.version, "jsonfeed.org") {
		return nil, &Error{
			Class: ClassNotAFeed, Message: "the answer is JSON, but no JSON Feed: it has neither a version of jsonfeed.org nor items",
			Remedy: "look for the outlet's feed: this may be an interface for programs",
		}
	}
	r.closed = err == nil
	if err != nil && !cutOff(err) {
		r.doc.Warnings = append(r.doc.Warnings, fmt.Sprintf("json: %v", err))
	}
	r.consult()
	r.doc.Format = "json"
	return r.document(h)
}

// cutOff reports the errors of a document that ends too early.
func cutOff(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// object reads the feed's object.
func (r *jsonReader) object() error {
	if t, err := r.decode.Token(); err != nil || t != json.Delim('{') {
		return errors.Join(err, errNoObject)
	}
	for r.decode.More() {
		key, err := r.decode.Token()
		if err != nil {
			return err
		}
		if err := r.member(key); err != nil {
			return err
		}
	}
	_, err := r.decode.Token()
	return err
}

var errNoObject = errors.New("no object")

// member reads one member of the feed's object.
func (r *jsonReader) member(key json.Token) error {
	if key == "items" {
		return r.list()
	}
	var raw json.RawMessage
	if err := r.decode.Decode(&raw); err != nil {
		return err
	}
	var s anyString
	// A value that is no string leaves s empty.
	if err := s.UnmarshalJSON(bytes.TrimSpace(raw)); err != nil {
		return err
	}
	switch key {
	case "version":
		r.version = string(s)
	case "title":
		r.head.title.text = string(s)
	case "language":
		r.head.lang = string(s)
	case "home_page_url":
		r.head.link.offer(string(s), r.base, 4)
	case "feed_url":
		r.doc.Self = string(s)
	case "hubs":
		r.hubs(raw)
	}
	return nil
}

// hubs reads the WebSub hubs, which are no reason to fail.
func (r *jsonReader) hubs(raw json.RawMessage) {
	var hubs []struct {
		Type, URL anyString
	}
	if json.Unmarshal(raw, &hubs) != nil {
		return
	}
	for _, h := range hubs[:min(len(hubs), maximumHubs)] {
		if strings.EqualFold(string(h.Type), "websub") && h.URL != "" {
			r.doc.Hubs = append(r.doc.Hubs, string(h.URL))
		}
	}
}

// list reads the items.
func (r *jsonReader) list() error {
	t, err := r.decode.Token()
	if err != nil || t != json.Delim('[') {
		return errors.Join(err, errNoList)
	}
	r.listed = true
	for r.decode.More() {
		var item *jsonItem
		err := r.decode.Decode(&item)
		var wrong *json.UnmarshalTypeError
		switch {
		case errors.As(err, &wrong), err == nil && item == nil:
			// No object: the next one may be.
		case err != nil:
			return err
		default:
			r.current = item.raw(r.base)
			r.keep(0)
		}
	}
	_, err = r.decode.Token()
	return err
}

var errNoList = errors.New("items is no list")

// raw is the item as the XML formats would have it.
func (i *jsonItem) raw(base string) *rawItem {
	r := &rawItem{scope: scope{base: base}, guid: strings.TrimSpace(string(i.ID)), lang: string(i.Language)}
	r.link.offer(string(i.URL), base, 4)
	r.link.offer(string(i.External), base, 3)
	r.title.text = string(i.Title)
	r.texts[content-itunesSummary] = rawText{text: string(i.HTML)}
	if i.HTML == "" {
		r.texts[content-itunesSummary] = rawText{text: string(i.Text), plain: true}
	}
	r.texts[summary-itunesSummary] = rawText{text: string(i.Summary), plain: true}
	r.dates[published-pubDate] = strings.TrimSpace(string(i.Date))
	r.dates[modified-pubDate] = strings.TrimSpace(string(i.Modified))
	for _, a := range append(i.Authors, i.Author) {
		if a.Name != "" && len(r.authors) < maximumAuthors {
			r.authors = append(r.authors, string(a.Name))
		}
	}
	return r
}
