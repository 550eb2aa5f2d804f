// Package story judges whether two reports tell the same story. It looks at the
// words, names, numbers, places and categories of assessments and nothing
// else: no bus, no clock, no network.
//
// A copy of a text is recognised by MinHash over the whole text, a report in
// other words by what it shares with another one: words weighed by how rare
// they are, names, numbers, the place. Specifics that contradict each other
// (another number, name, place or speaker in a text of otherwise the same
// wording) show that two texts share a form and not a story: bulletins, daily
// shelling reports, crime notices.
package story
