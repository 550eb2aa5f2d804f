package phrase

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"faultline/services/classifier/internal/token"
)

// ID numbers a phrase of a program, in the order of Add.
type ID int32

// compiled is a phrase cut at its anchor, the part that is looked for first.
type compiled struct {
	sides
	orders    uint32 // where further ones begin, of a phrase whose parts may stand in any order
	more      uint16 // how many these are
	level     uint16 // after the levels of the sets it refers to
	set       Set    // what a match is a mention of, when names is set
	names     bool
	plain     bool // words only: a match has no gaps, slots or choices to trace
	qualified bool // others qualify it
	word      bool // a single word
}

// Builder collects phrases for one language. Phrases that define a set (Define)
// may be added in any order: a phrase that refers to a set is matched after
// those that define it.
type Builder struct {
	dict      *dictionary
	sets      map[string]Set
	defined   map[Set]bool
	nodes     []*Node
	targets   []Set        // by phrase, Counts for phrases that define none
	stages    map[ID]stage // of phrases that are not found at first
	dated     map[ID]bool
	qualified map[ID]bool
	slots     []string // their names
	parts     parts
	orders    []sides
	passing   passing
	// For the phrase in hand: words and others of its alternatives, their edges, and what
	// it wants.
	words   []uint32
	others  []op
	edges   [2]triggers
	starts  triggers
	wanted  []want
	choices []uint32
}

// NewBuilder returns an empty builder. stem may be nil.
func NewBuilder(stem Stemmer) *Builder {
	return &Builder{dict: newDictionary(stem), parts: parts{features: []uint32{none: 0}}, sets: map[string]Set{}, defined: map[Set]bool{}, stages: map[ID]stage{}, dated: map[ID]bool{}, qualified: map[ID]bool{}}
}

// Numerals is given what marks the words of number expressions, for the lexicon.
func (b *Builder) Numerals(mark func(*token.Word)) { b.dict.numerals = mark }

// Set returns the set of a name.
func (b *Builder) Set(name string) Set {
	s, ok := b.sets[name]
	if !ok {
		s = Set(len(b.sets) + 1)
		b.sets[name] = s
	}
	return s
}

// Add adds a phrase whose matches are reported as hits.
func (b *Builder) Add(n *Node) ID { return b.add(n, Counts) }

// AddBeside adds a phrase that matters only beside others: it is found only in
// sentences where one added with Add was.
func (b *Builder) AddBeside(n *Node) ID {
	id := b.add(n, Counts)
	b.stages[id] = stageBeside
	return id
}

// AddQualified is Add for a phrase that others qualify.
func (b *Builder) AddQualified(n *Node) ID {
	id := b.add(n, Counts)
	b.qualified[id] = true
	return id
}

// AddQualifier adds a phrase that is found only in sentences where one added with
// AddQualified was.
func (b *Builder) AddQualifier(n *Node) ID {
	id := b.add(n, Counts)
	b.stages[id] = stageQualifier
	return id
}

// stage is when phrases are looked for in a sentence.
type stage uint8

const (
	stageFirst     stage = iota
	stageBeside          // once any was found
	stageQualifier       // once a qualified one was found
	stages
)

// Define adds a phrase whose matches are mentions of a set.
func (b *Builder) Define(n *Node, set Set) ID { return b.add(n, set) }

// DefineDated is Define for a phrase that is not always in force.
func (b *Builder) DefineDated(n *Node, set Set) ID {
	id := b.add(n, set)
	b.dated[id] = true
	return id
}

func (b *Builder) add(n *Node, set Set) ID {
	b.nodes = append(b.nodes, n)
	b.targets = append(b.targets, set)
	return ID(len(b.nodes) - 1)
}

// Test is a phrase of one word, to be asked of single tokens.
type Test struct {
	op    op
	words featureSet // kindAnyWord
}

// Test compiles a phrase of one word, or of a choice of words, as a test; it must
// be called before Build, which fixes what is known of words. ok is false for any
// other phrase.
func (b *Builder) Test(n *Node) (t Test, ok bool) {
	if n.kind != kindWord && n.kind != kindAlt {
		return t, false
	}
	if slices.ContainsFunc(n.kids, func(k *Node) bool { return k.kind != kindWord }) {
		return t, false
	}
	o := b.op(n)
	return Test{o, slices.Clone(b.parts.featuresOf(&o))}, o.isWord()
}

// AnyOf returns tests that pass what one of the given ones passes, as few as can
// be: one for all words that may be written in small letters.
func AnyOf(tests []Test) []Test {
	var words featureSet
	var rest []Test
	for _, t := range tests {
		switch {
		case t.op.capital || t.op.allCaps:
			rest = append(rest, t)
		case t.op.kind == kindWord:
			words = append(words, t.op.id)
		default:
			words = append(words, t.words...)
		}
	}
	if len(words) > 0 {
		rest = append(rest, Test{op{kind: kindAnyWord}, newFeatureSet(words)})
	}
	return rest
}

// Matches reports whether a token is the word.
func (t Test) Matches(tok *token.Token) bool {
	if tok.Flags&token.Known == 0 || !t.op.written(tok) {
		return false
	}
	if t.op.kind == kindWord {
		return tok.Info.Has(t.op.id)
	}
	return t.words.passes(tok.Info)
}

// Program finds the phrases of one language in documents. It is safe for
// concurrent use.
type Program struct {
	dict *dictionary
	parts
	phrases    []compiled
	orders     []sides
	gates      []gate // by phrase
	needs      []need
	needed     []clue // of the needs
	indexes    [stages]index
	begins     []uint64 // the features in any index, as bits
	beyond     uint32   // one more than the last feature
	clueCount  int
	levels     int
	lexicon    *token.Lexicon
	slots      []string // their names
	countsUsed bool
	inclusions
}

// index lists, by clue, the phrases whose anchor can begin with it, in order:
// those of c are starts[from[c]:from[c+1]]. Their partners stand apart, side by
// side, as most of the time nothing else is looked at.
type index struct {
	from     []uint32
	partners []clue
	starts   []start
}

// start is a phrase that can begin with a clue if the sentence has its partner, a
// second one, in the window. Phrases for which any of several words will do stand
// in the list once for each: so a look at one bit rules out most of what the words
// of a text begin.
type start struct {
	phrase ID
	window
}

// index makes the indexes of the phrases of each stage.
func (p *Program) index(b *Builder, openings [][]opening) {
	p.begins = make([]uint64, (p.clueCount+63)/64)
	var begins triggers
	var clues, seconds []clue
	each := func(do func(x *index, c clue, seconds []clue, s start)) {
		for i := range p.phrases {
			for _, o := range openings[i] {
				window := everywhere
				seconds = append(seconds[:0], always)
				if o.partner != nil {
					seconds, window = p.clues(seconds[:0], &o.partner.triggers), o.partner.window()
				}
				begins.features, begins.sets = append(begins.features[:0], o.features...), p.withMembers(append(begins.sets[:0], o.sets...))
				clues = p.clues(clues[:0], &begins)
				for _, c := range clues {
					do(&p.indexes[b.stages[ID(i)]], c, seconds, start{ID(i), window})
				}
			}
		}
	}
	for s := range p.indexes {
		p.indexes[s].from = make([]uint32, p.clueCount+1)
	}
	each(func(x *index, c clue, seconds []clue, _ start) {
		p.begins[c/64] |= 1 << (c % 64)
		x.from[c+1] += uint32(len(seconds))
	})
	for s := range p.indexes {
		p.indexes[s].makeRoom()
	}
	each(func(x *index, c clue, seconds []clue, s start) { x.add(c, seconds, s) })
	for s := range p.indexes {
		p.indexes[s].filled()
	}
}

// makeRoom makes room for what has been counted in from, behind each clue.
func (x *index) makeRoom() {
	for c := range len(x.from) - 1 {
		x.from[c+1] += x.from[c]
	}
	all := x.from[len(x.from)-1]
	x.partners, x.starts = make([]clue, all), make([]start, all)
}

// add adds a phrase behind what begins with the clue already. Until it is filled,
// from says where the next one goes.
func (x *index) add(c clue, partners []clue, s start) {
	at := x.from[c]
	for i, partner := range partners {
		x.partners[at+uint32(i)], x.starts[at+uint32(i)] = partner, s
	}
	x.from[c] += uint32(len(partners))
}

// filled turns from back to where each clue begins, which is where the one before ends.
func (x *index) filled() {
	copy(x.from[1:], x.from[:len(x.from)-1])
	x.from[0] = 0
}

// Build compiles the phrases. Words of the texts that are in the vocabulary
// will carry its ids. It fails when sets refer to each other in a circle.
func (b *Builder) Build(v *token.Vocabulary) (*Program, error) {
	levels, err := b.levelSets()
	if err != nil {
		return nil, err
	}
	p := &Program{dict: b.dict, phrases: make([]compiled, len(b.nodes))}
	wants, openings, ops := make([][]want, len(b.nodes)), make([][]opening, len(b.nodes)), 0
	for i, n := range b.nodes {
		if !b.includes(i) {
			ops += opsOf(n)
		}
	}
	b.parts.ops = make([]op, 0, ops)
	for i, n := range b.nodes {
		var c compiled
		if !b.includes(i) {
			c, wants[i], openings[i] = b.compile(n)
		}
		c.set, c.names = b.targets[i], b.targets[i] != Counts
		for name := range n.Refs() {
			c.level = max(c.level, uint16(levels[b.Set(name)]+1))
		}
		c.qualified = b.qualified[ID(i)]
		p.phrases[i] = c
		p.levels = max(p.levels, int(c.level)+1)
		p.countsUsed = p.countsUsed || n.Counts()
	}
	b.dict.stemmed = nil
	p.inclusions = b.inclusions()
	p.parts, p.orders = parts{b.parts.ops, slices.Clone(b.parts.features)}, slices.Clone(b.orders)
	b.parts = parts{}
	p.beyond = b.dict.next
	p.clueCount = int(p.clueOf(Set(len(b.sets)))) + 1
	for i := range p.phrases {
		p.addGate(&p.phrases[i], b.dated[ID(i)], wants[i], openings[i])
	}
	p.index(b, openings)
	p.slots = b.slots
	p.lexicon = token.NewLexicon(v, b.dict.analyze)
	return p, nil
}

// Lexicon reads documents for this program.
func (p *Program) Lexicon() *token.Lexicon { return p.lexicon }

// Len is the number of phrases.
func (p *Program) Len() int { return len(p.phrases) }

// UsesCounts reports whether any phrase has a number expression.
func (p *Program) UsesCounts() bool { return p.countsUsed }

// levelSets returns for each set the level at which its mentions are complete.
func (b *Builder) levelSets() (map[Set]int, error) {
	type named struct {
		name string
		step int // from the level of its mentions to what is found by them
	}
	needs := map[Set][]named{}
	for i, set := range b.targets {
		if set == Counts {
			continue
		}
		step := 1
		if b.includes(i) {
			step = 0
		}
		for name := range b.nodes[i].Refs() {
			needs[set] = append(needs[set], named{name, step})
		}
	}
	levels := map[Set]int{}
	const busy = -1
	var visit func(name string, s Set) error
	visit = func(name string, s Set) error {
		if level, ok := levels[s]; ok {
			if level == busy {
				return fmt.Errorf("@%s refers to itself, directly or through other lists", name)
			}
			return nil
		}
		levels[s] = busy
		level := 0
		for _, ref := range needs[s] {
			if err := visit(ref.name, b.Set(ref.name)); err != nil {
				return err
			}
			level = max(level, levels[b.Set(ref.name)]+ref.step)
		}
		levels[s] = level
		return nil
	}
	for name, s := range b.sets {
		if err := visit(name, s); err != nil {
			return nil, err
		}
	}
	return levels, nil
}

// compile turns a phrase into ops around its best anchor, with what it needs
// beside it, and how it can begin.
func (b *Builder) compile(n *Node) (compiled, []want, []opening) {
	kids := []*Node{n}
	if n.kind == kindSeq || n.kind == kindNear {
		kids = n.kids
	}
	best, bestCost := -1, 0
	for i, k := range kids {
		if k.nullable() || firstGap(k) != nil {
			continue // it may begin somewhere else
		}
		if cost := startCost(k); best < 0 || cost < bestCost {
			best, bestCost = i, cost
		}
	}
	var c compiled
	if n.kind == kindNear {
		orders := n.orders()
		c.orders, c.more = uint32(len(b.orders)), uint16(len(orders)-1)
		for i, order := range orders {
			o := b.op(order)
			sides := b.parts.cut(&o, slices.Index(order.kids, n.kids[best]))
			if i == 0 {
				c.sides = sides
				continue
			}
			b.orders = append(b.orders, sides)
		}
	} else {
		var o op
		b.setKids(&o, kids)
		c.sides = b.parts.cut(&o, best)
	}
	anchor := b.parts.anchorOf(&c.sides)
	c.plain = n.onlyWords()
	c.word = len(kids) == 1 && anchor.isWord()
	b.starts.of(&b.parts, anchor)
	wants := b.needsAround(kids, best, n.kind == kindNear, &b.starts)
	return c, wants, b.openings(anchor, kids[best], wants)
}

// onlyWords reports whether the phrase is words, sequences and alternatives of them.
func (n *Node) onlyWords() bool {
	switch n.kind {
	case kindWord, kindSeq, kindAlt:
		return !slices.ContainsFunc(n.kids, func(k *Node) bool { return !k.onlyWords() })
	}
	return false
}

// wordCost estimates how often a word occurs.
func wordCost(w string) int16 {
	if strings.ContainsAny(w, "0123456789") {
		return 3
	}
	if common(w) {
		return 300
	}
	if newsy(w) {
		return 30
	}
	switch n := utf8.RuneCountInString(w); {
	case n <= 2:
		return 60
	case n == 3:
		return 12
	case n == 4:
		return 6
	}
	return 2
}

// common reports whether a word is among those that every text is full of.
func common(w string) bool {
	switch w {
	case "a", "an", "the", "of", "in", "on", "at", "to", "by", "as", "is", "it", "if", "or", "be", "no", "not", "and", "but", "for", "was", "has", "had", "his", "her", "its", "who", "are", "were", "been",
		"have", "with", "from", "that", "this", "they", "their", "there", "which", "will", "would", "said", "says", "after", "over", "into", "than", "more", "also", "about", "when", "what", "could", "one", "two", "new", "out", "up",
		"и", "в", "на", "с", "по", "из", "за", "к", "у", "о", "об", "от", "до", "не", "ни", "но", "а", "что", "как", "это", "для", "при", "или", "бы", "же", "он", "она", "они", "его", "ее", "их", "был", "была", "были", "было",
		"также", "этом", "того", "все", "еще", "уже", "после", "между", "против", "со", "во", "то", "есть", "будет", "котор", "том":
		return true
	}
	return false
}

// startCost estimates how often the words occur with which a part can begin.
func startCost(n *Node) int {
	switch n.kind {
	case kindWord:
		return int(n.cost)
	case kindRef:
		return 20
	case kindCount:
		return 40
	case kindAlt, kindNear:
		sum := 0
		for _, k := range n.kids {
			sum += startCost(k)
		}
		return sum
	}
	sum := 0
	for _, k := range n.kids {
		sum += startCost(k)
		if !k.nullable() {
			break
		}
	}
	return sum
}
