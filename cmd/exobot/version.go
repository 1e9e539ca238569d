package main

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
)

func versionCommand() command {
	return command{
		name:  "version",
		short: "print the versions of program and knowledge",
		help:  "Version prints the version of the program, of Go and of the pack.",
		examples: []string{
			"exobot version",
		},
		prepare: func(*flag.FlagSet) action { return version },
	}
}

func version(_ context.Context, c *console, args []string) error {
	if err := noArguments("version", args); err != nil {
		return err
	}
	info, _ := debug.ReadBuildInfo()
	program := fmt.Sprintf("exobot %s %s %s/%s\n", programVersion(info), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	if err := c.print(program); err != nil {
		return err
	}
	cfg, err := c.config()
	if err != nil {
		return err
	}
	lib, err := loadPack(cfg.Knowledge)
	if err != nil {
		return err
	}
	return c.print(fmt.Sprintf("pack %s %s, %s\n", cleanLine(lib.Pack.ID), cleanLine(lib.Pack.Version), plural(len(lib.Articles), "article")))
}

// programVersion returns the module's version with the revision it was built from, as
// far as the build recorded them. The info may be nil.
func programVersion(info *debug.BuildInfo) string {
	if info == nil {
		return "(unknown)"
	}
	version := info.Main.Version
	if version == "" {
		version = "(devel)"
	}
	revision, modified := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = " " + s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			modified = " (modified)"
		}
	}
	return version + revision + modified
}
