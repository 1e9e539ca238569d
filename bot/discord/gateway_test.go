package discord_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"exobot/bot/discord"
	"exobot/bot/discord/discordtest"
)

// Whatever happens to the connection, the next question is answered once.
func TestConnectionLost(t *testing.T) {
	tests := []struct {
		name       string
		server     discordtest.Options
		fault      func(w *world)
		resumes    bool // whether the session goes on
		identifies int
		rules      []discordtest.Rule
	}{
		{name: "cut", fault: func(w *world) { w.Cut() }, resumes: true, identifies: 1},
		{name: "closed for no reason", fault: func(w *world) { w.CloseGateway(4000) }, resumes: true, identifies: 1},
		{name: "asked to reconnect", fault: func(w *world) { w.Reconnect() }, resumes: true, identifies: 1},
		{name: "invalid but resumable", fault: func(w *world) { w.InvalidateSession(true) }, resumes: true, identifies: 1},
		{name: "invalid", fault: func(w *world) { w.InvalidateSession(false) }, identifies: 2},
		{name: "timed out", fault: func(w *world) { w.CloseGateway(4009) }, identifies: 2},
		{name: "silent", fault: func(w *world) { w.Silence() }, resumes: true, identifies: 1},
		{name: "port closed for a while", resumes: true, identifies: 1, fault: func(w *world) {
			w.FailGateway(discordtest.RefuseDial(), 2)
			w.Cut()
		}},
		{name: "machine overloaded for a while", resumes: true, identifies: 1, fault: func(w *world) {
			w.FailGateway(discordtest.RefuseUpgrade(503), 2)
			w.Cut()
		}},
		{name: "cut again while resuming", resumes: true, identifies: 1, fault: func(w *world) {
			w.FailGateway(discordtest.CutOnIdentify(), 1)
			w.Cut()
		}},
		{name: "asked to reconnect while resuming", resumes: true, identifies: 1, fault: func(w *world) {
			w.FailGateway(discordtest.ReconnectOnIdentify(), 1)
			w.Cut()
		}},
		{name: "invalid while resuming", identifies: 2, fault: func(w *world) {
			w.FailGateway(discordtest.InvalidateOnIdentify(false), 1)
			w.Cut()
		}},
		{name: "resuming fails again and again", identifies: 2, fault: func(w *world) {
			w.FailGateway(discordtest.SilentAfterHello(), 3)
			w.Cut()
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inWorld(t, setup{server: test.server}, func(t *testing.T, w *world) {
				w.Tolerate(test.rules...)
				w.answered(w.ask("how big?"))
				test.fault(w)
				var meanwhile *discordtest.Message
				if test.resumes {
					meanwhile = w.ask("how big, while you are away?")
				}
				connections := len(w.Connections())
				w.Await(patient(t), "a new connection", func() bool {
					all := w.Connections()
					last := all[len(all)-1]
					return len(all) > connections && last.Open && (last.Resumed || last.Identified)
				})
				synctest.Wait()
				if meanwhile != nil {
					w.answered(meanwhile)
				}
				w.answered(w.ask("how big?"))
				if n := len(w.Identifies()); n != test.identifies {
					t.Errorf("identified %d times, want %d", n, test.identifies)
				}
				all := w.Connections()
				if last := all[len(all)-1]; last.Resumed != test.resumes {
					t.Errorf("last connection = %+v, want resumed %v", last, test.resumes)
				}
				for _, c := range all[:len(all)-1] {
					if c.CloseCode != 0 {
						t.Errorf("a connection was closed with %d, which ends the session", c.CloseCode)
					}
				}
				if got := w.client.Status().State; got != discord.StateReady {
					t.Errorf("state = %q", got)
				}
			})
		})
	}
}

// patient is a context for what takes minutes of virtual time.
func patient(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	t.Cleanup(cancel)
	return ctx
}

func TestResumeAddress(t *testing.T) {
	const normal, resume = "gateway.discord.test", "gateway-resume.discord.test"
	hosts := func(w *world) string {
		var list []string
		for _, c := range w.Connections() {
			list = append(list, c.Host)
		}
		return strings.Join(list, " ")
	}
	t.Run("used", func(t *testing.T) {
		inWorld(t, setup{}, func(t *testing.T, w *world) {
			w.Cut()
			w.Await(t.Context(), "a resume", func() bool { return len(w.Resumes()) == 1 })
			if got, want := hosts(w), normal+" "+resume; got != want {
				t.Errorf("hosts = %q, want %q", got, want)
			}
		})
	})
	t.Run("out of reach", func(t *testing.T) {
		var dial func(ctx context.Context, network, address string) (net.Conn, error)
		inWorld(t, setup{config: func(c *discord.Config) {
			dial = c.DialContext
			c.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				if strings.HasPrefix(address, resume) {
					return nil, errors.New("no way there")
				}
				return dial(ctx, network, address)
			}
		}}, func(t *testing.T, w *world) {
			w.Cut()
			w.Await(t.Context(), "a resume", func() bool { return len(w.Resumes()) == 1 })
			if got, want := hosts(w), normal+" "+normal; got != want {
				t.Errorf("hosts = %q, want %q", got, want)
			}
		})
	})
}

// Some faults only a person can mend. The bot says which, and does not try again.
func TestFatal(t *testing.T) {
	tests := []struct {
		name   string
		config func(*discord.Config)
		before func(*world)
		rule   discordtest.Rule
		want   string
	}{
		{"wrong token", func(c *discord.Config) { c.Token = "wrong" }, nil, discordtest.RuleAuth, "Reset Token"},
		{"token refused by the gateway", nil, closeWith(4004), "", "Reset Token"},
		{"intent not allowed", nil, closeWith(4014), "", "Privileged Gateway Intents"},
		{"intent unknown", nil, closeWith(4013), "", "newer version"},
		{"version", nil, closeWith(4012), "", "newer version"},
		{"shards", nil, closeWith(4011), "", "shards"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inWorld(t, setup{config: test.config, before: test.before, dead: true}, func(t *testing.T, w *world) {
				if test.rule != "" {
					w.Expect(test.rule)
				}
				err := w.ended()
				var fatal *discord.FatalError
				if !errors.As(err, &fatal) || !strings.Contains(fatal.Advice, test.want) {
					t.Errorf("Run = %v, want a fatal error with %q", err, test.want)
				}
				if n := len(w.Connections()); n > 1 {
					t.Errorf("%d connections, want one at most", n)
				}
				if got := w.client.Status().State; got != discord.StateFatal {
					t.Errorf("state = %q", got)
				}
			})
		})
	}
}

func closeWith(code int) func(*world) {
	return func(w *world) { w.FailGateway(discordtest.CloseOnIdentify(code), discordtest.Always) }
}

// A REST proxy may know nothing of /gateway/bot.
func TestPlainGatewayRoute(t *testing.T) {
	inWorld(t, setup{before: func(w *world) {
		w.Fail(discordtest.On("GET", "/gateway/bot"), discordtest.APIError(404, 0, "404: Not Found"), discordtest.Always)
	}}, func(t *testing.T, w *world) {
		w.answered(w.ask("how big?"))
	})
}

// Where Discord cannot be reached at first, the bot waits for it.
func TestStartWithoutDiscord(t *testing.T) {
	inWorld(t, setup{before: func(w *world) {
		w.Fail(discordtest.On("GET", "/gateway/bot"), discordtest.Status(503), 20)
		w.Fail(discordtest.On("PUT", ""), discordtest.Status(500), 5)
	}, dead: true}, func(t *testing.T, w *world) {
		w.Await(patient(t), "commands", func() bool { return len(w.Commands()) > 0 })
		w.answered(w.ask("how big?"))
	})
}

// The bot works over real connections, at an address of its own.
func TestAPIBase(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{TCP: true})
	general, ann := s.Guild("Lab").Channel("general"), s.User("ann")
	client, err := discord.New(newAnswers(), discord.Config{Token: "Bot " + s.Token(), Features: discord.Mentions, APIBase: s.URL() + "/"}, discardLog())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- client.Run(ctx) }()
	s.WaitReady(t.Context())
	general.WaitReply(t.Context(), general.Say(ann, s.Mention()+" how big?"))
	if got, want := s.Identifies()[0].Intents, discordtest.IntentGuilds|discordtest.IntentGuildMessages; got != want {
		t.Errorf("intents = %b, want %b", got, want)
	}
	stop()
	if err := <-done; err != nil {
		t.Errorf("Run = %v", err)
	}
}

func TestTokenRevokedLater(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		w.Fail(discordtest.On("POST", "/channels/*/messages"), discordtest.APIError(401, 0, "401: Unauthorized"), 1)
		w.ask("how big?")
		var fatal *discord.FatalError
		if err := w.ended(); !errors.As(err, &fatal) {
			t.Errorf("Run = %v, want a fatal error", err)
		}
	})
}

func TestConfigErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		config discord.Config
		want   string
	}{
		{discord.Config{}, "there is no bot token"},
		{discord.Config{Token: " Bot \n"}, "there is no bot token"},
		{discord.Config{Token: "to ken"}, "a space"},
		{discord.Config{Token: "x", APIBase: "discord.com"}, `API base "discord.com" is not an address`},
		{discord.Config{Token: "x", Style: "fancy"}, `style "fancy"`},
	}
	for _, test := range tests {
		_, err := discord.New(newAnswers(), test.config, discardLog())
		var fatal *discord.FatalError
		if !errors.As(err, &fatal) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("New(%+v) = %v, want a fatal error with %q", test.config, err, test.want)
		}
	}
}

// Discord allows one identification in five seconds, and resets the token of a bot that
// uses up its session starts of a day.
func TestIdentifyBudget(t *testing.T) {
	t.Run("one in five seconds", func(t *testing.T) {
		inWorld(t, setup{server: discordtest.Options{LimitIdentify: true}}, func(t *testing.T, w *world) {
			for range 5 {
				n := len(w.Identifies())
				w.InvalidateSession(false)
				w.Await(patient(t), "an identification", func() bool { return len(w.Identifies()) > n })
				settle()
			}
			w.WaitReady(t.Context())
		})
	})
	t.Run("not the last of the day", func(t *testing.T) {
		inWorld(t, setup{server: discordtest.Options{SessionStarts: 22}}, func(t *testing.T, w *world) {
			w.InvalidateSession(false)
			w.Await(patient(t), "an identification", func() bool { return len(w.Identifies()) == 2 })
			settle()
			w.InvalidateSession(false)
			time.Sleep(23 * time.Hour)
			synctest.Wait()
			if n := len(w.Identifies()); n != 2 {
				t.Errorf("identified %d times", n)
			}
			if !strings.Contains(w.logs.String(), "connected too often today") {
				t.Error("the log does not say so")
			}
		})
	})
}

func TestStatus(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		time.Sleep(time.Hour)
		if s := w.client.Status(); s.State != discord.StateReady || time.Since(s.Alive) > time.Minute {
			t.Errorf("after a quiet hour the status is %+v", s)
		}
		w.FailGateway(discordtest.RefuseDial(), discordtest.Always)
		w.Silence()
		before := w.client.Status()
		time.Sleep(2 * time.Minute)
		if s := w.client.Status(); s.State == discord.StateReady || s.Alive != before.Alive {
			t.Errorf("without a connection the status is %+v", s)
		}
	})
}

// When it is asked to stop, the bot finishes what it has in hand and takes no more.
func TestShutdown(t *testing.T) {
	t.Run("finishes", func(t *testing.T) {
		inWorld(t, setup{}, func(t *testing.T, w *world) {
			message := w.ask("slowly: how big?")
			in := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "slowly: how big?"))
			synctest.Wait()
			w.stop()
			synctest.Wait()
			late := w.ask("how big, in the last moment?")
			if err := w.ended(); err != nil {
				t.Errorf("Run = %v", err)
			}
			if w.general.Reply(message) == nil || in.Reply() == nil {
				t.Error("a question in hand was not answered")
			}
			if w.general.Reply(late) != nil {
				t.Error("a question was taken after the end")
			}
			if strings.Contains(w.logs.String(), "too many") {
				t.Error("the log calls the end a flood")
			}
			if c := w.Connections(); len(c) != 1 || c[0].Open || c[0].CloseCode != 1000 {
				t.Errorf("connections = %+v, want one that was closed with 1000", c)
			}
		})
	})
	t.Run("for 15 seconds at most", func(t *testing.T) {
		inWorld(t, setup{}, func(t *testing.T, w *world) {
			question := w.ask("hold on")
			w.ask("stubborn")
			synctest.Wait()
			start := time.Now()
			w.stop()
			if err := w.ended(); err != nil {
				t.Errorf("Run = %v", err)
			}
			if took := time.Since(start); took < 15*time.Second || took > 20*time.Second {
				t.Errorf("stopping took %v", took)
			}
			if w.general.Reply(question) != nil {
				t.Error("a question that takes too long was answered")
			}
			close(w.answers.slow)
		})
	})
	t.Run("while there is no connection", func(t *testing.T) {
		inWorld(t, setup{}, func(t *testing.T, w *world) {
			w.FailGateway(discordtest.RefuseDial(), discordtest.Always)
			w.Cut()
			time.Sleep(10 * time.Second)
			w.stop()
			if err := w.ended(); err != nil {
				t.Errorf("Run = %v", err)
			}
		})
	})
}
