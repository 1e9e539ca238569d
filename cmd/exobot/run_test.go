package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"exobot/bot"
	"exobot/bot/discord"
	"exobot/bot/discord/discordtest"
)

// A link is a connection to Discord that a test makes up.
type link func(ctx context.Context, opts connectOptions) error

// runBot runs the program over the small pack with a made-up connection.
func runBot(ctx context.Context, l link, args ...string) (r result, got connectOptions) {
	var stdout bytes.Buffer
	r = runConnected(ctx, "hush-hush", func(opts connectOptions) (connection, error) {
		got = opts
		return connectionFunc(func(ctx context.Context) error { return l(ctx, opts) }), nil
	}, &stdout, args...)
	r.stdout = stdout.String()
	return r, got
}

// runConnected runs the program over the small pack with connections of the test's own.
func runConnected(ctx context.Context, token string, connect func(connectOptions) (connection, error), stdout io.Writer, args ...string) result {
	var stderr bytes.Buffer
	env := map[string]string{"DISCORD_TOKEN": token, "EXOBOT_CONFIG": "testdata/config/full.yaml"}
	c := &console{
		getenv: func(name string) string { return env[name] }, stdin: strings.NewReader(""), stdout: stdout, stderr: &stderr,
		connect: connect,
	}
	code := c.report(c.dispatch(ctx, args))
	return result{code: code, stderr: stderr.String()}
}

func TestRun(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	const question = "what is the diameter of an exosome"
	r, opts := runBot(ctx, func(ctx context.Context, opts connectOptions) error {
		reply, err := opts.Bot.Answer(ctx, bot.Question{Text: question})
		if err != nil || reply.Kind != bot.KindAnswer {
			t.Errorf("answer: %+v, %v", reply, err)
		}
		stop()
		<-ctx.Done()
		return nil
	})
	if r.code != exitDone || r.stdout != "" {
		t.Errorf("got %+v, want a silent end", r)
	}
	if opts.Token != "hush-hush" || opts.DryRun != nil || opts.Discord.Style != "components" || opts.Discord.APIBase != "http://127.0.0.1:8080" || len(opts.Discord.AskChannels) != 2 {
		t.Errorf("connected with %+v", opts)
	}
	for _, secret := range []string{"hush", "diameter"} {
		if strings.Contains(r.stderr, secret) {
			t.Errorf("the log holds %q: %s", secret, r.stderr)
		}
	}
	if !strings.Contains(r.stderr, "pack=test-pack") {
		t.Errorf("the log does not name the pack: %s", r.stderr)
	}
}

func TestRunDryPrintsHarmlessly(t *testing.T) {
	t.Parallel()
	r, opts := runBot(t.Context(), func(context.Context, connectOptions) error { return nil }, "run", "--dry-run")
	if r.code != exitDone || opts.DryRun == nil {
		t.Fatalf("got %+v, with output %v", r, opts.DryRun)
	}
	var b strings.Builder
	if n, err := fmt.Fprint(harmlessWriter{&b}, "a\x1b[2Jb\n"); n != 7 || err != nil || b.String() != "a\ufffd[2Jb\n" {
		t.Errorf("wrote %d bytes, %v: %q", n, err, b.String())
	}
}

func TestRunExitCodes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err  error
		want int
	}{
		{nil, exitDone},
		{fmt.Errorf("gateway: %w", context.Canceled), exitDone},
		{errors.New("the network is gone"), exitFailed},
		{&discord.FatalError{Advice: "switch on the intent"}, exitConfig},
		{fmt.Errorf("open: %w", &discord.FatalError{Advice: "copy the token again"}), exitConfig},
	} {
		r, _ := runBot(t.Context(), func(context.Context, connectOptions) error { return discordError(test.err) }, "run")
		if r.code != test.want {
			t.Errorf("%v: exit code %d, want %d: %s", test.err, r.code, test.want, r.stderr)
		}
		if r.code != exitDone && !strings.Contains(r.stderr, test.err.Error()) {
			t.Errorf("%v: standard error does not say so: %s", test.err, r.stderr)
		}
	}
}

// Discord's own client takes what the settings give it.
func TestConnectDiscord(t *testing.T) {
	t.Parallel()
	for _, style := range []string{"embed", "components", "text"} {
		if _, err := connectDiscord(connectOptions{Token: "abc", Discord: DiscordConfig{Style: style, APIBase: "http://127.0.0.1:1"}}); err != nil {
			t.Errorf("style %s: %v", style, err)
		}
	}
	_, err := connectDiscord(connectOptions{})
	var e *exitError
	if !errors.As(err, &e) || e.code != exitConfig {
		t.Errorf("without a token: got %v, want an error that ends with code %d", err, exitConfig)
	}
}

func TestLogIsJSONForMachines(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	c := &console{stderr: &b}
	c.logger(LogConfig{}).Info("started", "pack", "p")
	var entry struct{ Msg, Pack string }
	if err := json.Unmarshal(b.Bytes(), &entry); err != nil || entry.Msg != "started" || entry.Pack != "p" {
		t.Errorf("logged %s, %v", &b, err)
	}
	b.Reset()
	c.logger(LogConfig{Format: "text"}).Info("started", "pack", "p")
	if !strings.HasSuffix(b.String(), "msg=started pack=p\n") {
		t.Errorf("logged %s", &b)
	}
}

// inDiscord connects to a Discord that runs in the test.
func inDiscord(s *discordtest.Server) func(connectOptions) (connection, error) {
	return func(opts connectOptions) (connection, error) {
		opts.Discord.APIBase = ""
		cfg := discordConfig(opts)
		cfg.Transport, cfg.DialContext = s.Transport(), s.DialContext
		return newConnection(opts, cfg)
	}
}

// A printer passes on what is printed, piece by piece.
type printer chan string

func (p printer) Write(b []byte) (int, error) {
	p <- string(b)
	return len(b), nil
}

// The whole program, from a question in Discord to the passage, and a clean end.
func TestRunInDiscord(t *testing.T) {
	t.Parallel()
	const question, passage = " what is the diameter of an exosome?", "30 to 150 nanometres"
	for _, test := range []struct {
		name string
		args []string
		wait func(*discordtest.Channel, *discordtest.Message, printer) string
	}{
		{"posts", []string{"run"}, func(ch *discordtest.Channel, m *discordtest.Message, _ printer) string {
			return ch.WaitReply(t.Context(), m).Text()
		}},
		{"prints", []string{"run", "--dry-run"}, func(_ *discordtest.Channel, _ *discordtest.Message, p printer) string {
			return <-p
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := discordtest.New(t, discordtest.Options{Privileged: discordtest.IntentMessageContent})
			general, ann := s.Guild("Lab").Channel("general"), s.User("ann")
			ctx, stop := context.WithCancel(t.Context())
			printed, done := make(printer, 100), make(chan result, 1)
			go func() { done <- runConnected(ctx, s.Token(), inDiscord(s), printed, test.args...) }()
			s.WaitReady(t.Context())
			if reply := test.wait(general, general.Say(ann, s.Mention()+question), printed); !strings.Contains(reply, passage) {
				t.Errorf("reply = %q", reply)
			}
			stop()
			r := <-done
			if r.code != exitDone {
				t.Errorf("exit code %d: %s", r.code, r.stderr)
			}
			if strings.Contains(r.stderr, "diameter") || strings.Contains(r.stderr, s.Token()) {
				t.Errorf("the log holds a question or the token: %s", r.stderr)
			}
		})
	}
}

func TestRunWithRefusedToken(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{Privileged: discordtest.IntentMessageContent})
	s.Expect(discordtest.RuleAuth)
	r := runConnected(t.Context(), "not-the-token", inDiscord(s), io.Discard, "run")
	if r.code != exitConfig || !strings.Contains(r.stderr, "token") || strings.Contains(r.stderr, "not-the-token") {
		t.Errorf("exit code %d: %s; want %d and a word about the token", r.code, r.stderr, exitConfig)
	}
}
