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

// Parse reads a phrase. Errors are of type *SyntaxError. Use a Parser to read many.
func Parse(text string) (*Node, error) { return new(Parser).Parse(text) }

// Parser reads phrases one after the other. What it makes of them lies together, and in
// memory as long as one of them does.
type Parser struct {
	text   string
	pos    int
	nodes  int // of the phrase
	cutter token.Cutter
	open   []*Node // what is read of the sequences and alternatives in hand
	slab   []Node  // for nodes
	lists  []*Node // for their kids
}

// Parse reads a phrase. Errors are of type *SyntaxError.
func (p *Parser) Parse(text string) (*Node, error) {
	if n := utf8.RuneCountInString(text); n > maxLength {
		return nil, &SyntaxError{0, fmt.Sprintf("the phrase has %d characters, more than %d", n, maxLength), "split it into several phrases"}
	}
	if !utf8.ValidString(text) {
		return nil, &SyntaxError{0, "the phrase is not valid UTF-8", "save the file as UTF-8"}
	}
	p.text, p.pos, p.nodes, p.open = text, 0, 0, p.open[:0]
	node, err := p.alternatives(0, 0, "")
	if err != nil {
		return nil, err
	}
	if p.pos < len(p.text) {
		return nil, p.errorf(p.pos, "write a matching opening bracket or remove it", "unexpected %q", p.text[p.pos])
	}
	return node, p.check(node)
}

func (p *Parser) errorf(at int, remedy, format string, args ...any) error {
	return &SyntaxError{Offset: at, Message: fmt.Sprintf(format, args...), Remedy: remedy}
}

// check refuses phrases that are whole but cannot be matched.
func (p *Parser) check(n *Node) error {
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
func firstGap(n *Node) *Node { return edgeGap(n, false) }

func lastGap(n *Node) *Node { return edgeGap(n, true) }

func edgeGap(n *Node, last bool) *Node {
	if n.kind == kindGap {
		return n
	}
	for i, k := range n.kids {
		if last {
			k = n.kids[len(n.kids)-1-i]
		}
		if gap := edgeGap(k, last); gap != nil {
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
func (p *Parser) alternatives(depth, open int, closing string) (*Node, error) {
	if depth > maxNesting {
		return nil, p.errorf(p.pos, "use a list (@name) for the inner part", "brackets are nested more than %d deep", maxNesting)
	}
	at, base := p.pos, len(p.open)
	for many := 1; ; many++ {
		kid, err := p.sequence(depth)
		if err != nil {
			return nil, err
		}
		if many > maxAlternatives {
			return nil, p.errorf(at, "use a list (@name)", "more than %d alternatives", maxAlternatives)
		}
		if kid.kind == kindAlt { // its own are as many of this one
			p.open = append(p.open, kid.kids...)
		} else {
			p.open = append(p.open, kid)
		}
		if !p.accept('|') {
			break
		}
	}
	if closing != "" && !strings.HasPrefix(p.text[p.pos:], closing) {
		return nil, p.errorf(open, "add it", "the bracket has no closing %q", closing)
	}
	if len(p.open)-base == 1 {
		return p.pop(), nil
	}
	return p.node(Node{kind: kindAlt, kids: p.close(base), offset: at})
}

func (p *Parser) node(n Node) (*Node, error) {
	if p.nodes++; p.nodes > maxNodes {
		return nil, p.errorf(n.offset, "split the phrase", "the phrase expands to more than %d parts", maxNodes)
	}
	return p.put(n), nil
}

// nodesAtOnce is how many nodes, and how many of their kids, a Parser makes room for at
// once: of a rule set's there are hundreds of thousands.
const nodesAtOnce = 256

// put gives the node a place.
func (p *Parser) put(n Node) *Node {
	if len(p.slab) == cap(p.slab) {
		p.slab = make([]Node, 0, nodesAtOnce)
	}
	p.slab = append(p.slab, n)
	return &p.slab[len(p.slab)-1]
}

// close takes what is open from base on as the kids of a node.
func (p *Parser) close(base int) []*Node {
	kids := p.kids(p.open[base:]...)
	p.open = p.open[:base]
	return kids
}

// pop takes the last of what is open.
func (p *Parser) pop() *Node {
	last := len(p.open) - 1
	n := p.open[last]
	p.open = p.open[:last]
	return n
}

// kids gives the kids of a node a place.
func (p *Parser) kids(kids ...*Node) []*Node {
	from := len(p.lists)
	if from+len(kids) > cap(p.lists) {
		p.lists, from = make([]*Node, 0, max(nodesAtOnce, len(kids))), 0
	}
	p.lists = append(p.lists, kids...)
	return p.lists[from:len(p.lists):len(p.lists)]
}

func (p *Parser) accept(c byte) bool {
	if p.pos < len(p.text) && p.text[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

func (p *Parser) space() {
	p.pos = len(p.text) - len(strings.TrimLeftFunc(p.text[p.pos:], unicode.IsSpace))
}

// sequence reads parts up to "|" or a closing bracket.
func (p *Parser) sequence(depth int) (*Node, error) {
	at, base := p.pos, len(p.open)
	for p.space(); p.pos < len(p.text) && !strings.ContainsRune("|)]>", rune(p.text[p.pos])); p.space() {
		if p.text[p.pos] == '~' {
			if err := p.near(base, depth); err != nil {
				return nil, err
			}
			continue
		}
		kid, err := p.part(depth)
		if err != nil {
			return nil, err
		}
		if n := len(p.open); kid.kind == kindGap && n > base && p.open[n-1].kind == kindGap {
			return nil, p.errorf(kid.offset, "add their numbers and write one", "two gaps follow each other")
		}
		p.open = append(p.open, kid)
	}
	switch len(p.open) - base {
	case 0:
		return nil, p.errorf(at, "write a word, or use [..] for what may be missing", "a part is empty")
	case 1:
		return p.pop(), nil
	}
	return p.node(Node{kind: kindSeq, kids: p.close(base), offset: at})
}

// near reads "~N b", and "~N c" behind it, and joins them with the part before
// them, in any order. base is where the parts of the sequence begin.
func (p *Parser) near(base, depth int) error {
	at, last := p.pos, len(p.open)-1
	if last < base {
		return p.errorf(at, "write a ~N b", "nothing stands before ~")
	}
	near := Node{kind: kindNear, offset: at, kids: []*Node{p.open[last]}}
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
	p.open[last], err = p.node(near)
	return err
}

func factorial(n int) int {
	if n < 2 {
		return 1
	}
	return n * factorial(n-1)
}

// gap reads the number of a gap whose sign has been read.
func (p *Parser) gap(at int) (*Node, error) {
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
	return p.node(Node{kind: kindGap, n: n, offset: at})
}

// part reads one part of a sequence.
func (p *Parser) part(depth int) (*Node, error) {
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
		return p.node(Node{kind: kindOpt, kids: p.kids(kid), offset: at})
	case p.accept('<'):
		return p.slot(depth, at)
	case p.accept('@'):
		return p.ref(at)
	}
	return p.word()
}

func (p *Parser) bracket(depth, open int, closing string) (*Node, error) {
	kid, err := p.alternatives(depth+1, open, closing)
	p.pos++
	return kid, err
}

// slot reads "n>" or "actor: ...>".
func (p *Parser) slot(depth, at int) (*Node, error) {
	if strings.HasPrefix(p.text[p.pos:], "n>") {
		p.pos += 2
		return p.node(Node{kind: kindCount, offset: at})
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
	return p.node(Node{kind: kindSlot, text: name, kids: p.kids(kid), offset: at})
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
func (p *Parser) ref(at int) (*Node, error) {
	name := Name(p.text[p.pos:])
	p.pos += len(name)
	if name == "" {
		return nil, p.errorf(at, "write @name", "no name follows @")
	}
	return p.node(Node{kind: kindRef, text: name, offset: at})
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
func (p *Parser) expression(word string) bool {
	if !strings.HasSuffix(word, ".") || !strings.HasPrefix(p.text[p.pos:], "*") {
		return false
	}
	next, _ := utf8.DecodeRuneInString(p.text[p.pos+1:])
	return word == "." || unicode.IsLetter(next) || unicode.IsDigit(next)
}

// wordLength is how many bytes of a text, before a space or a sign of the notation,
// are a word's.
func wordLength(text string) int {
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			switch c {
			case '(', ')', '[', ']', '<', '>', '|', '~', '@', '*', '=', ' ', '\t', '\n', '\v', '\f', '\r':
				return i
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if unicode.IsSpace(r) {
			return i
		}
		i += size
	}
	return len(text)
}

// word reads one word with its signs, which may fold to several.
func (p *Parser) word() (*Node, error) {
	at := p.pos
	w := Node{kind: kindWord, offset: at}
	if p.accept('=') {
		w.form = formExact
	}
	from := p.pos
	p.pos = from + wordLength(p.text[from:])
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
	words := p.cutter.Words(raw)
	if err := p.checkWord(at, raw, words, &w); err != nil {
		return nil, err
	}
	if w.form == formExact {
		letter, size := utf8.DecodeRuneInString(raw)
		w.capital = unicode.IsUpper(letter)
		w.allCaps = w.capital && len(raw) > size && strings.ToUpper(raw) == raw
	}
	return p.compound(w, words)
}

func (p *Parser) checkWord(at int, raw string, words []string, w *Node) error {
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
func (p *Parser) compound(w Node, words []string) (*Node, error) {
	if len(words) == 1 {
		w.setText(words[0])
		return p.node(w)
	}
	base := len(p.open)
	for i, text := range words {
		part := w
		part.setText(text)
		if w.form == formPrefix && i < len(words)-1 {
			part.form = formExact
		}
		kid, err := p.node(part)
		if err != nil {
			return nil, err
		}
		p.open = append(p.open, kid)
	}
	seq := p.put(Node{kind: kindSeq, kids: p.close(base), offset: w.offset})
	w.setText(strings.Join(words, ""))
	return p.node(Node{kind: kindAlt, kids: p.kids(seq, p.put(w)), offset: w.offset})
}
