package notify_test

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"faultline/services/alerter/internal/sinktest"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
	"golang.org/x/net/html"
)

// finder looks for what would act in a message, which it reads as the channel's
// own clients do. The links of the reports are allowed.
type finder struct {
	own   []string // the links of the reports
	found []string
}

func (f *finder) add(format string, args ...any) {
	f.found = append(f.found, fmt.Sprintf(format, args...))
}

// read reads a message of a kind of channel.
func (f *finder) read(t *testing.T, kind string, m sinktest.Message) {
	t.Helper()
	if kind == "email" {
		f.mail(t, m)
		return
	}
	if !utf8.ValidString(m.Body) {
		f.add("invalid UTF-8")
	}
	var doc any
	if err := json.Unmarshal([]byte(m.Body), &doc); err != nil {
		f.add("invalid JSON: %v", err)
		return
	}
	walk(doc, "", func(path, value string) { f.field(kind, path, value) })
}

// walk visits every string of a JSON document with the keys that lead to it.
func walk(v any, path string, visit func(path, value string)) {
	switch v := v.(type) {
	case map[string]any:
		for key, one := range v {
			walk(one, path+"."+key, visit)
		}
	case []any:
		for _, one := range v {
			walk(one, path, visit)
		}
	case string:
		visit(path, v)
	}
}

// field reads one string of a JSON message.
func (f *finder) field(kind, path, value string) {
	f.characters(value)
	key := path[strings.LastIndexByte(path, '.')+1:]
	switch key {
	case "title_link", "click", "client_url", "generatorURL", "externalURL":
		f.link(value)
		return
	case "$schema", "contentType", "channel", "room", "topic", "groupKey", "mrkdwn_in", "color", "msgtype", "format":
		return
	}
	switch {
	case kind == "webhook": // a machine reads text as text
	case kind == "slack":
		f.mrkdwn(value)
	case kind == "telegram" && key == "text", key == "formatted_body":
		f.markup(value, "b", "i", "a", "br")
	case slices.Contains([]string{"discord", "mattermost", "msteamsv2"}, kind):
		f.markdown(value)
	default:
		f.plain(value)
	}
}

// characters finds what readers cannot see, but for our own breaker.
func (f *finder) characters(value string) {
	for _, r := range value {
		if r != '\n' && r != '\t' && r != '\r' && r != '\u200b' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co) || r == utf8.RuneError {
			f.add("the character %U", r)
			return
		}
	}
}

// link finds one that is not of a report. Readers of Markdown end some links early.
func (f *finder) link(address string) {
	if address != "" && !slices.ContainsFunc(f.own, func(own string) bool {
		return own == address || strings.HasPrefix(own, address) && strings.Count(address, "/") > 2
	}) {
		f.add("a link to %q", address)
	}
}

// acting is what clients make a link, a mention, a topic or a command of by
// themselves.
var acting = regexp.MustCompile(`(?i)[\pL][\pL\pN+.-]*:/+\S|\b(mailto|tel|sms|javascript|data|vbscript|file):[^\s\x{200b}]|` +
	`[\pL\pN_-][.。．｡]\pL[\pL\pN-]|[@＠﹫][\pL\pN_]|[#＃][\pL\pN_]|(^|[\s(])/[a-z]+|(^|\s)\$[a-z]`)

// plain finds what clients make of plain text.
func (f *finder) plain(value string) {
	for _, own := range f.own { // the longest first
		value = strings.ReplaceAll(value, own, " ")
	}
	if at := acting.FindString(value); at != "" {
		f.add("%q", at)
	}
}

// mrkdwn reads Slack's markup: what stands in angle brackets is a link or a mention,
// and three characters are entities.
func (f *finder) mrkdwn(value string) {
	token := regexp.MustCompile(`<([^<>]*)>`)
	for _, m := range token.FindAllStringSubmatch(value, -1) {
		address, words, _ := strings.Cut(m[1], "|")
		f.link(strings.ReplaceAll(address, "&amp;", "&"))
		f.plain(html.UnescapeString(words))
	}
	rest := token.ReplaceAllString(value, " ")
	if strings.ContainsAny(rest, "<>") {
		f.add("an open bracket in %.40q", rest)
	}
	if bare := regexp.MustCompile(`&(amp;|lt;|gt;)?`).FindAllString(rest, -1); slices.Contains(bare, "&") {
		f.add("a bare ampersand in %.40q", rest)
	}
	f.plain(strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(rest))
}

// markdown reads CommonMark with the extensions of chats.
func (f *finder) markdown(value string) {
	source := []byte(value)
	doc := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(source))
	var words strings.Builder
	err := ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			f.link(string(n.Destination))
		case *ast.AutoLink:
			f.link(string(n.URL(source)))
		case *ast.Image, *ast.RawHTML, *ast.HTMLBlock, *ast.CodeSpan, *ast.FencedCodeBlock, *ast.Heading, *ast.Blockquote:
			f.add("a %s", n.Kind())
		case *ast.Text:
			words.Write(n.Value(source))
			if n.SoftLineBreak() {
				words.WriteByte('\n')
			}
		case *ast.Paragraph, *ast.ListItem:
			words.WriteByte('\n')
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		f.add("%v", err)
	}
	f.plain(regexp.MustCompile(`\\([[:punct:]])`).ReplaceAllString(words.String(), "$1"))
	if bad := regexp.MustCompile(`(^|[^\\])(\\\\)*(\|\||<[@#!:a-zA-Z/])`).FindString(value); bad != "" {
		f.add("%q", bad)
	}
}

// markup reads HTML with none but some elements.
func (f *finder) markup(value string, allowed ...string) {
	tokens := html.NewTokenizer(strings.NewReader(value))
	var words strings.Builder
	var open []string
	for {
		kind := tokens.Next()
		token := tokens.Token()
		switch kind {
		case html.ErrorToken:
			if len(open) > 0 {
				f.add("the open elements %q", open)
			}
			f.plain(words.String())
			return
		case html.TextToken:
			words.WriteString(token.Data + "\n")
		case html.CommentToken:
			f.add("a comment")
		case html.StartTagToken, html.SelfClosingTagToken:
			f.element(token, allowed)
			if token.Data != "br" {
				open = append(open, token.Data)
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				f.add("the end of %q", token.Data)
				return
			}
			open = open[:len(open)-1]
		}
	}
}

func (f *finder) element(token html.Token, allowed []string) {
	if !slices.Contains(allowed, token.Data) {
		f.add("the element %q", token.Data)
	}
	for _, a := range token.Attr {
		switch a.Key {
		case "href":
			f.link(a.Val)
		case "style", "class", "lang", "role", "cellpadding", "cellspacing":
			if strings.Contains(a.Val, "url(") {
				f.add("the style %q", a.Val)
			}
		default:
			f.add("the attribute %q", a.Key)
		}
	}
}

// mail reads a letter: its headers and both parts.
func (f *finder) mail(t *testing.T, m sinktest.Message) {
	t.Helper()
	letter, err := mail.ReadMessage(strings.NewReader(m.Body))
	if err != nil {
		f.add("no mail: %v", err)
		return
	}
	for name, values := range letter.Header {
		known := []string{"Auto-Submitted", "Content-Type", "Date", "From", "In-Reply-To", "Message-Id", "Mime-Version", "References", "Subject", "To"}
		if !slices.Contains(known, name) || len(values) != 1 {
			f.add("the header %s %q", name, values)
		}
	}
	if from, to := letter.Header.Get("From"), letter.Header.Get("To"); !strings.HasSuffix(from, "<faultline@desk.example>") || to != "desk@desk.example" {
		f.add("From %q, To %q", from, to)
	}
	shown := readMail(t, m)
	head, body, _ := strings.Cut(shown, "\n=== ")
	subject := regexp.MustCompile(`(?m)^Subject: (.*)$`).FindStringSubmatch(head)
	plain, page, two := strings.Cut(body, "\n=== ")
	if !two || subject == nil || strings.Contains(page, "\n=== ") {
		f.add("not two parts")
		return
	}
	f.characters(shown)
	f.plain(subject[1])
	_, plain, _ = strings.Cut(plain, "===")
	_, page, _ = strings.Cut(page, "===")
	f.plain(plain)
	page = regexp.MustCompile(`(?i)<!DOCTYPE html>|<br>`).ReplaceAllString(page, "")
	f.markup(page, "html", "head", "title", "body", "div", "h2", "h3", "p", "b", "ul", "li", "a", "table", "tr", "td")
}
