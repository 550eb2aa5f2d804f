package faultline

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kingpin/v2"
	"github.com/rivo/uniseg"

	"faultline/services/classifier"
	"faultline/services/faultline/internal/card"
)

// placesCommand says which places a text names and where its story happens.
type placesCommand struct {
	input  textInput
	config *string
	asJSON *bool
}

func addPlaces(app *kingpin.Application) (string, command) {
	c := app.Command("places", `Show which places a text names and where its story happens, with what spoke for and against each. The first line of the text is its title, after an empty line comes the rest.
	faultline places article.txt
	echo "Clashes in Jalalabad, Kyrgyzstan" | faultline places --country KG -`)
	return c.FullCommand(), placesCommand{
		input: newTextInput(c), config: configFlag(c),
		asJSON: c.Flag("json", "Write the decisions as JSON.").Bool(),
	}
}

func (c placesCommand) run(_ context.Context, stdio IO) error {
	item, err := c.input.read(stdio)
	if err != nil {
		return err
	}
	stdio.tellShipped(*c.config)
	dir, section, err := rulesSection(*c.config)
	if err != nil {
		return err
	}
	set, err := classifier.Compile(dir, section)
	if err != nil {
		return err
	}
	x := set.Places(item)
	if *c.asJSON {
		return writeJSON(stdio.Out, x)
	}
	_, err = io.WriteString(stdio.Out, placesText(&x, stdio.Color, stdio.Width))
	return err
}

// placesText is the explanation as lines for a terminal.
func placesText(x *classifier.PlacesExplanation, color bool, width int) string {
	w := &explainer{color: color, width: max(width, 40)}
	w.story(x)
	if len(x.Names) == 0 {
		w.printf("\nThe text has no name that the gazetteer knows.\n")
	}
	for _, taken := range []bool{true, false} {
		for i := range x.Names {
			if n := &x.Names[i]; (n.Place != nil) == taken {
				w.name(n)
			}
		}
	}
	return w.out.String()
}

// story prints where the story happens and to which regions that belongs.
func (w *explainer) story(x *classifier.PlacesExplanation) {
	if m := x.Main; m != nil {
		w.printf("story  %s  confidence %.2f\n", w.paint(where(m.Name, m.Country, m.Admin1), marked), m.Confidence)
	} else {
		w.printf("story  %s\n", w.paint("unplaced", red))
	}
	w.worths("countries", x.Countries)
	w.worths("places", x.Sites)
	for _, r := range x.Regions {
		w.printf("  region %s: %s\n", w.paint(r.ID, bold), r.Why)
	}
}

// shownWorths is how many countries or places are listed.
const shownWorths = 5

func (w *explainer) worths(title string, list []classifier.PlaceReason) {
	if len(list) == 0 {
		return
	}
	var parts []string
	for _, r := range list[:min(shownWorths, len(list))] {
		parts = append(parts, fmt.Sprintf("%s %.2f", r.Why, r.Weight))
	}
	w.printf("  by position and repetition, %s: %s\n", title, strings.Join(parts, ", "))
}

// shownSenses is how many of a name's meanings are listed.
const shownSenses = 4

func (w *explainer) name(n *classifier.PlaceName) {
	mark := w.paint("“"+card.Plain(n.Text)+"”", marked)
	if n.Place == nil {
		w.printf("\n%s in the %s is left out: %s\n", mark, n.Field, w.paint(n.LeftOut, red))
		w.reasons("    ", n.Mention)
		return
	}
	w.printf("\n%s in the %s (%s, worth %.2f) is %s  confidence %.2f\n", mark, n.Field, n.Position, n.Worth,
		w.paint(where(n.Place.Name, n.Place.Country, n.Place.Admin1), green), n.Place.Confidence)
	w.reasons("    a place: ", n.Mention)
	for _, s := range n.Senses[:min(shownSenses, len(n.Senses))] {
		w.printf("    %3.0f %%  %s, %s\n", 100*s.Share, w.paint(where(s.Name, s.Country, s.Admin1), bold), s.Kind)
		w.reasons("           ", s.Reasons)
	}
	if rest := len(n.Senses) - shownSenses; rest > 0 {
		w.printf("           and %d less likely\n", rest)
	}
}

// reasons lists reasons with their weights, wrapped to the terminal.
func (w *explainer) reasons(indent string, list []classifier.PlaceReason) {
	column := 0
	for i, r := range list {
		part := fmt.Sprintf("%+.3g %s", r.Weight, r.Why)
		switch {
		case i == 0:
			w.printf("%s", indent)
			column = len(indent)
		case column+uniseg.StringWidth(part)+2 > w.width:
			w.printf(",\n%s", strings.Repeat(" ", len(indent)))
			column = len(indent)
		default:
			w.printf(", ")
			column += 2
		}
		w.printf("%s", w.paint(part, faint))
		column += uniseg.StringWidth(part)
	}
	if len(list) > 0 {
		w.printf("\n")
	}
}

// where is a place with its country and first-level area: "Osh (KG.08)".
func where(name, country, admin1 string) string {
	switch {
	case country == "":
		return card.Plain(name)
	case admin1 == "":
		return card.Plain(name) + " (" + country + ")"
	}
	return card.Plain(name) + " (" + country + "." + admin1 + ")"
}
