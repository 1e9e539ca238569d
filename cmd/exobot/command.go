package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// Exit codes. Scripts and service managers rely on them; 78 is EX_CONFIG of
// sysexits.h, which tells a service manager that a restart will not help.
const (
	exitDone     = 0
	exitFailed   = 1
	exitUsage    = 2
	exitDeclined = 3 // ask only
	exitConfig   = 78
)

// A console is the world as a command sees it.
type console struct {
	getenv         func(string) string
	stdin          io.Reader
	stdout, stderr io.Writer
	connect        func(connectOptions) (connection, error)
}

// A command is one subcommand of the program.
type command struct {
	name  string
	args  string // what stands behind the name in the usage line
	short string // one line for the list of commands
	help  string // paragraphs below the usage line
	// examples are command lines, each with what it does behind " # ".
	examples []string
	// prepare defines the command's flags and returns the function that runs it once
	// they are parsed.
	prepare func(*flag.FlagSet) action
}

// An action runs a command with the arguments that are not flags.
type action func(ctx context.Context, c *console, args []string) error

// commands returns all commands, in the order in which help lists them.
func commands() []command {
	return []command{
		askCommand(), chatCommand(), runCommand(),
		checkCommand(), importCommand(), evalCommand(), benchCommand(),
		versionCommand(), helpCommand(),
	}
}

// findCommand returns the command of that name.
func findCommand(name string) (command, bool) {
	for _, cmd := range commands() {
		if cmd.name == name {
			return cmd, true
		}
	}
	return command{}, false
}

// An exitError ends the program with a code of its own.
type exitError struct {
	code    int
	command string // whose usage to point at; may be empty
	err     error  // nil when everything has been said
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usagef returns an error about how a command was called.
func usagef(command, format string, args ...any) error {
	return &exitError{exitUsage, command, fmt.Errorf(format, args...)}
}

// configError marks err as one that a restart cannot mend.
func configError(err error) error { return &exitError{code: exitConfig, err: err} }

// report prints err, if there is something to say, and returns the exit code.
func (c *console) report(err error) int {
	if err == nil {
		return exitDone
	}
	code := exitFailed
	var e *exitError
	if errors.As(err, &e) {
		code = e.code
	}
	if e != nil && e.err == nil {
		return code
	}
	if errors.Is(err, context.Canceled) {
		err = errors.New("interrupted")
	}
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintf(c.stderr, "exobot: %s\n", cleanLine(strings.TrimSuffix(line, "\n")))
	}
	if code == exitUsage {
		fmt.Fprintf(c.stderr, "Type %q for how it is used.\n", strings.TrimSpace("exobot help "+e.command))
	}
	return code
}

// dispatch finds the command that args name and runs it.
func (c *console) dispatch(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return c.start(ctx)
	}
	name := args[0]
	switch name {
	case "-h", "-help", "--help":
		name = "help"
	case "-v", "-version", "--version":
		name = "version"
	}
	cmd, ok := findCommand(name)
	if !ok {
		return unknownCommand(name)
	}
	return c.execute(ctx, cmd, args[1:])
}

// start is the program without arguments: the bot where it has a token, and otherwise a
// chat that says how to get there.
func (c *console) start(ctx context.Context) error {
	if hasToken(c.getenv) {
		return c.execute(ctx, runCommand(), nil)
	}
	fmt.Fprintln(c.stderr, "To connect Exobot to Discord, set DISCORD_TOKEN to the token of your bot and start it again.")
	return c.execute(ctx, chatCommand(), nil)
}

func unknownCommand(name string) error {
	if strings.ContainsAny(name, " ?") {
		return usagef("", "there is no command %q; to ask a question, write: exobot ask %q", name, name)
	}
	var names []string
	for _, cmd := range commands() {
		names = append(names, cmd.name)
	}
	if near := nearest(name, names); near != "" {
		return usagef("", "there is no command %q; did you mean %q?", name, near)
	}
	return usagef("", "there is no command %q; the commands are %s", name, strings.Join(names, ", "))
}

// execute parses the flags of a command and runs it.
func (c *console) execute(ctx context.Context, cmd command, args []string) error {
	flags := newFlagSet(cmd)
	act := cmd.prepare(flags)
	rest, err := parseFlags(flags, args)
	if errors.Is(err, flag.ErrHelp) {
		return c.print(helpFor(cmd))
	}
	if err != nil {
		return &exitError{exitUsage, cmd.name, flagError(flags, err)}
	}
	return act(ctx, c, rest)
}

func newFlagSet(cmd command) *flag.FlagSet {
	flags := flag.NewFlagSet(cmd.name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	return flags
}

// parseFlags parses args and returns those that are not flags. Unlike in package flag,
// flags may stand before, between and behind them; what follows "--" is no flag.
func parseFlags(flags *flag.FlagSet, args []string) ([]string, error) {
	var rest []string
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		parsed := len(args) - flags.NArg()
		if parsed > 0 && args[parsed-1] == "--" {
			return append(rest, args[parsed:]...), nil
		}
		if flags.NArg() == 0 {
			return rest, nil
		}
		rest = append(rest, flags.Arg(0))
		args = flags.Args()[1:]
	}
}

// Messages of package flag.
var (
	unknownFlag = regexp.MustCompile(`^flag provided but not defined: -(.*)$`)
	needsValue  = regexp.MustCompile(`^flag needs an argument: -(.*)$`)
	badValue    = regexp.MustCompile(`^invalid (?:boolean )?value (".*") for (?:flag )?-([^:]*): (.*)$`)
)

// flagError rewords what package flag says about a command line.
func flagError(flags *flag.FlagSet, err error) error {
	message := err.Error()
	if m := needsValue.FindStringSubmatch(message); m != nil {
		return fmt.Errorf("%s needs a value behind it", flagName(m[1]))
	}
	if m := badValue.FindStringSubmatch(message); m != nil {
		return fmt.Errorf("%s does not take the value %s", flagName(m[2]), m[1])
	}
	m := unknownFlag.FindStringSubmatch(message)
	if m == nil {
		return err
	}
	var names []string
	flags.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
	if near := nearest(m[1], names); near != "" {
		return fmt.Errorf("there is no flag %q; did you mean %s?", m[1], flagName(near))
	}
	return fmt.Errorf("there is no flag %q; put -- in front of an argument that begins with a hyphen", m[1])
}

// flagName returns a flag as people write it.
func flagName(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// noArguments returns a usage error if a command that takes none was given some.
func noArguments(command string, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usagef(command, "%s takes no argument, but %q was given", command, args[0])
}

// A listFlag is a flag that may be repeated.
type listFlag[T ~string] struct{ values *[]T }

func (f listFlag[T]) String() string { return "" }

func (f listFlag[T]) Set(s string) error {
	*f.values = append(*f.values, T(s))
	return nil
}

// print writes s to standard output.
func (c *console) print(s string) error {
	if _, err := io.WriteString(c.stdout, s); err != nil {
		return fmt.Errorf("write to standard output: %w", err)
	}
	return nil
}

// nearest returns the name that a mistyped one was most likely meant to be, or "" when
// none is within two letters and half of its length.
func nearest(typed string, names []string) string {
	best, least := "", 3
	for _, name := range names {
		if d := distance(typed, name); d < least && 2*d <= len(name) {
			best, least = name, d
		}
	}
	return best
}

// distance counts the letters to insert, remove, replace or exchange with their
// neighbour to turn a into b.
func distance(a, b string) int {
	x, y := []rune(strings.ToLower(a)), []rune(strings.ToLower(b))
	if d := len(x) - len(y); d > 3 || d < -3 {
		return max(d, -d)
	}
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			d := rows[i-1][j-1]
			if x[i-1] != y[j-1] {
				d++
			}
			d = min(d, rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(x)][len(y)]
}
