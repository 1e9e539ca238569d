package main

import (
	"context"
	"errors"
	"io"
	"log/slog"

	"exobot/bot/discord"
)

// connectDiscord makes the connection that "exobot run" uses.
func connectDiscord(opts connectOptions) (connection, error) {
	return newConnection(opts, discordConfig(opts))
}

// discordConfig returns what the settings mean to package discord.
func discordConfig(opts connectOptions) discord.Config {
	cfg := discord.Config{
		Token:    opts.Token,
		Features: discord.AllFeatures,
		Style:    discord.Style(opts.Discord.Style),
		APIBase:  opts.Discord.APIBase,

		Private: opts.Discord.Private,

		AskChannels: opts.Discord.AskChannels,
		Forums:      opts.Discord.Forums,
		FollowUps:   opts.Discord.FollowUps,
		Cooldowns:   discord.DefaultCooldowns,
		Contact:     opts.Discord.Contact,
		Reports:     opts.Discord.Reports,
		Feedback:    feedbackLog{opts.Log},
	}
	if opts.DryRun != nil {
		cfg.DryRun = harmlessWriter{opts.DryRun}
	}
	return cfg
}

// A feedbackLog counts in the log which sections members found helpful. What they wrote
// stays out of it.
type feedbackLog struct{ log *slog.Logger }

func (l feedbackLog) Record(ctx context.Context, f discord.Feedback) error {
	l.log.InfoContext(ctx, "feedback", "section", f.Section.String(), "passage", f.Passage, "helpful", f.Helpful)
	return nil
}

func newConnection(opts connectOptions, cfg discord.Config) (connection, error) {
	client, err := discord.New(opts.Bot, cfg, opts.Log)
	if err != nil {
		return nil, discordError(err)
	}
	return connectionFunc(func(ctx context.Context) error { return discordError(client.Run(ctx)) }), nil
}

// discordError gives the faults that only a person can mend their exit code.
func discordError(err error) error {
	var fatal *discord.FatalError
	if errors.As(err, &fatal) {
		return configError(err)
	}
	return err
}

// A harmlessWriter writes to a terminal what other people wrote.
type harmlessWriter struct{ w io.Writer }

func (h harmlessWriter) Write(p []byte) (int, error) {
	if _, err := io.WriteString(h.w, clean(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}
