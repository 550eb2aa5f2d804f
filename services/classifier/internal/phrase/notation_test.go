package phrase

import (
	"strings"
	"testing"
)

// cases are phrases, each with texts and what is found in them.
type cases []struct {
	phrase string
	found  map[string]string // by text
}

func (all cases) run(t *testing.T) {
	t.Helper()
	for _, c := range all {
		p := program(t, c.phrase)
		for text, want := range c.found {
			if got := found(p, text); got != want {
				t.Errorf("%q in %q\n got %q\nwant %q", c.phrase, text, got, want)
			}
		}
	}
}

func TestGaps(t *testing.T) {
	cases{
		{"gunmen ..3 governor", map[string]string{
			"gunmen governor":                          "gunmen governor",
			"gunmen seized the governor":               "gunmen seized the governor",
			"gunmen a b c governor":                    "gunmen a b c governor",
			"gunmen a b c d governor":                  "",
			"gunmen, a, b governor":                    "gunmen, a, b governor",
			"gunmen (a) governor":                      "gunmen (a) governor",
			"gunmen; governor":                         "gunmen; governor",
			"Gunmen came. Governor left":               "",
			"Gunmen came! Governor left":               "",
			"Gunmen\n\nGovernor":                       "",
			"Gunmen\nGovernor":                         "Gunmen\nGovernor",
			"Gunmen of Gen. Kurbanov governor":         "Gunmen of Gen. Kurbanov governor",
			"governor gunmen":                          "",
			"gunmen gunmen governor":                   "gunmen gunmen governor; gunmen governor",
			"gunmen took governor, gunmen took mayors": "gunmen took governor",
		}},
		{"gunmen ..0 governor", map[string]string{"gunmen, governor": "gunmen, governor", "gunmen governor": "gunmen governor", "gunmen a governor": ""}},
		{"a ..1 b ..1 c", map[string]string{"a b c": "a b c", "a x b y c": "a x b y c", "a x x b c": "", "a b xx. Cc C": ""}},
		{"a [..2 big] b", map[string]string{"a b": "a b", "a very big b": "a very big b", "a very b": ""}},
	}.run(t)
}

func TestNear(t *testing.T) {
	cases{
		{"price* ~3 protest", map[string]string{
			"prices rose, protests":                    "prices rose, protests",
			"protest over the prices":                  "protest over the prices",
			"protest over high and rising prices":      "",
			"Protest. Prices":                          "",
			"prices":                                   "",
			"protests price protest":                   "price protest",
			"protest against these new prices. Prices": "protest against these new prices", "protest against all these new prices": "",
		}},
		{"(fuel|food) ~2 (price*|tariff*)", map[string]string{"price of fuel": "price of fuel", "food prices": "food prices", "tariffs on the food": "tariffs on the food", "fuel food": ""}},
		{"a ~1 b ~1 c", map[string]string{
			"a b c": "a b c", "c x b x a": "c x b x a", "b, a c": "b, a c", "c a b": "c a b", "b c a": "b c a", "a c x b": "a c x b",
			"a b x x c": "", "a b": "", "c b b": "",
		}},
		{"x a ~1 (b|d e) ~0 c", map[string]string{"x c d e a": "x c d e a", "x d e a x c": "x d e a x c", "c x d e a": "", "x c d a": ""}},
		{"a ~1 b c", map[string]string{"a b c": "a b c", "b a c": "b a c", "b c a": ""}},
	}.run(t)
}

func TestForms(t *testing.T) {
	cases{
		{"=US", map[string]string{"us": "", "Us": "", "US": "US", "U.S.": "U.S.", "the U.S.-led": "U.S."}},
		{"=May", map[string]string{"may": "", "May": "May", "MAY": "MAY", "mays": ""}},
		{"=strike", map[string]string{"strike": "strike", "Strike": "Strike", "STRIKE": "STRIKE", "strikes": "", "striker": ""}},
		{"kidnap*", map[string]string{"kidnap": "kidnap", "KIDNAPPERS": "KIDNAPPERS", "unkidnap": "", "kid nap": "", "kid-napped": "kid-napped"}},
		{"столкновени*", map[string]string{"Столкновения": "Столкновения", "столкновениях": "столкновениях", "столкнулись": ""}},
		{"ёлка", map[string]string{"елка": "елка", "Ёлка": "Ёлка", "е\u0308лка": "е\u0308лка"}},
		{"o'zbek", map[string]string{"oʻzbek": "oʻzbek", "O‘zbek": "O‘zbek", "ozbek": "ozbek", "o zbek": ""}},
		{"anti-government", map[string]string{"anti-government": "anti-government", "antigovernment": "antigovernment", "anti government": "anti government", "government": ""}},
		{"=taken hostage", map[string]string{"taken hostages": "taken hostages", "take hostage": "", "Taken hostage": "Taken hostage"}},
		{"ceasefire*", map[string]string{"cease-fires": "cease-fires", "cease fire": ""}},
		{"МВД", map[string]string{"мвд": "мвд", "МВД": "МВД"}},
		{"=МВД", map[string]string{"мвд": "", "МВД": "МВД"}},
		{"Jalal-Abad", map[string]string{"Jalalabad": "Jalalabad", "Jalal-Abad": "Jalal-Abad", "jalal abad": "jalal abad"}},
		{"奥什", map[string]string{"奥什市": "奥什", "奥 什": "奥 什", "什奥": ""}},
	}.run(t)
}

func TestChoices(t *testing.T) {
	cases{
		{"(set fire|torch) ..2 (shop|car)", map[string]string{"set fire to a shop": "set fire to a shop", "torched cars": "torched cars", "set a shop": "", "fire shop": ""}},
		{"((a|b) c|d (e|f g)) h", map[string]string{"a c h": "a c h", "b c h": "b c h", "d e h": "d e h", "d f g h": "d f g h", "d f h": "", "a h": ""}},
		{"(a|a b) c", map[string]string{"a c": "a c", "a b c": "a b c"}},
		{"a [b [c]] d", map[string]string{"a d": "a d", "a b d": "a b d", "a b c d": "a b c d", "a c d": ""}},
		{"[a|b] c [d]", map[string]string{"c": "c", "b c": "b c", "a c d": "a c d", "a, c": "c"}},
		{"(=US|=UN) troops", map[string]string{"us troops": "", "UN troops": "UN troops", "U.S. troops": "U.S. troops"}},
		{"(police|@vip) left", map[string]string{"police left": "police left", "governor left": "governor left", "prime minister left": "prime minister left", "minister left": ""}},
	}.run(t)
}

func TestSlots(t *testing.T) {
	cases{
		{"<actor: gunmen> ..3 <target: @vip>", map[string]string{
			"gunmen seized the prime minister": "gunmen seized the prime minister <target:prime minister> <actor:gunmen>",
			"gunmen, governor":                 "gunmen, governor <target:governor> <actor:gunmen>",
		}},
		{"<target: (old|young) men> ..2 <weapon: [machine] gun>", map[string]string{
			"young men with machine gun": "young men with machine gun <weapon:machine gun> <target:young men>",
			"old men, gun":               "old men, gun <weapon:gun> <target:old men>",
		}},
		{"beat ..1 <target: @police|<actor: thieves>>", map[string]string{"beat riot police": "beat riot police <target:riot police>"}},
		{"(<actor: @police> fired|fired at <target: @police>)", map[string]string{"fired at riot police": "fired at riot police <target:riot police>", "OMON fired": "OMON fired <actor:OMON>"}},
		{"[<place: osh>] riot", map[string]string{"Osh riot": "Osh riot <place:Osh>", "riot": "riot"}},
		{"<actor: @police> ..4 fired", map[string]string{"riot police then fired": "riot police then fired <actor:riot police>"}},
	}.run(t)
}

func TestCountsInPhrases(t *testing.T) {
	cases{
		{"<n> [people] killed", map[string]string{"12 killed": "12 killed", "12 people killed": "12 people killed", "twelve killed": "", "12, killed": ""}},
		{"killed ..1 <n>", map[string]string{"killed 12": "killed 12", "killed, 12": "killed, 12", "killed some of 12": "", "Killed. 12": ""}},
		{"(<n>|many) dead", map[string]string{"12 dead": "12 dead", "many dead": "many dead", "dead": ""}},
	}.run(t)
}

// What is written between brackets may be spaced freely.
func TestSpacing(t *testing.T) {
	for _, phrase := range []string{"(a|b) ..2 c", "( a | b )  ..2  c", "\t(a|b) ..2 c ", "(a|b)..2 c"} {
		if got := found(program(t, phrase), "b x c"); got != "b x c" {
			t.Errorf("%q finds %q", phrase, got)
		}
	}
}

// A phrase that could match in many ways is reported once for a place.
func TestOneHitForAPlace(t *testing.T) {
	p := program(t, "(police|@police|polic*) ..3 fired")
	if got := found(p, "police fired"); got != "police fired" {
		t.Errorf("got %q", got)
	}
	p = program(t, "clash")
	if n := strings.Count(found(p, strings.Repeat("clash ", 100)), "clash"); n != maxHitsPerPhrase {
		t.Errorf("%d hits of 100, want %d", n, maxHitsPerPhrase)
	}
}

// The costs by which the rarest word is looked for first.
func TestAnchors(t *testing.T) {
	for phrase, anchor := range map[string]string{
		"the governor of osh": "governor", "police ..3 kidnap": "kidnap", "(the|a) massacre": "massacre", "<actor: people> ..2 rioted": "rioted", "президент ..3 свергнут": "свергнут", "@police massacred": "massacred",
	} {
		b := NewBuilder(nil)
		n := mustParse(t, phrase)
		best, cost := "", 1<<30
		n.walk(func(k *Node) {
			if k.kind == kindWord && startCost(k) < cost {
				best, cost = k.text, startCost(k)
			}
		})
		c, _, _ := b.compile(n)
		if best != anchor || b.parts.anchorOf(&c.sides).id != b.dict.feature(formStem, anchor) {
			t.Errorf("%q is looked for by %q, want %q", phrase, best, anchor)
		}
	}
}
