// Package story judges whether two reports tell the same story. It looks at the
// words, names, numbers, places and categories of assessments and nothing
// else: no bus, no clock, no network.
//
// A copy of a text is recognised by MinHash over the whole text. A report in
// other words is judged by evidence: rare words, the words of the title, names,
// numbers, days, places and what the rules saw, each with a weight in log-odds,
// so that the score is a probability. Specifics that contradict each other
// (another number, name, place or speaker in a text of otherwise the same
// wording) show that two texts share a form and not a story: bulletins, daily
// shelling reports, crime notices.
//
// A report joins the story to whose reports it is alike on the whole, not the
// one with a report that is like it by chance, and a story is merged with
// another one when a new report shows them to be the same. Which of them is
// found does not depend on the order in which the reports come, but for how
// much was learned by then of what words are common.
package story
