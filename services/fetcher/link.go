package fetcher

import "faultline/services/fetcher/internal/link"

// Link is the canonical form of an address as items have it: host in small
// letters, without tracking parameters and fragment. It is "" when there is no
// address of http or https in the text.
func Link(text string) string { return link.Canonical(text, "") }
