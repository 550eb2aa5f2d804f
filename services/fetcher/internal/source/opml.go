package source

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"golang.org/x/net/html/charset"

	"faultline/pkg/config"
)

// Bounds of an OPML file. They are far above what a desk has.
const (
	maxFolders  = 32
	maxOutlines = 20_000
)

// outline is one feed of an OPML file.
type outline struct {
	url, title, language string
	folders              []string // outermost first
	line, column         int
}

// opml reads one OPML file over the base. Folders become tags.
func (l *loader) opml(f config.File, base Defaults) {
	outlines, err := readOPML(f.Data)
	for _, o := range outlines {
		e := entry{URL: o.url, Title: o.title, Defaults: base}
		e.Tags = append(slices.Clone(base.Tags), o.folders...)
		if o.language != "" {
			e.Language = o.language
		}
		l.add(e, at{file: f, line: o.line, column: o.column})
	}
	if err != nil {
		l.faults = append(l.faults, &config.Error{Path: f.Path, Message: err.Error(), Remedy: "export the file again from your feed reader"})
	}
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
		r.root = true
		if t.Name.Local == "outline" {
			return r.start(t, line, column)
		}
	case xml.EndElement:
		if t.Name.Local == "outline" && len(r.open) > 0 {
			r.open = r.open[:len(r.open)-1]
		}
	}
	return nil
}

func (r *opmlReader) start(t xml.StartElement, line, column int) error {
	var o outline
	var text, folder string
	for _, a := range t.Attr {
		switch strings.ToLower(a.Name.Local) {
		case "xmlurl":
			o.url = strings.TrimSpace(a.Value)
		case "title":
			o.title = strings.TrimSpace(a.Value)
		case "text":
			text = strings.TrimSpace(a.Value)
		case "language":
			o.language = strings.TrimSpace(a.Value)
		}
	}
	if o.title == "" {
		o.title = text
	}
	if o.url != "" {
		o.line, o.column = line, column
		o.folders = slices.DeleteFunc(slices.Clone(r.open), func(s string) bool { return s == "" })
		r.found = append(r.found, o)
	} else {
		folder = o.title
	}
	r.open = append(r.open, folder)
	switch {
	case len(r.open) > maxFolders:
		return fmt.Errorf("the folders are nested deeper than %d", maxFolders)
	case len(r.found) > maxOutlines:
		return fmt.Errorf("there are more than %d feeds", maxOutlines)
	}
	return nil
}

// ImportOPML turns an OPML document into the text of a feeds file. path names
// the document in errors.
func ImportOPML(path string, data []byte) ([]byte, error) {
	l := &loader{seen: map[string]at{}}
	l.opml(config.File{Name: path, Path: path, Data: data}, builtIn())
	if err := l.faults.Err(); err != nil {
		return nil, err
	}
	type written struct {
		URL      string   `yaml:"url"`
		Title    string   `yaml:"title,omitempty"`
		Language string   `yaml:"language,omitempty"`
		Tags     []string `yaml:"tags,omitempty,flow"`
	}
	out := struct {
		Feeds []written `yaml:"feeds"`
	}{Feeds: []written{}}
	for _, f := range l.feeds {
		out.Feeds = append(out.Feeds, written{f.URL, f.Title, f.Language, f.Tags})
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
}

// ExportOPML writes feeds as OPML 2.0, each in the folders of its tags. Secrets
// are not part of it, but addresses are.
func ExportOPML(feeds []Feed) ([]byte, error) {
	var body opmlOutline
	for _, f := range feeds {
		folder := &body
		for _, tag := range f.Tags {
			folder = folder.folder(tag)
		}
		title := f.Title
		if title == "" {
			title = f.ID
		}
		folder.Outlines = append(folder.Outlines, &opmlOutline{Text: title, Title: f.Title, Type: "rss", URL: f.URL, Language: f.Language})
	}
	doc := struct {
		XMLName xml.Name       `xml:"opml"`
		Version string         `xml:"version,attr"`
		Title   string         `xml:"head>title"`
		Body    []*opmlOutline `xml:"body>outline"`
	}{Version: "2.0", Title: "Faultline feeds", Body: body.Outlines}
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
