package event

import "fmt"

// String says how well a story is supported, as messages, cards and commands word it: how
// many sources tell, deny and took it back, and how credible that makes it, by the words of
// the Admiralty code (AJP-2.1) and of CAP 1.2.
func (c Corroboration) String() string {
	text := c.sources() + c.states()
	if c.Denied > 0 {
		text += ", denied by " + sourceCount(c.Denied)
	}
	if c.Withdrawn > 0 {
		text += ", taken back by " + sourceCount(c.Withdrawn)
	}
	words := []string{"confirmed", "probably true", "possibly true", "doubtful", "improbable", "cannot be judged"}
	if c.Credibility >= 1 && c.Credibility <= len(words) {
		text += fmt.Sprintf(", credibility %d (%s)", c.Credibility, words[c.Credibility-1])
	}
	if c.Certainty != "" {
		text += ", certainty " + c.Certainty
	}
	return text
}

// sources counts those that stand by the story.
func (c Corroboration) sources() string {
	switch {
	case c.Independent == 0 && c.Denied+c.Withdrawn > 0:
		return "no source stands by it"
	case c.Independent > 1:
		return fmt.Sprintf("%d independent sources", c.Independent)
	}
	return "single source"
}

// states says how many of them a state controls.
func (c Corroboration) states() string {
	switch {
	case c.State == 0:
		return ""
	case c.State >= c.Independent:
		return ", state-controlled"
	}
	return fmt.Sprintf(", %d of them state-controlled", c.State)
}

func sourceCount(n int) string {
	if n == 1 {
		return "1 source"
	}
	return fmt.Sprintf("%d sources", n)
}
