package classifier

import "faultline/services/classifier/internal/lang"

// Languages lists those that a text can be told to be in, by BCP 47 code.
func Languages() []string { return lang.Told() }

// PossibleLanguage reports whether a text that is declared to be in a language
// (BCP 47) can be taken for one: the others are never seen.
func PossibleLanguage(tag string) bool { return lang.Possible(lang.Base(tag)) }
