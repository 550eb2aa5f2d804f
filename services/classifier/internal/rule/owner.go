package rule

// Role is what a phrase does.
type Role uint8

// The roles of phrases. Index of an Owner is into the table of its role.
const (
	RoleMatch      Role = iota // shows an indicator
	RoleLead                   // shows an indicator in the title or the lead
	RoleUnless                 // takes a match of the indicator back
	RoleCasualty               // reads a number; Index into Casualties
	RoleNotCounted             // takes a casualty back
	RoleGuard                  // Index into Guards
	RoleLifted                 // takes a guard's word in its sentence back; Index into Guards
	RoleBefore                 // Index into Cues
	RoleAfter
	RoleOpening // a cue in the sentence behind the match
	RolePseudo
	RoleTerminator
	RoleTurn        // ends the reach of all cues and attributions
	RoleAttribution // Index into Sources
	RoleEntity      // Index into Entities
	RoleClass       // puts an entity into a class; Index into Entities, Class into its classes
	RoleList        // Index into the names of the lists
)

// Indicates reports whether phrases of the role show an indicator.
func (r Role) Indicates() bool { return r == RoleMatch || r == RoleLead }

// beside reports whether phrases of the role only say something about matches
// in their sentence.
func (r Role) beside() bool {
	switch r {
	case RoleUnless, RoleNotCounted, RoleBefore, RoleAfter, RolePseudo, RoleTerminator, RoleTurn, RoleAttribution:
		return true
	}
	return false
}

// Owner says what a phrase of a program is for and where it stands. There are tens of
// thousands, so that it is small.
type Owner struct {
	Role   Role
	Filter bool // it stands in a filter
	Index  int32
	Class  int32
	nth    int32   // 1 for the first element of list, 0 for what it is of
	Text   string  // the phrase
	list   *source // its phrases share it
	undone *[]string
}

// Undone are words by which the phrase means what was not done.
func (o Owner) Undone() []string {
	if o.undone == nil {
		return nil
	}
	return *o.undone
}

// Position is where the phrase stands, "rules/x.yaml:12".
func (o Owner) Position() string { return o.source().at() }

// source is where the phrase stands.
func (o Owner) source() source {
	s := *o.list
	s.nth = o.nth
	return s
}

// Same reports whether two are one phrase of the file, compiled twice.
func (o Owner) Same(other Owner) bool {
	return o.nth == other.nth && (o.list == other.list || o.list.file == other.list.file && o.list.path == other.list.path)
}
