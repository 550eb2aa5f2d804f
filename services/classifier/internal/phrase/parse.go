package phrase

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"faultline/services/classifier/internal/token"
)

// Limits of one phrase: beyond them a phrase is a mistake or an attack.
const (
	maxLength       = 500 // characters
	maxNesting      = 6   // brackets within brackets
	maxGap          = 20  // words
	maxAlternatives = 200 // in one bracket
	maxNodes        = 250 // after "~" is written out
	maxWidth        = 60  // words
	maxNear         = 3   // parts joined by "~"
	minPrefix       = 2   // letters before "*"
)

// SyntaxError says what is wrong with a phrase and where.
type SyntaxError struct {
	Offset  int // byte of the phrase
	Message string
	Remedy  string // what to write instead
}

// Error implements error.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("character %d: %s; %s", e.Offset+1, e.Message, e.Remedy)
}

// Parse reads a phrase. Errors are of type *SyntaxError.
func Parse(text string) (*Node, error) {
	if n := utf8.RuneCountInString(text); n > maxLength {
		return nil, &SyntaxError{0, fmt.Sprintf("the phrase has %d characters, more than %d", n, maxLength), "split it into several phrases"}
	}
	if !utf8.ValidString(text) {
		return nil, &SyntaxError{0, "the phrase is not valid UTF-8", "save the file as UTF-8"}
	}
	p := &parser{text: text}
	node, err := p.alternatives(0, 0, "")
	if err != nil {
		return nil, err
	}
	if p.pos < len(p.text) {
		return nil, p.errorf(p.pos, "write a matching opening bracket or remove it", "unexpected %q", p.text[p.pos])
	}
	return node, p.check(node)
}

type parser struct {
	text  string
	pos   int
	nodes int
}

func (p *parser) errorf(at int, remedy, format string, args ...any) error {
	return &SyntaxError{Offset: at, Message: fmt.Sprintf(format, args...), Remedy: remedy}
}

// check refuses phrases that are whole but cannot be matched.
func (p *parser) check(n *Node) error {
	if n.nullable() {
		return p.errorf(0, "add a word that must occur", "the phrase would match anything")
	}
	if w := n.width(); w > maxWidth {
		return p.errorf(0, "use smaller gaps or split the phrase", "the phrase can span %d words, more than %d", w, maxWidth)
	}
	for _, at := range []struct {
		edge func(*Node) *Node
		name string
	}{{firstGap, "begins"}, {lastGap, "ends"}} {
		if gap := at.edge(n); gap != nil {
			return p.errorf(gap.offset, "remove it, or put a word outside it", "the phrase %s with a gap", at.name)
		}
	}
	return nil
}

// firstGap is the gap a node can begin with, nil if none.
func firstGap(n *Node) *Node { return edgeGap(n, func(kids []*Node) []*Node { return kids }) }

func lastGap(n *Node) *Node {
	return edgeGap(n, func(kids []*Node) []*Node {
		kids = slices.Clone(kids)
		slices.Reverse(kids)
		return kids
	})
}

func edgeGap(n *Node, order func([]*Node) []*Node) *Node {
	if n.kind == kindGap {
		return n
	}
	for _, k := range order(n.kids) {
		if gap := edgeGap(k, order); gap != nil {
			return gap
		}
		switch {
		case n.kind == kindNear && k.nullable():
			return n // its gap
		case n.kind != kindAlt && n.kind != kindNear && !k.nullable():
			return nil
		}
	}
	return nil
}

// alternatives reads sequences separated by "|" up to a closing bracket, which
// it leaves unread. open is where the opening one stands.
func (p *parser) alternatives(depth, open int, closing string) (*Node, error) {
	if depth > maxNesting {
		return nil, p.errorf(p.pos, "use a list (@name) for the inner part", "brackets are nested more than %d deep", maxNesting)
	}
	at := p.pos
	var kids []*Node
	for {
		kid, err := p.sequence(depth)
		if err != nil {
			return nil, err
		}
		if kids = append(kids, kid); len(kids) > maxAlternatives {
			return nil, p.errorf(at, "use a list (@name)", "more than %d alternatives", maxAlternatives)
		}
		if !p.accept('|') {
			break
		}
	}
	if closing != "" && !strings.HasPrefix(p.text[p.pos:], closing) {
		return nil, p.errorf(open, "add it", "the bracket has no closing %q", closing)
	}
	if len(kids) == 1 {
		return kids[0], nil
	}
	return p.node(&Node{kind: kindAlt, kids: kids, offset: at})
}

func (p *parser) node(n *Node) (*Node, error) {
	if p.nodes++; p.nodes > maxNodes {
		return nil, p.errorf(n.offset, "split the phrase", "the phrase expands to more than %d parts", maxNodes)
	}
	return n, nil
}

func (p *parser) accept(c byte) bool {
	if p.pos < len(p.text) && p.text[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

func (p *parser) space() {
	p.pos = len(p.text) - len(strings.TrimLeftFunc(p.text[p.pos:], unicode.IsSpace))
}

// sequence reads parts up to "|" or a closing bracket.
func (p *parser) sequence(depth int) (*Node, error) {
	seq := &Node{kind: kindSeq, offset: p.pos}
	for p.space(); p.pos < len(p.text) && !strings.ContainsRune("|)]>", rune(p.text[p.pos])); p.space() {
		if p.text[p.pos] == '~' {
			if err := p.near(seq, depth); err != nil {
				return nil, err
			}
			continue
		}
		kid, err := p.part(depth)
		if err != nil {
			return nil, err
		}
		if n := len(seq.kids); kid.kind == kindGap && n > 0 && seq.kids[n-1].kind == kindGap {
			return nil, p.errorf(kid.offset, "add their numbers and write one", "two gaps follow each other")
		}
		seq.kids = append(seq.kids, kid)
	}
	switch len(seq.kids) {
	case 0:
		return nil, p.errorf(seq.offset, "write a word, or use [..] for what may be missing", "a part is empty")
	case 1:
		return seq.kids[0], nil
	}
	return p.node(seq)
}

// near reads "~N b", and "~N c" behind it, and joins them with the part before
// them, in any order.
func (p *parser) near(seq *Node, depth int) error {
	at := p.pos
	if len(seq.kids) == 0 {
		return p.errorf(at, "write a ~N b", "nothing stands before ~")
	}
	last := len(seq.kids) - 1
	near := &Node{kind: kindNear, offset: at, kids: []*Node{seq.kids[last]}}
	for p.space(); p.accept('~'); p.space() {
		gap, err := p.gap(p.pos - 1)
		if err != nil {
			return err
		}
		p.space()
		if p.pos >= len(p.text) || strings.ContainsRune("|)]>~", rune(p.text[p.pos])) {
			return p.errorf(at, "write a ~N b", "nothing stands after ~")
		}
		part, err := p.part(depth)
		if err != nil {
			return err
		}
		if near.n, near.kids = max(near.n, gap.n), append(near.kids, part); len(near.kids) > maxNear {
			return p.errorf(at, "split the phrase", "~ joins more than %d parts", maxNear)
		}
	}
	if slices.ContainsFunc(near.kids, func(k *Node) bool { return k.kind == kindGap }) {
		return p.errorf(at, "write a ~N b", "a gap stands beside ~")
	}
	near.walk(func(*Node) { p.nodes += factorial(len(near.kids)) - 1 }) // each is there in every order
	var err error
	seq.kids[last], err = p.node(near)
	return err
}

func factorial(n int) int {
	if n < 2 {
		return 1
	}
	return n * factorial(n-1)
}

// gap reads the number of a gap whose sign has been read.
func (p *parser) gap(at int) (*Node, error) {
	from := p.pos
	for p.pos < len(p.text) && '0' <= p.text[p.pos] && p.text[p.pos] <= '9' {
		p.pos++
	}
	n := 0
	for _, c := range p.text[from:min(p.pos, from+4)] {
		n = n*10 + int(c-'0')
	}
	switch {
	case p.pos == from:
		return nil, p.errorf(at, "write ..8 or ~8", "the gap has no number of words")
	case n > maxGap:
		return nil, p.errorf(at, fmt.Sprintf("use at most %d", maxGap), "the gap of %d words is too wide", n)
	}
	return p.node(&Node{kind: kindGap, n: n, offset: at})
}

// part reads one part of a sequence.
func (p *parser) part(depth int) (*Node, error) {
	at := p.pos
	switch {
	case strings.HasPrefix(p.text[at:], ".."):
		p.pos += 2
		return p.gap(at)
	case p.accept('('):
		return p.bracket(depth, at, ")")
	case p.accept('['):
		kid, err := p.bracket(depth, at, "]")
		if err != nil {
			return nil, err
		}
		return p.node(&Node{kind: kindOpt, kids: []*Node{kid}, offset: at})
	case p.accept('<'):
		return p.slot(depth, at)
	case p.accept('@'):
		return p.ref(at)
	}
	return p.word()
}

func (p *parser) bracket(depth, open int, closing string) (*Node, error) {
	kid, err := p.alternatives(depth+1, open, closing)
	p.pos++
	return kid, err
}

// slot reads "n>" or "actor: ...>".
func (p *parser) slot(depth, at int) (*Node, error) {
	if strings.HasPrefix(p.text[p.pos:], "n>") {
		p.pos += 2
		return p.node(&Node{kind: kindCount, offset: at})
	}
	name, _, found := strings.Cut(p.text[p.pos:], ":")
	switch name {
	case Actor, Target, Weapon, Place:
	default:
		return nil, p.errorf(at, "use <actor: ...>, <target: ...>, <weapon: ...>, <place: ...> or <n>", "unknown slot %q", strings.TrimSuffix(first(name, 20), ">"))
	}
	if !found {
		return nil, p.errorf(at, "write <"+name+": ...>", "the slot %q has no colon", name)
	}
	p.pos += len(name) + 1
	kid, err := p.bracket(depth, at, ">")
	if err != nil {
		return nil, err
	}
	return p.node(&Node{kind: kindSlot, text: name, kids: []*Node{kid}, offset: at})
}

func first(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}

// ref reads a name after "@".
func (p *parser) ref(at int) (*Node, error) {
	name := Name(p.text[p.pos:])
	p.pos += len(name)
	if name == "" {
		return nil, p.errorf(at, "write @name", "no name follows @")
	}
	return p.node(&Node{kind: kindRef, text: name, offset: at})
}

// Name is the name of a list, class or entity that a text begins with, as it
// stands behind "@".
func Name(text string) string {
	n := 0
	for n < len(text) && nameByte(text[n]) {
		n++
	}
	return text[:n]
}

func nameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == ':' || c == '_'
}

// expression reports whether ".*" of a regular expression stands where the word
// ends; a word that is cut short behind its full stop ("gov.*") is none.
func (p *parser) expression(word string) bool {
	if !strings.HasSuffix(word, ".") || !strings.HasPrefix(p.text[p.pos:], "*") {
		return false
	}
	next, _ := utf8.DecodeRuneInString(p.text[p.pos+1:])
	return word == "." || unicode.IsLetter(next) || unicode.IsDigit(next)
}

// word reads one word with its signs, which may fold to several.
func (p *parser) word() (*Node, error) {
	at := p.pos
	w := &Node{kind: kindWord, offset: at}
	if p.accept('=') {
		w.form = formExact
	}
	from := p.pos
	end := strings.IndexFunc(p.text[from:], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("()[]<>|~@*=", r) })
	if end < 0 {
		end = len(p.text) - from
	}
	p.pos += end
	raw := p.text[from:p.pos]
	if p.expression(raw) {
		return nil, p.errorf(p.pos-1, "use ..N for at most N words between", "a phrase is not a regular expression: .* has no meaning")
	}
	if p.accept('*') {
		if w.form == formExact {
			return nil, p.errorf(at, "use one of the two", "= and * exclude each other")
		}
		w.form = formPrefix
	}
	if p.pos < len(p.text) && p.pos > from && (p.text[p.pos] == '*' || p.text[p.pos] == '=') {
		return nil, p.errorf(p.pos, "put a space before it", "%q stands inside a word", p.text[p.pos])
	}
	words := token.Words(raw)
	if err := p.checkWord(at, raw, words, w); err != nil {
		return nil, err
	}
	if w.form == formExact {
		letters := []rune(raw)
		w.capital = unicode.IsUpper(letters[0])
		w.allCaps = w.capital && len(letters) > 1 && strings.ToUpper(raw) == raw
	}
	return p.compound(w, words)
}

func (p *parser) checkWord(at int, raw string, words []string, w *Node) error {
	if i := strings.IndexAny(raw, ",;:!?\"#$%^&{}\\/"); i >= 0 {
		return p.errorf(at+i, "remove it; use ..N to pass punctuation", "punctuation (%q) is not matched", raw[i])
	}
	if len(words) == 0 {
		if w.form == formPrefix {
			return p.errorf(at, "write the beginning of the word before *", "* stands alone")
		}
		return p.errorf(at, "write a word", "no word in %q", first(raw, 20))
	}
	if last := words[len(words)-1]; w.form == formPrefix && utf8.RuneCountInString(last) < minPrefix {
		return p.errorf(at, fmt.Sprintf("write at least %d letters before *", minPrefix), "the beginning %q is too short", last)
	}
	return nil
}

// compound turns a word with hyphens into its parts side by side or written as
// one word.
func (p *parser) compound(w *Node, words []string) (*Node, error) {
	if len(words) == 1 {
		w.setText(words[0])
		return p.node(w)
	}
	seq := &Node{kind: kindSeq, offset: w.offset}
	for i, text := range words {
		part := *w
		part.setText(text)
		if w.form == formPrefix && i < len(words)-1 {
			part.form = formExact
		}
		kid, err := p.node(&part)
		if err != nil {
			return nil, err
		}
		seq.kids = append(seq.kids, kid)
	}
	joined := *w
	joined.setText(strings.Join(words, ""))
	return p.node(&Node{kind: kindAlt, kids: []*Node{seq, &joined}, offset: w.offset})
}
