package faultline

import (
	"context"
	"fmt"

	"github.com/alecthomas/kingpin/v2"
)

// completionCommand prints a script for the shell. The scripts ask the binary
// itself, by the hidden flag --completion-bash, what may follow.
type completionCommand struct{ shell *string }

func addCompletion(app *kingpin.Application) (string, command) {
	c := app.Command("completion", `Print the completion script of a shell. For bash:
	source <(faultline completion bash)`)
	return c.FullCommand(), completionCommand{shell: c.Arg("shell", "bash, zsh or fish").Required().HintOptions("bash", "zsh", "fish").Enum("bash", "zsh", "fish")}
}

const bashCompletion = `_faultline() {
    local words
    words=$(faultline --completion-bash "${COMP_WORDS[@]:1:$COMP_CWORD}")
    COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
    [[ ${#COMPREPLY[@]} -gt 0 ]] || COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _faultline faultline
`

const zshCompletion = `#compdef faultline
_faultline() {
    local -a found
    found=($(faultline --completion-bash "${(@)words[2,$CURRENT]}"))
    compadd -a found || _files
}
compdef _faultline faultline
`

const fishCompletion = `complete -c faultline -a '(faultline --completion-bash (commandline -opc)[2..-1] (commandline -ct))'
`

func (c completionCommand) run(_ context.Context, stdio IO) error {
	scripts := map[string]string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}
	_, err := fmt.Fprint(stdio.Out, scripts[*c.shell])
	return err
}
