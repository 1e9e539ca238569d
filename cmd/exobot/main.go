package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // so that a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], getenv, os.Stdin, os.Stdout, os.Stderr))
}

// getenv is os.Getenv, with the user's own folder for caches where EXOBOT_CACHE names none.
func getenv(name string) string {
	value := os.Getenv(name)
	if name != cacheVariable || value != "" {
		return value
	}
	dir, err := os.UserCacheDir()
	if err != nil || !filepath.IsAbs(dir) {
		return ""
	}
	return filepath.Join(dir, "exobot")
}

// run executes one command line, without the program's name, and returns its exit code.
// It is the whole program: everything it knows of the world comes in as an argument.
func run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := &console{getenv: getenv, stdin: stdin, stdout: stdout, stderr: stderr, connect: connectDiscord}
	return c.report(c.dispatch(ctx, args))
}
