package fulltext

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"faultline/services/fetcher/internal/costtest"
)

const (
	headline = "Fire destroys the central market in Osh"
	lead     = "A fire destroyed most of the central market in Osh on Monday night, the emergencies ministry said."
	body     = "<p>" + lead + "</p>" +
		"<p>More than four hundred stalls burned down before the flames were put out, and traders stood in the street with what they had saved.</p>" +
		"<p>Nobody was hurt. The cause is not known yet; an inquiry has begun, and the governor promised help to the families who lost their goods.</p>"
)

func item() Item { return Item{Title: headline, Text: lead} }

// page is an article as outlets serve it: among menus, notices and scripts.
func page(head, article string) string {
	return "<!doctype html><html lang=en><head><title>" + headline + " - The Outlet</title>" + head + "</head><body>" +
		"<header><nav><ul><li><a href=/>Home</a></li><li><a href=/world>World</a></li><li><a href=/sport>Sport</a></li></ul></nav></header>" +
		"<div class=cookie-banner><p>We use cookies to make the site better. <button>Accept all</button></p></div>" +
		"<script>var tracked = '<p>never shown</p>'</script>" +
		"<main><article><h1>" + headline + "</h1>" + article + "</article></main>" +
		"<aside class=related><ul><li><a href=/a>Other news of today</a></li></ul></aside>" +
		"<footer><p>All rights reserved.</p></footer></body></html>"
}

func served(text string) Page {
	return Page{Body: []byte(text), ContentType: "text/html", URL: "https://outlet.example/osh"}
}

func wantReason(t *testing.T, p Page, i Item, want Reason) {
	t.Helper()
	text, err := Extract(p, i)
	refusal, ok := errors.AsType[*Refusal](err)
	if !ok || refusal.Reason != want || !strings.HasPrefix(err.Error(), string(want)) {
		t.Errorf("got %q, %v; want %s", text.Body, err, want)
	}
}

func TestExtract(t *testing.T) {
	text, err := Extract(served(page("", body)), item())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{lead + "\n", "four hundred stalls", "lost their goods."} {
		if !strings.Contains(text.Body, want) {
			t.Errorf("%q is missing in %q", want, text.Body)
		}
	}
	for _, not := range []string{"cookies", "Sport", "rights reserved", "never shown", "Other news", "<"} {
		if strings.Contains(text.Body, not) {
			t.Errorf("%q is in %q", not, text.Body)
		}
	}
	if text.Truncated {
		t.Error("marked as cut")
	}
}

func TestNoticesAboutCookiesAroundTheArticleStay(t *testing.T) {
	for _, head := range []string{"<body class=cookies-accepted>", "<body><div id=cookie-page>", "<body><div class=gdpr><article>"} {
		if _, err := Extract(served(head+"<h1>"+headline+"</h1>"+body), item()); err != nil {
			t.Errorf("%s: %v", head, err)
		}
	}
}

func TestExtractReadsCharsets(t *testing.T) {
	const title = "Пожар уничтожил центральный рынок в Оше"
	russian := "<p>Пожар уничтожил большую часть центрального рынка в Оше в ночь на вторник, сообщило министерство чрезвычайных ситуаций республики.</p>" +
		"<p>Сгорело более четырёхсот торговых мест, прежде чем огонь удалось потушить; торговцы вынесли на улицу то, что успели спасти из своих рядов.</p>"
	encoded, err := charmap.Windows1251.NewEncoder().String(page("", russian))
	if err != nil {
		t.Fatal(err)
	}
	declare := func(meta string) string { return strings.Replace(encoded, "<head>", "<head>"+meta, 1) }
	for name, p := range map[string]Page{
		"by the header":     {Body: []byte(encoded), ContentType: "text/html; charset=windows-1251"},
		"by a meta element": {Body: []byte(declare(`<meta charset="windows-1251">`)), ContentType: "text/html"},
		"by the older form": {Body: []byte(declare(`<meta name=x><META http-equiv='Content-Type' content='text/html; charset=windows-1251'/>`))},
		"not at all":        {Body: []byte(encoded), ContentType: "text/html"},
		"wrongly":           {Body: []byte(page("<meta charset=koi8-r>", russian)), ContentType: "text/html; charset=UTF-8"},
	} {
		p.URL = "https://outlet.example/osh"
		text, err := Extract(p, Item{Title: title})
		if err != nil || !strings.Contains(text.Body, "четырёхсот торговых мест") {
			t.Errorf("%s: got %q, %v", name, text.Body, err)
		}
	}
}

func TestFaultPagesWithoutAnArticle(t *testing.T) {
	consent := "<p>" + strings.Repeat("Our partners and we store and read information on your device, such as identifiers in cookies, to show you advertisements. ", 3) + "</p>"
	login := "<form><p>" + strings.Repeat("Please sign in with your subscriber account, or create one in a minute, to read on without any limits on all your devices. ", 3) + "</p><input type=password></form>"
	front := strings.Repeat("<p>Parliament votes on the budget today; the opposition announced that it would leave the chamber before the vote was taken.</p>", 4)
	turkish := strings.Repeat("<p>Oş kentindeki merkez çarşıda pazartesi gecesi çıkan yangında dört yüzden fazla dükkân kül oldu, esnaf sokakta bekledi.</p>", 3)
	for name, c := range map[string]struct {
		page   Page
		reason Reason
	}{
		"filled by a script":          {served(page("", "<div id=root></div><noscript>Please turn JavaScript on.</noscript>")), Short},
		"no page at all":              {served(""), Short},
		"a consent wall":              {served("<html><body>" + consent + "</body></html>"), Unrelated},
		"a log-in page":               {served("<html><body>" + login + "</body></html>"), Unrelated},
		"the front page":              {served("<html><body><article>" + front + "</article></body></html>"), Unrelated},
		"the Turkish edition":         {served("<html><body><article>" + turkish + "</article></body></html>"), Unrelated},
		"one sentence":                {served(page("", "<p>A fire destroyed the market in Osh.</p>")), Short},
		"a picture":                   {Page{Body: []byte("\xFF\xD8\xFF"), ContentType: "image/jpeg"}, NotHTML},
		"noarchive in a meta element": {served(page(`<meta name="Robots" content="max-snippet:-1, NOARCHIVE">`, body)), NoArchive},
		"an address that is none":     {Page{Body: []byte(page("", body)), URL: "http://[::1"}, Unreadable},
		"elements without end":        {served("<body>" + strings.Repeat("<p>x</p>", 3*maxElements)), TooComplex},
		"elements nested without end": {served("<body>" + strings.Repeat("<div>", maxElements)), Unreadable},
		"elements that multiply":      {served("<body>" + strings.Repeat("<b><i><p>word", 6000)), Unreadable},
	} {
		t.Run(name, func(t *testing.T) { wantReason(t, c.page, item(), c.reason) })
	}
}

func TestNoArchiveHeader(t *testing.T) {
	p := served(page("", body))
	for directives, want := range map[string]bool{
		"noarchive": true, "NoArchive, nofollow": true, "otherbot: noarchive": true, "unavailable_after: 25 Jun 2030 15:00:00 PST,noarchive": true,
		"": false, "noindex": false, "all": false, "noarchived": false,
	} {
		p.Robots = directives
		_, err := Extract(p, item())
		if refused := err != nil; refused != want {
			t.Errorf("%q: got %v", directives, err)
		}
	}
}

func TestExtractComparesWithTheFeed(t *testing.T) {
	p := served(page("", body))
	wantReason(t, p, Item{Title: headline, Text: strings.Repeat(lead+" ", 20)}, Shorter)
	wantReason(t, p, Item{Title: "Пожар уничтожил центральный рынок в городе Ош"}, Language)
	wantReason(t, p, Item{Title: "Parliament postpones budget debate again", Text: "Deputies could not agree on the agenda."}, Unrelated)
	for name, i := range map[string]Item{
		"a headline alone":                   {Title: headline},
		"a headline that is a pun":           {Title: "Up in smoke", Text: lead},
		"a headline in other forms of words": {Title: "Market in Osh: traders, family, stall owners, fires"},
		"nothing to compare with":            {},
		"one word":                           {Title: "Osh"},
	} {
		if _, err := Extract(p, i); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRelatedInScriptsWithoutSpaces(t *testing.T) {
	const chinese = "吉尔吉斯斯坦南部城市奥什的中心市场星期一晚上发生火灾,四百多个摊位被烧毁,没有人员伤亡。"
	if !related(chinese, Item{Title: "奥什中心市场发生火灾"}) {
		t.Error("an article is not its headline's")
	}
	if related(chinese, Item{Title: "议会今天讨论明年预算草案"}) {
		t.Error("an article is another headline's")
	}
	if script(chinese) != script("ひらがなとカタカナ") || script("ქართული") != "Georgian" || script("123") != "" {
		t.Error("scripts are not told apart")
	}
}

func TestFaultSizeOfAnArticle(t *testing.T) {
	long := strings.Repeat("<p>"+lead+" Офицеры ждали.</p>", 2000)
	text, err := Extract(served(page("", long)), item())
	if err != nil || !text.Truncated || len(text.Body) > limit || !strings.HasSuffix(text.Body, "…") || !utf8.ValidString(text.Body) {
		t.Errorf("got %d bytes, %v, %v", len(text.Body), text.Truncated, err)
	}
}

func TestPanicsOfTheLibraryAreErrors(t *testing.T) {
	if _, err := readable(nil, "https://outlet.example/"); !errors.Is(err, errPanic) {
		t.Errorf("got %v", err)
	}
	refusal := &Refusal{Reason: Unreadable, Cause: fmt.Errorf("%w: why", errPanic)}
	if !errors.Is(refusal, errPanic) || !strings.Contains(refusal.Error(), "why") {
		t.Errorf("got %v", refusal)
	}
}

func FuzzExtract(f *testing.F) {
	f.Add([]byte(page("", body)), headline)
	f.Add([]byte("<table><tr><td><table><p><b><i></table>"+strings.Repeat(lead, 9)), "")
	f.Add([]byte("<meta charset=utf-16><svg><math><template><frameset>"), "title")
	f.Add([]byte(strings.Repeat("<a><p>", 600)), "Ош")
	f.Fuzz(func(t *testing.T, data []byte, title string) {
		var text Text
		var err error
		costtest.Bound(t, func() { text, err = Extract(served(string(data)), Item{Title: title}) })
		if errors.Is(err, errPanic) {
			t.Fatal(err)
		}
		if len(text.Body) > limit || !utf8.ValidString(text.Body) {
			t.Errorf("%d bytes", len(text.Body))
		}
	})
}
