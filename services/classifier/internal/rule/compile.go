package rule

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"faultline/pkg/config"
	"faultline/services/classifier/internal/lang"
	"faultline/services/classifier/internal/phrase"
	"faultline/services/classifier/internal/quantity"
	"faultline/services/classifier/internal/token"
)

// Program is the rules of one language, compiled.
type Program struct {
	Language string
	*phrase.Program
	Numbers *quantity.Reader
	// Terminators are the single words, by block of cues, that end its reach;
	// longer ones are phrases.
	Terminators [][]phrase.Test
	// Turns are the single words that end the reach of every cue, and so among
	// all Terminators, and of every attribution; longer ones are phrases.
	Turns []phrase.Test
	// Agents are the words beside who did it in the passive, such as "by"; none
	// in a language that says it by case.
	Agents []phrase.Test
	// Owners are by phrase.ID. The plain words of a list are one phrase, which has
	// the owner of the first; those of the others stand behind the last phrase.
	Owners []Owner
}

// compiler builds the program of one language.
type compiler struct {
	working
	pack    *pack
	lang    string
	shared  *sharedPhrases
	ends    [][]phrase.Test
	turns   []phrase.Test
	program *Program
	errors  config.Errors
	circle  error // of lists that refer to each other
}

// working is what a compiler needs until the program is built.
type working struct {
	parser  phrase.Parser
	builder *phrase.Builder
	owners  []Owner
	// negatedIn is what undoneIn found, by list, and isNegated what negated did, by word.
	negatedIn map[string][]string
	isNegated map[string]bool
	// words are the plain ones of the list that is being added.
	words  []*phrase.Node
	listed []Owner // of words
	behind []Owner // of words that share the phrase of another
}

// sharedPhrases are phrases of Any, which all languages share.
type sharedPhrases struct {
	mu     sync.Mutex
	parser phrase.Parser
	parsed map[string]*phrase.Node
}

// parse reads a phrase of Any, once for all languages.
func (s *sharedPhrases) parse(text string) (*phrase.Node, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if node, ok := s.parsed[text]; ok {
		return node, nil
	}
	node, err := s.parser.Parse(text)
	if err == nil {
		s.parsed[text] = node
	}
	return node, err
}

// compile builds the programs of all languages side by side, and that for texts in
// other languages (""). Faults are told in the order of the languages.
func (p *pack) compile(v *token.Vocabulary) map[string]*Program {
	languages := append(p.languages(), "")
	shared := &sharedPhrases{parsed: map[string]*phrase.Node{}}
	compilers := make([]*compiler, len(languages))
	sideBySide(len(languages), func(i int) {
		compilers[i] = newCompiler(p, languages[i], shared)
		compilers[i].compile(v)
		compilers[i].working = working{}
	})
	for _, c := range compilers {
		for _, e := range c.errors {
			if !has(p.errors, e) { // the phrase is compiled for several languages
				p.fail(e)
			}
		}
	}
	programs := map[string]*Program{}
	for _, c := range compilers {
		if len(p.errors) == 0 && c.circle != nil {
			p.fail(&config.Error{Path: RuleFiles, Message: c.circle.Error(), Remedy: "remove one of the references"})
		}
		programs[c.lang] = c.program
	}
	return programs
}

func newCompiler(p *pack, language string, shared *sharedPhrases) *compiler {
	var stem phrase.Stemmer
	if s := lang.Stemmer(language); s != nil {
		stem = s
	}
	w := working{builder: phrase.NewBuilder(stem), negatedIn: map[string][]string{}, isNegated: map[string]bool{}}
	return &compiler{working: w, pack: p, lang: language, shared: shared, ends: make([][]phrase.Test, len(p.cues))}
}

// compile builds the program, unless the phrases have faults.
func (c *compiler) compile(v *token.Vocabulary) {
	numbers := quantity.NewReader(c.lang)
	c.builder.Numerals(numbers.Mark)
	c.addAll()
	agents := c.agents()
	if len(c.errors)+len(c.pack.errors) > 0 {
		return
	}
	program, err := c.builder.Build(v)
	if err != nil {
		c.circle = err
		return
	}
	for i, words := range c.ends {
		c.ends[i] = phrase.AnyOf(slices.Concat(words, c.turns))
	}
	c.program = &Program{Language: c.lang, Program: program, Numbers: numbers, Terminators: c.ends, Turns: phrase.AnyOf(c.turns), Agents: phrase.AnyOf(agents), Owners: slices.Concat(c.owners, c.behind)}
}

// fail notes a fault, once.
func (c *compiler) fail(e *config.Error) {
	if len(c.errors) < maxErrors && !has(c.errors, e) {
		c.errors = append(c.errors, e)
	}
}

func has(all config.Errors, e *config.Error) bool {
	return slices.ContainsFunc(all, func(have *config.Error) bool { return *have == *e })
}

func (c *compiler) addAll() {
	p := c.pack
	for i, l := range p.indicators {
		c.add(l.source, ".match", l.value.Match, Owner{Role: RoleMatch, Index: int32(i)})
		c.add(l.source, ".lead", l.value.Lead, Owner{Role: RoleLead, Index: int32(i)})
		c.add(l.source, ".unless", l.value.Unless, Owner{Role: RoleUnless, Index: int32(i)})
		c.addExcluded(l.value.ID, Owner{Role: RoleUnless, Index: int32(i), Filter: true})
	}
	for i, l := range p.casualties {
		c.add(l.source, ".match", l.value.Match, Owner{Role: RoleCasualty, Index: int32(i)})
		c.add(l.source, ".unless", l.value.Unless, Owner{Role: RoleNotCounted, Index: int32(i)})
		c.addExcluded(l.value.ID, Owner{Role: RoleNotCounted, Index: int32(i), Filter: true})
	}
	for i, name := range sortedNames(p.guards) {
		c.add(p.guards[name].source, ".match", p.guards[name].value.Match, Owner{Role: RoleGuard, Index: int32(i)})
		c.add(p.guards[name].source, ".unless", p.guards[name].value.Unless, Owner{Role: RoleLifted, Index: int32(i)})
	}
	for i, l := range p.cues {
		before := RoleBefore
		if l.value.Previous {
			before = RoleOpening
		}
		c.add(l.source, ".before", l.value.Before, Owner{Role: before, Index: int32(i)})
		c.add(l.source, ".after", l.value.After, Owner{Role: RoleAfter, Index: int32(i)})
		c.add(l.source, ".pseudo", l.value.Pseudo, Owner{Role: RolePseudo, Index: int32(i)})
		c.add(l.source, ".terminators", l.value.Terminators, Owner{Role: RoleTerminator, Index: int32(i)})
	}
	c.add(p.turns.source, "", p.turns.value, Owner{Role: RoleTurn})
	for i, name := range sortedNames(p.attributions) {
		c.add(p.attributions[name].source, "", p.attributions[name].value, Owner{Role: RoleAttribution, Index: int32(i)})
	}
	for i, name := range sortedNames(p.lists) {
		c.add(p.lists[name].source, "", p.lists[name].value, Owner{Role: RoleList, Index: int32(i)}, name)
		c.addWords(name)
	}
	for i, l := range p.entities {
		c.addEntity(i, l)
	}
}

// addExcluded adds the phrases that filters exclude from a rule.
func (c *compiler) addExcluded(id string, owner Owner) {
	for _, f := range c.pack.tuning(id) {
		c.add(f.source, ".exclude.match", f.value.Exclude.Match, owner)
	}
}

// add adds the phrases of this language and those of Any. With a set they
// define it.
func (c *compiler) add(s source, path string, all Phrases, owner Owner, set ...string) {
	for _, language := range []string{c.lang, Any} {
		if language == "" || len(all[language]) == 0 {
			continue
		}
		list := s.in(language, path)
		for i, text := range all[language] {
			o := owner
			o.list, o.nth = &list, int32(i+1)
			o.Text = text
			c.addPhrase(o, text, language, set)
			if other := lang.Respell(c.lang, text); other != "" {
				c.addPhrase(o, other, language, set)
			}
		}
	}
	c.checkLanguages(s, path, all)
}

// addPhrase adds one phrase in one spelling.
func (c *compiler) addPhrase(o Owner, text, language string, set []string) {
	node := c.parse(o, text, language)
	if node == nil || language == Any && node.Vain(c.wordless) || c.terminator(o, node) {
		return
	}
	if o.Role == RoleList && node.Plain() {
		c.words, c.listed = append(c.words, node), append(c.listed, o)
		return
	}
	if len(set) == 0 {
		if words := c.undone(text, node); len(words) > 0 {
			o.undone = &words
		}
	}
	c.owners = append(c.owners, o)
	switch {
	case o.Role == RoleEntity:
		c.builder.DefineDated(node, c.builder.Set(set[0]))
	case len(set) > 0:
		c.builder.Define(node, c.builder.Set(set[0]))
	case o.Role.Indicates():
		c.builder.Add(node.WithSlots(c.pack.slot))
	case o.Role.beside():
		c.builder.AddBeside(node)
	case o.Role == RoleGuard:
		c.builder.AddQualified(node)
	case o.Role == RoleLifted:
		c.builder.AddQualifier(node)
	default:
		c.builder.Add(node)
	}
}

// wordless reports whether a name is a list's that has no words in the language.
func (c *compiler) wordless(name string) bool {
	l, ok := c.pack.lists[name]
	return ok && len(l.value[c.lang])+len(l.value[Any]) == 0
}

// addWords adds the plain words of a list as one phrase: most lists are such words,
// and a phrase of its own for each would take more memory than all the rest.
func (c *compiler) addWords(list string) {
	if len(c.words) == 0 {
		return
	}
	c.owners, c.behind = append(c.owners, c.listed[0]), append(c.behind, c.listed[1:]...)
	c.builder.Define(phrase.Either(slices.Clone(c.words)), c.builder.Set(list))
	c.words, c.listed = c.words[:0], c.listed[:0]
}

// slot is what a list is in a phrase that names no slots: the lists' own word
// for it.
func (p *pack) slot(list string) string { return p.slots[list].value }

// terminator takes a terminator of one word, as a test of tokens: such words are
// so frequent that finding them all would cost more than the rest.
func (c *compiler) terminator(o Owner, n *phrase.Node) bool {
	if o.Role != RoleTerminator && o.Role != RoleTurn {
		return false
	}
	test, ok := c.builder.Test(n)
	switch {
	case !ok:
	case o.Role == RoleTurn:
		c.turns = append(c.turns, test)
	default:
		c.ends[o.Index] = append(c.ends[o.Index], test)
	}
	return ok
}

// agents are the language's words for who did it in the passive, as tests of
// tokens. The builder must not have built yet.
func (c *compiler) agents() []phrase.Test {
	var tests []phrase.Test
	list := c.pack.agents.in(c.lang, "")
	for i, text := range c.pack.agents.value[c.lang] {
		o := Owner{Text: text, list: &list, nth: int32(i + 1)}
		for _, spelling := range []string{text, lang.Respell(c.lang, text)} {
			if spelling == "" {
				continue
			}
			node := c.parse(o, spelling, c.lang)
			if node == nil {
				continue
			}
			test, ok := c.builder.Test(node)
			if !ok {
				c.failAt(o, 0, "more than one word for who did it", "write the one next to who did it")
				continue
			}
			tests = append(tests, test)
		}
	}
	c.checkLanguages(c.pack.agents.source, "", c.pack.agents.value)
	return tests
}

// element is the source of the i-th element of a list.
func (s source) element(i int) source { return source{file: s.file, path: s.path, nth: int32(i + 1)} }

func index(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// checkLanguages refuses keys that are no language.
func (c *compiler) checkLanguages(s source, path string, all Phrases) {
	if c.lang != "" { // once is enough
		return
	}
	for _, language := range sortedNames(all) {
		if language != Any {
			if fault := impossible(s.in(language, path), "", language); fault != nil {
				c.fail(fault)
			}
		}
		if len(all[language]) == 0 && (path == "" || path == ".match" || path == ".names") {
			c.fail(s.in(language, path).errorf("", "write a phrase or remove the key", "the list of phrases is empty"))
		}
	}
}

// parse reads a phrase, checks its references, and reports faults at their
// position in the file.
func (c *compiler) parse(o Owner, text, language string) *phrase.Node {
	read := c.parser.Parse
	if language == Any {
		read = c.shared.parse
	}
	node, err := read(text)
	var syntax *phrase.SyntaxError
	if errors.As(err, &syntax) {
		c.failAt(o, syntax.Offset, syntax.Message, syntax.Remedy)
		return nil
	}
	for name, offset := range node.Refs() {
		if !c.checkRef(o, name, offset, language) {
			return nil
		}
	}
	if node.Counts() && o.Role != RoleCasualty && o.Role != RoleNotCounted {
		c.failAt(o, strings.Index(o.Text, "<n>"), "<n> counts casualties", "use it under casualties: only")
		return nil
	}
	return node
}

// checkRef reports whether a list, class or entity exists and has words in the
// language.
func (c *compiler) checkRef(o Owner, name string, offset int, language string) bool {
	p := c.pack
	list, ok := p.lists[name]
	switch {
	case ok && language != Any && len(list.value[language]) == 0 && len(list.value[Any]) == 0:
		c.failAt(o, offset, fmt.Sprintf("@%s has no words in %q", name, language), "add "+language+": [...] to the list")
		return false
	case ok, p.classes[name], strings.Contains(name, ":") && p.hasEntity(name):
		return true
	}
	if p.misnamed {
		return false // "lits:" is said already, and not once for each phrase that names what is below it
	}
	names := append(sortedNames(p.lists), sortedNames(p.classes)...)
	c.failAt(o, offset, fmt.Sprintf("@%s is no list, entity class or entity", name), known("lists and classes", names))
	return false
}

func (p *pack) hasEntity(id string) bool {
	for _, e := range p.entities {
		if e.value.ID == id {
			return true
		}
	}
	return false
}

// failAt reports a fault at a byte of a phrase.
func (c *compiler) failAt(o Owner, offset int, message, remedy string) {
	e := o.source().errorf("", remedy, "%s in phrase %q", message, shorten(o.Text))
	column := e.Column + len([]rune(o.Text[:min(max(offset, 0), len(o.Text))]))
	if quoted(o.list.file.Data, e.Line, e.Column) {
		column++
	}
	e.Column = column
	c.fail(e)
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "..."
	}
	return s
}

// quoted reports whether a quotation mark stands at a position.
func quoted(data string, line, column int) bool {
	lines := strings.SplitN(data, "\n", line+1)
	if line < 1 || line > len(lines) {
		return false
	}
	text := []rune(lines[line-1])
	return column >= 1 && column <= len(text) && (text[column-1] == '"' || text[column-1] == '\'')
}

// addEntity adds an entity's names, and its classes as references to it. A
// language without names for it looks for those of its kin.
func (c *compiler) addEntity(i int, l located[Entity]) {
	if len(l.value.Names[c.lang]) == 0 {
		var names []string
		for _, kin := range lang.Kin(c.lang) {
			names = append(names, l.value.Names[kin]...)
		}
		if len(names) > 0 {
			l.value.Names = Phrases{c.lang: names, Any: l.value.Names[Any]}
			l.packs = map[string]source{c.lang: {file: l.file, path: l.path}}
		}
	}
	c.add(l.source, ".names", l.value.Names, Owner{Role: RoleEntity, Index: int32(i)}, l.value.ID)
	if len(l.value.Names[c.lang])+len(l.value.Names[Any]) == 0 {
		return
	}
	ref, err := c.parser.Parse("@" + l.value.ID)
	if err != nil {
		return // an id that is not valid has been reported
	}
	for k, m := range l.value.Classes {
		c.owners = append(c.owners, Owner{Role: RoleClass, Index: int32(i), Class: int32(k), Text: "@" + l.value.ID, list: &l.source})
		c.builder.DefineDated(ref, c.builder.Set(m.Class))
	}
}
