// Package aggregate is the bus half of incidents: it takes assessments, keeps
// incidents in the bucket by compare-and-set and publishes every change.
//
// The order is always bucket, stream, acknowledgement. Whatever is lost by a
// crash in between is made good by the redelivery: an assessment that is in its
// incident already publishes the incident's latest revision once more, under
// the same message id. What an aggregator finds in the bucket that it did not
// write itself it publishes as well, because whoever wrote it may have died
// before doing so.
package aggregate
