package main

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"text/tabwriter"
)

func helpCommand() command {
	return command{
		name: "help", args: "[COMMAND]",
		short: "explain the program or one of its commands",
		help:  "Help prints the list of commands, or how one of them is used.",
		examples: []string{
			"exobot help          # the list of commands",
			"exobot help ask      # how to ask a question",
		},
		prepare: func(*flag.FlagSet) action { return help },
	}
}

func help(_ context.Context, c *console, args []string) error {
	switch len(args) {
	case 0:
		return c.print(overview())
	case 1:
		cmd, ok := findCommand(args[0])
		if !ok {
			return unknownCommand(args[0])
		}
		return c.print(helpFor(cmd))
	}
	return usagef("help", "help explains one command at a time, but %q was given too", args[1])
}

// overview returns the help on the program as a whole.
func overview() string {
	var b strings.Builder
	b.WriteString(`Exobot answers questions about exosomes with passages of curated articles, word for
word and with their sources. When no article answers, it says so.

Usage: exobot [COMMAND] [FLAGS] [ARGUMENTS]

Without a command it runs the Discord bot when DISCORD_TOKEN is set, and otherwise
opens a chat in the terminal.

Commands:
`)
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	for _, cmd := range commands() {
		fmt.Fprintf(w, "  %s\t%s\n", cmd.name, cmd.short)
	}
	w.Flush() // writes to a strings.Builder, which never fails
	b.WriteString(`
Environment:
`)
	for _, v := range environment {
		fmt.Fprintf(w, "  %s\t%s\n", v.name, v.meaning)
	}
	w.Flush()
	b.WriteString(`
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 declined to answer (ask only),
78 configuration that a restart cannot mend.

Type "exobot help COMMAND" for the flags of a command and for examples.
`)
	return b.String()
}

// helpFor returns the help on one command.
func helpFor(cmd command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Usage: %s\n\n%s\n", strings.TrimSpace("exobot "+cmd.name+" "+cmd.args), strings.TrimSpace(cmd.help))
	flags := newFlagSet(cmd)
	cmd.prepare(flags)
	var lines []string
	flags.VisitAll(func(f *flag.Flag) {
		value, meaning := flag.UnquoteUsage(f)
		lines = append(lines, fmt.Sprintf("  %s\t%s\n", strings.TrimSpace(flagName(f.Name)+" "+value), meaning))
	})
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	if len(lines) > 0 {
		b.WriteString("\nFlags, which may also follow the arguments:\n")
		fmt.Fprint(w, strings.Join(lines, ""))
		w.Flush() // writes to a strings.Builder, which never fails
	}
	b.WriteString("\nExamples:\n")
	for _, e := range cmd.examples {
		fmt.Fprintf(&b, "  %s\n", e)
	}
	return b.String()
}
