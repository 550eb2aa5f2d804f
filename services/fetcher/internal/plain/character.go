package plain

import "unicode"

// white reports what separates words, line ends and the no-break spaces included.
func white(r rune) bool {
	return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\f' || r == '\v' || r == 0x85 ||
		r >= 0xA0 && unicode.Is(unicode.Z, r)
}

// hidden reports what nobody sees but what changes how text reads or matches:
// control characters, bidirectional marks, embeddings, overrides and isolates,
// zero-width spaces and joiners, soft hyphens, tags, unassigned specials.
func hidden(r rune) bool {
	switch {
	case r < 0x20 || r >= 0x7F && r < 0xA0:
		return true
	case r < 0xAD:
		return false
	}
	switch {
	case r == 0xAD, r == 0x34F, r == 0x61C, r == 0x115F, r == 0x1160, r == 0x17B4, r == 0x17B5, r == 0x180E,
		r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F,
		r == 0x3164, r == 0xFEFF, r == 0xFFA0, r >= 0xFFF0 && r <= 0xFFFC, r >= 0xFDD0 && r <= 0xFDEF,
		r&0xFFFE == 0xFFFE, r >= 0xE0000 && r <= 0xE0FFF:
		return true
	}
	return false
}

// joiner reports the two zero-width characters that some scripts are written with.
func joiner(r rune) bool { return r == 0x200C || r == 0x200D }

// joins reports whether a joiner is part of the writing: between letters of
// Arabic, Indic and kindred scripts, or within an emoji. Elsewhere it only
// hides a word from a search.
func joins(r, prev, next rune) bool {
	if cursive(prev) && cursive(next) {
		return true
	}
	return r == 0x200D && pictograph(prev) && pictograph(next)
}

func cursive(r rune) bool { return r >= 0x600 && r <= 0xDFF }

func pictograph(r rune) bool {
	return r >= 0x2190 && r <= 0x2BFF || r == 0xFE0F || r >= 0x1F000 && r <= 0x1FAFF
}
