package phrase

import (
	"fmt"
	"testing"
)

func TestWithSlots(t *testing.T) {
	role := func(list string) string {
		return map[string]string{"rebels": Actor, "police": Actor, "post": Target, "official": Target}[list]
	}
	for phrase, want := range map[string]string{
		"@rebels ..3 attacked ..3 @police":          "actor=@rebels target=@police",
		"@police ..3 (killed|shot) ..3 @rebels":     "actor=@police target=@rebels",
		"@official ..5 abducted":                    "target=@official",
		"(@police|@post) ..3 attacked":              "target=(@police|@post)",
		"(@rebels|@police) ..3 fled":                "actor=(@rebels|@police)",
		"(@rebels|bandits) ..3 fled":                "",
		"shot ~4 @police ~4 @rebels":                "actor=@police target=@rebels",
		"@rebels @police @official":                 "actor=@rebels target=@police",
		"<actor: @official> ..3 attacked ..3 @post": "actor=@official",
		"@weapon ..3 found":                         "",
		"@rebels":                                   "",
	} {
		node, err := Parse(phrase)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		node.WithSlots(role).walk(func(n *Node) {
			if n.kind == kindSlot {
				got += fmt.Sprintf(" %s=%s", n.text, n.kids[0].spelled())
			}
		})
		if got != "" {
			got = got[1:]
		}
		if got != want {
			t.Errorf("%q has the slots %q, want %q", phrase, got, want)
		}
		if node.WithSlots(role) == node && want != "" && want[0] != 'a' {
			t.Errorf("%q was not changed", phrase)
		}
	}
}

// spelled is a reference or alternatives of them as they are written.
func (n *Node) spelled() string {
	if n.kind == kindRef {
		return "@" + n.text
	}
	out := ""
	for _, k := range n.kids {
		if out != "" {
			out += "|"
		}
		out += k.spelled()
	}
	if n.kind == kindAlt {
		return "(" + out + ")"
	}
	return out
}
