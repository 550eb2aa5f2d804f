package feed

// Parse reads a body, already decompressed. Every error is an *Error.
func Parse(body []byte, h Hints) (*Document, error) {
	return nil, &Error{Class: ClassMalformed, Message: "the reader is not written yet"}
}
