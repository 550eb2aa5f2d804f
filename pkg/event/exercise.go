package event

// Mark is a text that people read, marked where it is of a drill: nobody shall take one
// for news, wherever they meet it.
func Mark(exercise bool, text string) string {
	if exercise {
		return "EXERCISE: " + text
	}
	return text
}
