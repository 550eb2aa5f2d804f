// Package incident is the life of an incident as pure functions: a first report
// opens it, further ones are merged and may escalate it, silence makes it quiet
// and then closed. An incident is what its reports say: everything else in it
// is derived from them, so that deciding twice gives the same.
package incident
