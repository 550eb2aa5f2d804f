package source

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"golang.org/x/net/html/charset"

	"faultline/pkg/config"
	"faultline/services/fetcher/internal/address"
)

// Bounds of an OPML file. They are far above what a desk has.
const (
	maxFolders  = 32
	maxOutlines = 20_000
)

// errDeep ends strict reading at a folder whose name becomes no tag any more.
var errDeep = fmt.Errorf("the folders are nested deeper than %d", maxFolders)

// outline is one feed of an OPML file.
type outline struct {
	url, title, language string
	own                  map[string]string // attributes of namespace, by name
	folders              []string          // outermost first
	complete             bool              // it says all that holds for it, see ExportOPML
	line, column         int
}

// complete is the attribute of the root that says that nothing but the outlines holds for their
// feeds: no default of a configuration, which would turn what an export leaves out into something else.
const complete = "complete"

// namespace is that of the attributes that say what OPML has no word for. A
// reader that does not know it passes them over.
const namespace = "urn:faultline:feeds:1"

// opml reads one OPML file over the base. Folders become tags.
func (l *loader) opml(f config.File, base Defaults) {
	outlines, err := readOPML([]byte(f.Data))
	for i, o := range outlines {
		where := at{file: f, line: o.line, column: o.column, index: i}
		e, err := o.entry(base)
		if err != nil {
			l.faults = append(l.faults, where.errorf("", "remove the attribute, or write it as feeds export does", "%v", err))
			continue
		}
		l.add(e, where)
	}
	if err != nil {
		l.faults = append(l.faults, &config.Error{Path: f.Path, Message: err.Error(), Remedy: "turn it into YAML with faultline feeds import, which mends what can be mended"})
	}
}

// entry is the feed that the outline describes.
func (o outline) entry(base Defaults) (entry, error) {
	if o.complete {
		base = builtIn()
	}
	e := entry{URL: o.url, Title: o.title, Defaults: base}
	e.Tags = slices.Clone(base.Tags)
	for _, folder := range o.folders {
		if !slices.Contains(e.Tags, folder) {
			e.Tags = append(e.Tags, folder)
		}
	}
	if o.language != "" {
		e.Language = o.language
	}
	for name, value := range o.own {
		if err := e.set(name, value); err != nil {
			return e, fmt.Errorf("attribute %s: %w", name, err)
		}
	}
	return e, nil
}

// set takes over one of our own attributes. Those that a newer version may have
// are passed over.
func (e *entry) set(name, value string) (err error) {
	switch name {
	case "id":
		e.ID = value
	case "country":
		e.Country = value
	case "reliability":
		e.Reliability = value
	case "owner":
		e.Owner = value
	case "verified":
		e.Verified = value
	case "min":
		err = e.Poll.Min.UnmarshalText([]byte(value))
	case "max":
		err = e.Poll.Max.UnmarshalText([]byte(value))
	case "allow_private":
		e.AllowPrivate, err = strconv.ParseBool(value)
	case "allow_downgrade":
		e.AllowDowngrade, err = strconv.ParseBool(value)
	case "full_text":
		e.FullText, err = strconv.ParseBool(value)
	case "exercise":
		e.Exercise, err = strconv.ParseBool(value)
	case "disabled":
		e.Disabled, err = strconv.ParseBool(value)
	}
	return err
}

// readOPML finds the feeds of an OPML 1.0 or 2.0 document
// (http://opml.org/spec2.opml): outlines with an xmlUrl, in folders. What came
// before an error is returned with it.
func readOPML(data []byte) ([]outline, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Entity = xml.HTMLEntity
	d.CharsetReader = charset.NewReaderLabel
	r := &opmlReader{decoder: d}
	for {
		line, column := d.InputPos()
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF) && !r.root:
			return nil, errors.New("the file is no OPML document")
		case errors.Is(err, io.EOF):
			return r.found, nil
		case err != nil:
			return r.found, fmt.Errorf("the OPML document is damaged: %w", err)
		}
		if err := r.token(token, line, column); err != nil {
			return r.found, err
		}
	}
}

type opmlReader struct {
	decoder *xml.Decoder
	root    bool
	// complete is what the root says of all outlines.
	complete bool
	// open holds the name of each open outline that is a folder, and an empty
	// text for each that is a feed.
	open  []string
	found []outline
}

func (r *opmlReader) token(token xml.Token, line, column int) error {
	switch t := token.(type) {
	case xml.StartElement:
		if !r.root && t.Name.Local != "opml" {
			return errors.New("the file is no OPML document")
		}
		if !r.root {
			r.complete = slices.Contains(t.Attr, xml.Attr{Name: xml.Name{Space: namespace, Local: complete}, Value: "true"})
		}
		r.root = true
		if t.Name.Local == "outline" {
			return r.start(t, line, column)
		}
	case xml.EndElement:
		r.end(t.Name.Local)
	}
	return nil
}

// end takes the end of an element.
func (r *opmlReader) end(name string) {
	if name == "outline" && len(r.open) > 0 {
		r.open = r.open[:len(r.open)-1]
	}
}

func (r *opmlReader) start(t xml.StartElement, line, column int) error {
	var o outline
	var text, folder string
	for _, a := range t.Attr {
		if a.Name.Space == namespace {
			if o.own == nil {
				o.own = map[string]string{}
			}
			o.own[a.Name.Local] = a.Value
			continue
		}
		switch strings.ToLower(a.Name.Local) {
		case "xmlurl":
			o.url = plain(strings.TrimSpace(a.Value))
		case "title":
			o.title = strings.TrimSpace(a.Value)
		case "text":
			text = strings.TrimSpace(a.Value)
		case "language":
			o.language = strings.TrimSpace(a.Value)
		}
	}
	if o.title == "" && o.own["id"] != text { // a feed without a title is shown by its id
		o.title = text
	}
	if o.url != "" {
		o.line, o.column, o.complete = line, column, r.complete
		outer := r.open[:min(len(r.open), maxFolders)]
		o.folders = slices.DeleteFunc(slices.Clone(outer), func(s string) bool { return s == "" })
		r.found = append(r.found, o)
	} else {
		folder = o.title
	}
	r.open = append(r.open, folder)
	switch {
	case len(r.open) > maxFolders:
		return errDeep
	case len(r.found) > maxOutlines:
		return fmt.Errorf("there are more than %d feeds", maxOutlines)
	}
	return nil
}

// plain is an address without the scheme by which some programs hand a feed to a reader:
// feed://host is http://host, and feed:https://host is what stands behind it.
func plain(address string) string {
	const scheme = "feed:"
	if len(address) <= len(scheme) || !strings.EqualFold(address[:len(scheme)], scheme) {
		return address
	}
	rest := address[len(scheme):]
	if strings.HasPrefix(rest, "//") {
		return "http:" + rest
	}
	return rest
}

// Imported is what an OPML document gives.
type Imported struct {
	Text     []byte        // of a feeds file
	Warnings config.Errors // of what was mended or left out
	// Passwords are those that addresses carried, by the path of the file that Text
	// says they are in.
	Passwords map[string]config.Secret
}

// ImportOPML turns an OPML document into the text of a feeds file. path names
// the document in errors, secrets the directory for the files of passwords; without it
// none is taken over. What is damaged is mended where it can be, and a feed or an
// attribute that cannot be taken is left out, each with a warning; it is an error
// when nothing is left.
func ImportOPML(path string, data []byte, secrets string) (Imported, error) {
	f := config.File{Name: path, Path: path, Data: string(data)}
	l := &loader{seen: map[string]at{}}
	outlines, err := readOPML(data)
	if err != nil {
		if outlines, l.faults, err = salvage(f, err); err != nil {
			return Imported{}, config.Errors{{Path: path, Message: err.Error(), Remedy: "export the file again from your feed reader"}}
		}
	}
	out, users := Imported{Passwords: map[string]config.Secret{}}, map[string]basicAuth{}
	for i, o := range outlines {
		where := at{file: f, line: o.line, column: o.column, index: i}
		user := o.takeUser()
		if !l.save(o, where) || user == nil {
			continue
		}
		if secrets == "" {
			l.faults = append(l.faults, where.errorf("", "have the password written into a file with --secrets DIR, or write basic_auth by hand", "the feed is taken without the user name and password of its address: %s", o.url))
			continue
		}
		auth, id := basicAuth{Username: user.Username()}, l.feeds[len(l.feeds)-1].ID
		if password, _ := user.Password(); password != "" {
			auth.PasswordFile = filepath.Join(secrets, id)
			out.Passwords[auth.PasswordFile] = config.Secret(password)
		}
		users[id] = auth
	}
	err = l.faults.Err() // in the order of the lines
	if len(l.feeds) == 0 && err != nil {
		return Imported{}, err
	}
	out.Warnings = l.faults
	out.Text, err = l.text(path, users)
	return out, err
}

// takeUser takes the user out of the address, and out of a title that is the address.
func (o *outline) takeUser() *url.Userinfo {
	u, err := url.Parse(o.url)
	if err != nil || u.User == nil {
		return nil
	}
	user := u.User
	u.User = nil
	o.title = strings.ReplaceAll(o.title, o.url, u.String())
	o.url = u.String()
	return user
}

// save takes an outline over as far as nothing is wrong with it, and says what is
// left out. It reports whether the feed was taken.
func (l *loader) save(o outline, where at) bool {
	if faults := l.broken(o, where); len(faults) > 0 && (len(o.own) > 0 || o.language != "") {
		o.own, o.language = nil, ""
		if len(l.broken(o, where)) == 0 {
			for _, f := range faults {
				f.Remedy = "the feed is taken without what is said of it here: " + address.Redact(o.url)
			}
			l.faults = append(l.faults, faults...)
		}
	}
	before, taken := len(l.faults), len(l.feeds)
	e, err := o.entry(builtIn())
	if err != nil {
		l.faults = append(l.faults, where.errorf("", "", "%v", err))
	} else {
		l.add(e, where)
	}
	for _, f := range l.faults[before:] {
		f.Message = "the feed is left out: " + f.Message
	}
	return len(l.feeds) > taken
}

// broken is what is wrong with the attributes of an outline.
func (l *loader) broken(o outline, where at) config.Errors {
	e, err := o.entry(builtIn())
	if err != nil {
		return config.Errors{where.errorf("", "", "%v", err)}
	}
	_, faults := e.resolve(where)
	if _, err := e.verified(); err != nil {
		faults = append(faults, where.errorf("verified", "", "%v", err))
	}
	if first, taken := l.seen["id "+e.ID]; taken && e.ID != "" {
		faults = append(faults, where.errorf("id", "", "the same id as the feed at %s", first.position("id")))
	}
	return faults
}

// text is a file of the loader's feeds, with the users of those that have one, by id.
func (l *loader) text(path string, users map[string]basicAuth) ([]byte, error) {
	out := struct {
		Feeds []written `yaml:"feeds"`
	}{Feeds: []written{}}
	for i := range l.feeds {
		w := l.feeds[i].written(builtIn())
		user := users[l.feeds[i].ID]
		w.BasicAuth = writtenUser{user.Username, user.PasswordFile}
		out.Feeds = append(out.Feeds, w)
	}
	text, err := yaml.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("writing the feeds of %s: %w", path, err)
	}
	return text, nil
}

// opmlOutline is an outline as it is written.
type opmlOutline struct {
	XMLName  xml.Name       `xml:"outline"`
	Text     string         `xml:"text,attr"`
	Title    string         `xml:"title,attr,omitempty"`
	Type     string         `xml:"type,attr,omitempty"`
	URL      string         `xml:"xmlUrl,attr,omitempty"`
	Language string         `xml:"language,attr,omitempty"`
	Outlines []*opmlOutline `xml:",any"`

	ID             string `xml:"faultline:id,attr,omitempty"`
	Country        string `xml:"faultline:country,attr,omitempty"`
	Reliability    string `xml:"faultline:reliability,attr,omitempty"`
	Owner          string `xml:"faultline:owner,attr,omitempty"`
	Min            string `xml:"faultline:min,attr,omitempty"`
	Max            string `xml:"faultline:max,attr,omitempty"`
	AllowPrivate   bool   `xml:"faultline:allow_private,attr,omitempty"`
	AllowDowngrade bool   `xml:"faultline:allow_downgrade,attr,omitempty"`
	FullText       bool   `xml:"faultline:full_text,attr,omitempty"`
	Exercise       bool   `xml:"faultline:exercise,attr,omitempty"`
	Disabled       bool   `xml:"faultline:disabled,attr,omitempty"`
	Verified       string `xml:"faultline:verified,attr,omitempty"`
}

func newOutline(f *Listed) *opmlOutline {
	w := f.written(Defaults{})
	return &opmlOutline{
		Text: cmp.Or(w.Title, f.ID), Title: w.Title, Type: "rss", URL: w.URL, Language: w.Language,
		ID: f.ID, Country: w.Country, Reliability: w.Reliability, Owner: w.Owner, Min: w.Poll.Min, Max: w.Poll.Max,
		AllowPrivate: w.AllowPrivate, AllowDowngrade: w.AllowDowngrade, FullText: w.FullText, Exercise: w.Exercise, Disabled: w.Disabled, Verified: string(w.Verified),
	}
}

// ExportOPML writes feeds as OPML 2.0, each in the folders of its tags. Secrets
// are not part of it, but addresses are. It says all that holds for a feed, defaults included. It refuses more feeds than ImportOPML takes.
func ExportOPML(feeds []Listed) ([]byte, error) {
	if len(feeds) > maxOutlines {
		return nil, fmt.Errorf("%d feeds are more than the %d that an OPML file may have; copy feeds.yaml and feeds/ instead", len(feeds), maxOutlines)
	}
	var body opmlOutline
	for i := range feeds {
		folder := &body
		for _, tag := range feeds[i].Tags {
			folder = folder.folder(tag)
		}
		folder.Outlines = append(folder.Outlines, newOutline(&feeds[i]))
	}
	doc := struct {
		XMLName xml.Name       `xml:"opml"`
		Version string         `xml:"version,attr"`
		Own     string         `xml:"xmlns:faultline,attr"`
		Whole   bool           `xml:"faultline:complete,attr"`
		Title   string         `xml:"head>title"`
		Body    []*opmlOutline `xml:"body>outline"`
	}{Version: "2.0", Own: namespace, Whole: true, Title: "Faultline feeds", Body: body.Outlines}
	text, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing OPML: %w", err)
	}
	return append([]byte(xml.Header), append(text, '\n')...), nil
}

// folder returns the sub-folder of that name, which it makes when there is
// none.
func (o *opmlOutline) folder(name string) *opmlOutline {
	for _, sub := range o.Outlines {
		if sub.URL == "" && sub.Text == name {
			return sub
		}
	}
	sub := &opmlOutline{Text: name}
	o.Outlines = append(o.Outlines, sub)
	return sub
}
