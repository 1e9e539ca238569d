package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"strings"

	"exobot/knowledge"
)

// check tells what is wrong with a pack, or what differs between two.
type check struct {
	strict, diff bool
}

func checkCommand() command {
	return command{
		name: "check", args: "[DIR] [--strict] | check --diff OLD NEW",
		short: "check the settings and the knowledge",
		help: `
Check prints everything that is wrong with the pack in a folder, each with file and line,
and then what the pack holds. Without a folder it checks the settings, and the pack that
they name. Errors make it exit with code 1, with --strict warnings do so too.

With --diff it prints what has changed between two packs.`,
		examples: []string{
			"exobot check                       # the settings and their pack",
			"exobot check mypack --strict       # no warning may be left",
			"exobot check --diff mypack newpack # what readers will notice",
		},
		prepare: func(flags *flag.FlagSet) action {
			var k check
			flags.BoolVar(&k.strict, "strict", false, "exit with code 1 on warnings too")
			flags.BoolVar(&k.diff, "diff", false, "compare two packs")
			return k.run
		},
	}
}

func (k *check) run(_ context.Context, c *console, args []string) error {
	switch {
	case k.diff && len(args) != 2:
		return usagef("check", "--diff compares two folders, OLD and NEW; got %d", len(args))
	case k.diff && k.strict:
		return usagef("check", "--strict has no meaning with --diff")
	case k.diff:
		return diffPacks(c, args[0], args[1])
	case len(args) > 1:
		return usagef("check", "check looks at one folder, but %q was given too", args[1])
	case len(args) == 1:
		return k.pack(c, args[0])
	}
	dir, err := checkConfig(c)
	if err != nil {
		return err
	}
	return k.pack(c, dir)
}

// checkConfig checks the settings and the token, and returns the folder of the pack.
func checkConfig(c *console) (dir string, err error) {
	cfg, err := c.config()
	if err != nil {
		return "", err
	}
	name, named := configFile(c.getenv)
	state := "no problem found"
	if !named && !exists(name) {
		state = "no such file, so everything is as shipped"
	}
	token := "a token is set"
	if !hasToken(c.getenv) {
		token = "no token is set, so exobot opens a chat in the terminal"
	} else if _, err := discordToken(c.getenv); err != nil {
		return "", configError(err)
	}
	return cfg.Knowledge, c.print(fmt.Sprintf("settings %s: %s\nDiscord: %s\n", cleanLine(name), state, token))
}

// pack prints the problems of the pack in dir (the shipped one if empty) and what it
// holds.
func (k *check) pack(c *console, dir string) error {
	lib, problems, err := checkPack(dir)
	if err != nil && len(problems) == 0 {
		return err
	}
	var b strings.Builder
	for _, p := range problems {
		p.File = filepath.Join(dir, filepath.FromSlash(p.File))
		fmt.Fprintf(&b, "%s\n", cleanLine(p.String()))
	}
	if lib != nil {
		var report strings.Builder
		knowledge.Check(lib).WriteTo(&report) // to a strings.Builder, which never fails
		b.WriteString(clean(report.String()))
	}
	if err := c.print(b.String()); err != nil {
		return err
	}
	errs, warnings := len(problems.Errors()), len(problems.Warnings())
	if errs > 0 || k.strict && warnings > 0 {
		return fmt.Errorf("%s, %s", plural(errs, "error"), plural(warnings, "warning"))
	}
	return nil
}

// diffPacks prints what has changed from one pack to another.
func diffPacks(c *console, oldDir, newDir string) error {
	before, _, oldErr := checkPack(oldDir)
	after, _, newErr := checkPack(newDir)
	if err := errors.Join(oldErr, newErr); err != nil {
		return err
	}
	changes := knowledge.Diff(before, after)
	if len(changes) == 0 {
		return c.print("no difference\n")
	}
	var b strings.Builder
	for _, change := range changes {
		fmt.Fprintf(&b, "%s\n", cleanLine(change.String()))
	}
	return c.print(b.String())
}

// plural returns the number with its thing.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
