package lang

import (
	"slices"

	"golang.org/x/text/language"
)

// Told lists the languages that Detect tells by the text, sorted.
func Told() []string {
	codes := []string{"zh"}
	for _, p := range profiles {
		codes = append(codes, p.code)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// told reports whether the code is among those of Told.
func told(code string) bool {
	for i := range profiles {
		if profiles[i].code == code {
			return true
		}
	}
	return code == "zh"
}

// Possible reports whether Detect can ever return the code: it tells the
// language, or the language is written in a script of which it takes the word
// of the feed, such as Georgian. Others can never be seen: "kg" is Kongo, which
// is not told from the other languages of its script, and not Kyrgyz.
func Possible(code string) bool {
	if told(code) {
		return true
	}
	base, err := language.ParseBase(code)
	if err != nil || base.String() != code {
		return false
	}
	tag, err := language.Compose(base)
	if err != nil {
		return false
	}
	script, _ := tag.Script()
	return !slices.Contains([]string{"Latn", "Cyrl", "Arab", "Zzzz"}, script.String())
}
