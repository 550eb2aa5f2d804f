package classifier

import (
	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/classifier/internal/compare"
)

// Change is an item whose alert another rule set makes new, gone or different.
type Change = compare.Change

// Side is what one of the rule sets says of the item.
type Side = compare.Side

// Source is where a rule set comes from; the section is "classifier" of
// faultline.yaml.
type Source struct {
	Dir     *config.Dir
	Section config.Section
}

// Comparison is two rule sets side by side. It is safe for concurrent use.
type Comparison struct{ old, new *Ruleset }

// NewComparison compiles both rule sets, with one gazetteer. Their examples are
// not run.
func NewComparison(old, new Source) (*Comparison, error) {
	a, err := loadAtlas()
	if err != nil {
		return nil, err
	}
	c := &Comparison{}
	if c.old, err = a.compile(old.Dir, old.Section); err != nil {
		return nil, err
	}
	if c.new, err = a.compile(new.Dir, new.Section); err != nil {
		return nil, err
	}
	return c, nil
}

// Same reports whether both rule sets are the same.
func (c *Comparison) Same() bool { return c.old.Hash == c.new.Hash }

// Compare returns what becomes of the item's alert, false when it stays.
func (c *Comparison) Compare(item event.Item) (Change, bool) {
	old, now := c.old.Explain(item), c.new.Explain(item)
	return compare.Compare(&old, &now)
}
