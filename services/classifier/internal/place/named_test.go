package place

import "testing"

func TestNamed(t *testing.T) {
	g, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"Osh": true, "Fergana Valley": true, "Osh Valey": false, "": false} {
		if got := g.Named(name); got != want {
			t.Errorf("Named(%q) is %t", name, got)
		}
	}
}
