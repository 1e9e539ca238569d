package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"exobot/bot"
)

// serve runs the Discord bot.
type serve struct {
	dryRun bool
}

func runCommand() command {
	return command{
		name: "run", args: "[--dry-run]",
		short: "run the Discord bot",
		help: `
Run connects the bot to Discord and answers until it is interrupted. The token comes from
DISCORD_TOKEN, or from the file that DISCORD_TOKEN_FILE names; the Discord Developer Portal
shows it under Bot.

With --dry-run it listens, and prints questions and replies to standard output instead of
posting anything.

A pack folder is watched: what changes there is checked and comes into use without a
restart, at once on SIGHUP. A pack with an error is refused, and the one in use stays.

The log goes to standard error and never holds what people write. Exit code 78 means that
a restart cannot help: the token is bad, an intent is not allowed, or the settings or the
pack are invalid.`,
		examples: []string{
			"DISCORD_TOKEN=... exobot run",
			"DISCORD_TOKEN_FILE=/run/secrets/discord exobot run --dry-run",
		},
		prepare: func(flags *flag.FlagSet) action {
			var s serve
			flags.BoolVar(&s.dryRun, "dry-run", false, "print replies instead of posting them")
			return s.run
		},
	}
}

// A connection keeps the bot in Discord.
type connection interface {
	// Run stays connected until ctx ends, and then finishes the questions in hand. An
	// error that a restart cannot mend ends the program with code 78.
	Run(ctx context.Context) error
}

// A connectionFunc lets a function be a [connection].
type connectionFunc func(ctx context.Context) error

// Run calls f.
func (f connectionFunc) Run(ctx context.Context) error { return f(ctx) }

// connectOptions are what a connection is made of.
type connectOptions struct {
	Token   string
	Bot     *bot.Bot
	Log     *slog.Logger
	Discord DiscordConfig
	DryRun  io.Writer // where to print replies instead of posting them; nil means post
}

func (s *serve) run(ctx context.Context, c *console, args []string) (err error) {
	if err := noArguments("run", args); err != nil {
		return err
	}
	cfg, err := c.config()
	if err != nil {
		return err
	}
	token, err := discordToken(c.getenv)
	if err != nil {
		return configError(err)
	}
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP) // Windows knows the name and never sends it
	defer signal.Stop(hangups)
	log := c.logger(cfg.Log)
	k, err := c.newKeeper(cfg, log)
	if err != nil {
		return err
	}
	b, err := k.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	opts := connectOptions{Token: token, Bot: b, Log: log, Discord: cfg.Discord}
	if s.dryRun {
		opts.DryRun = c.stdout
	}
	conn, err := c.connect(opts)
	if err != nil {
		return fmt.Errorf("connect to Discord: %w", err)
	}
	if err := k.during(ctx, hangups, conn.Run); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("run Discord bot: %w", err)
	}
	log.Info("stopped")
	return nil
}

// logger returns the log of the running bot: text for somebody at a terminal, and JSON
// for a machine, unless the settings say otherwise.
func (c *console) logger(cfg LogConfig) *slog.Logger {
	opts := &slog.HandlerOptions{Level: cfg.Level}
	_, terminal := terminalOf(c.stderr)
	if cfg.Format == "text" || cfg.Format == "" && terminal {
		return slog.New(slog.NewTextHandler(c.stderr, opts))
	}
	return slog.New(slog.NewJSONHandler(c.stderr, opts))
}
