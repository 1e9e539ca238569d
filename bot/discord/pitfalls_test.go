package discord_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"exobot/bot/discord"
	"exobot/bot/discord/discordtest"
)

// The tests in this file are one for each fault of discordgo 0.29 that we know of and
// that shows from outside; library_test.go has those that show inside only. Each names
// what the library does, and checks that the bot does not.

// Pitfall 1: Open locks up for good when opcode 7 is the first packet after Identify or
// Resume.
func TestPitfallReconnectRightAfterIdentify(t *testing.T) {
	inWorld(t, setup{before: func(w *world) { w.FailGateway(discordtest.ReconnectOnIdentify(), 2) }}, func(t *testing.T, w *world) {
		w.answered(w.ask("how big?"))
		w.FailGateway(discordtest.ReconnectOnIdentify(), 1)
		w.Cut()
		w.answered(w.ask("how big?"))
		if len(w.Resumes()) != 2 {
			t.Errorf("resumes = %+v", w.Resumes())
		}
	})
}

// Pitfall 1, for locks that nobody has found yet: an Open that never comes back is
// abandoned, and after five of them the process should be restarted.
func TestPitfallOpenNeverComesBack(t *testing.T) {
	release := make(chan struct{})
	inWorld(t, setup{dead: true, config: func(c *discord.Config) {
		release = make(chan struct{})
		c.DialContext = func(context.Context, string, string) (net.Conn, error) {
			<-release // and not when the context ends
			return nil, net.ErrClosed
		}
	}}, func(t *testing.T, w *world) {
		err := w.ended()
		if err == nil || !strings.Contains(err.Error(), "does not come back (5 times)") {
			t.Errorf("Run = %v", err)
		}
		close(release)
	})
}

// Pitfall 2: fatal close codes are ignored, and the bot reconnects for ever. See also
// TestFatal.
func TestPitfallFatalCloseCodes(t *testing.T) {
	for _, code := range []int{4004, 4010, 4011, 4012, 4013, 4014} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			inWorld(t, setup{}, func(t *testing.T, w *world) {
				w.CloseGateway(code)
				if err := w.ended(); err == nil {
					t.Error("Run = nil, want an error")
				}
				time.Sleep(time.Hour)
				if n := len(w.Connections()); n != 1 {
					t.Errorf("%d connections, want one", n)
				}
			})
		})
	}
}

// Pitfall 3: Close does not stop a reconnect that is under way.
func TestPitfallStopWhileReconnecting(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		forget := w.FailGateway(discordtest.RefuseDial(), discordtest.Always)
		w.Cut()
		time.Sleep(20 * time.Second)
		w.stop()
		if err := w.ended(); err != nil {
			t.Errorf("Run = %v", err)
		}
		forget()
		time.Sleep(time.Hour)
		if n := len(w.Connections()); n != 1 {
			t.Errorf("%d connections, want the first only", n)
		}
	})
}

// Pitfall 4: a dead connection is noticed after three and a half minutes, and closed
// with 1000, which ends the session.
func TestPitfallZombie(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		w.Silence()
		start := time.Now()
		w.Await(patient(t), "a resume", func() bool { return len(w.Resumes()) == 1 })
		if took := time.Since(start); took > 80*time.Second {
			t.Errorf("a dead connection was noticed after %v", took)
		}
		if first := w.Connections()[0]; first.CloseCode != 0 {
			t.Errorf("it was closed with %d", first.CloseCode)
		}
		w.answered(w.ask("how big?"))
	})
}

const original = "/webhooks/*/*/messages/@original"

// Pitfall 5: all edits of responses wait for one another, and for a limit that any of
// them hits.
func TestPitfallEditsWaitForOneAnother(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		w.Fail(discordtest.On("PATCH", original), discordtest.LastOfBucket(2*time.Second), 1)
		w.Fail(discordtest.On("PATCH", original), discordtest.SlowReply(100*time.Millisecond), discordtest.Always)
		var all []*discordtest.Interaction
		start := time.Now()
		for i := range 10 {
			user := w.User(fmt.Sprint("user", i))
			all = append(all, w.general.Slash(user, "ask", discordtest.Opt("question", "slowly: how big?")))
		}
		for _, in := range all {
			in.WaitReply(t.Context())
		}
		if took := time.Since(start); took > 5*time.Second+200*time.Millisecond {
			t.Errorf("ten answers of five seconds each took %v", took)
		}
	})
}

// Pitfall 7: a limit for the whole bot is respected by the route that met it only.
func TestPitfallGlobalLimit(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		random := w.guild.Channel("random")
		w.Fail(discordtest.On("POST", "/channels/*/messages"), discordtest.GlobalRateLimit(2*time.Second), 1)
		first := w.ask("how big?")
		synctest.Wait()
		second := random.Say(w.ann, w.Mention()+" how big?")
		// Interactions are not part of that limit.
		in := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "how big?"))
		if r := in.Response(t.Context()); r.After != 0 {
			t.Errorf("a command was answered after %v", r.After)
		}
		w.answered(first)
		random.WaitReply(t.Context(), second)
		limited := 0
		for _, c := range w.Calls() {
			if c.Status == 429 {
				limited++
			}
		}
		if limited != 1 {
			t.Errorf("%d requests met the limit, want one", limited)
		}
	})
}

// Pitfall 8: a request that meets a limit is repeated without bound, and the wait
// ignores the context.
func TestPitfallEndlessRetries(t *testing.T) {
	messages := discordtest.On("POST", "/channels/*/messages")
	tests := []struct {
		name    string
		fault   discordtest.Fault
		times   int
		replies bool
		tries   int
	}{
		{"a limit", discordtest.RateLimit(2 * time.Second), 1, true, 2},
		{"a limit of others", discordtest.SharedRateLimit(time.Second), 1, true, 2},
		{"a limit again and again", discordtest.RateLimit(time.Second), discordtest.Always, false, 3},
		{"a limit beyond the deadline", discordtest.RateLimit(time.Hour), discordtest.Always, false, 1},
		{"a limit without numbers", discordtest.Status(429), 1, true, 2},
		{"a server error", discordtest.Status(502), 2, true, 3},
		{"server errors without end", discordtest.Status(503), discordtest.Always, false, 3},
		{"a channel that is gone", discordtest.APIError(404, 10003, "Unknown Channel"), discordtest.Always, false, 1},
		{"a refused form", discordtest.APIError(400, 50035, "Invalid Form Body"), discordtest.Always, false, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inWorld(t, setup{}, func(t *testing.T, w *world) {
				forget := w.Fail(messages, test.fault, test.times)
				question := w.ask("how big?")
				time.Sleep(time.Minute)
				synctest.Wait()
				if got := w.general.Reply(question) != nil; got != test.replies {
					t.Errorf("replied: %v", got)
				}
				if n := len(w.CallsTo(messages)); n != test.tries {
					t.Errorf("tried %d times, want %d", n, test.tries)
				}
				forget()
				time.Sleep(2 * time.Hour)
				w.answered(w.ask("how big?"))
			})
		})
	}
}

// Pitfall 9: a message that was posted is posted again when the answer to the request
// gets lost.
func TestPitfallPostedTwice(t *testing.T) {
	faults := map[string]discordtest.Fault{
		"dropped before":  discordtest.DropBefore(),
		"dropped after":   discordtest.DropAfter(),
		"answer too late": discordtest.SlowReply(11 * time.Second),
		"bad gateway":     discordtest.Status(502),
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			inWorld(t, setup{}, func(t *testing.T, w *world) {
				w.Fail(discordtest.On("POST", "/channels/*/messages"), fault, 1)
				w.answered(w.ask("how big?"))
				time.Sleep(time.Minute)
				synctest.Wait()
				if n := len(w.general.Messages()); n != 2 {
					t.Errorf("%d messages, want question and answer", n)
				}
			})
		})
	}
	t.Run("command", func(t *testing.T) {
		inWorld(t, setup{}, func(t *testing.T, w *world) {
			w.Tolerate(discordtest.RuleAcknowledged) // the repetition, which Discord refuses
			w.Fail(discordtest.On("POST", "/interactions/*/*/callback"), discordtest.DropAfter(), 1)
			in := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "how big?"))
			in.WaitReply(t.Context())
			time.Sleep(10 * time.Second)
			synctest.Wait()
			if n := len(w.CallsTo(discordtest.On("POST", "/interactions/*/*/callback"))); n != 2 {
				t.Errorf("the response was sent %d times, want twice", n)
			}
			if strings.Contains(w.logs.String(), "WARN") {
				t.Error("the log complains about a reply that got through")
			}
		})
	})
	t.Run("deferred command", func(t *testing.T) {
		inWorld(t, setup{}, func(t *testing.T, w *world) {
			w.Fail(discordtest.On("PATCH", original), discordtest.DropAfter(), 1)
			in := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "slowly: how big?"))
			in.WaitReply(t.Context())
			time.Sleep(time.Minute)
			synctest.Wait()
			if n := len(in.Followups()); n != 0 {
				t.Errorf("%d follow-ups", n)
			}
		})
	})
}

// Pitfall 10: a component of an unknown type makes the whole message come out empty.
func TestPitfallUnknownComponent(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		strange := `[{"type":99,"content":{"a":1}},{"type":1,"components":[{"type":20}]}]`
		other := w.general.Say(w.User("other", discordtest.OtherBot()), "look", discordtest.WithComponents(strange))
		w.answered(w.ask("how big?", discordtest.WithComponents(strange)))
		w.answered(w.ask("how big?", discordtest.ReplyTo(other)))
	})
}

// Pitfall 11: a form with a label does not parse.
func TestPitfallFormWithLabel(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		in := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "how big?"), discordtest.WithField("type", 5),
			discordtest.WithField("data", map[string]any{"custom_id": "x", "components": []any{
				map[string]any{"type": 18, "component": map[string]any{"type": 4, "custom_id": "q", "value": "hello"}},
			}}))
		if got := in.WaitReply(t.Context()).Text(); !strings.Contains(got, "I do not know") {
			t.Errorf("reply = %q", got)
		}
	})
}

// Pitfall 12: handlers run without bound, and a panic in one ends the process.
func TestPitfallFlood(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		const flood = 600
		var all []*discordtest.Message
		for i := range flood {
			all = append(all, w.ask(fmt.Sprint("hold ", i)))
		}
		synctest.Wait()
		busy := 0
		for _, m := range all {
			if r := w.general.Reply(m); r != nil && strings.Contains(r.Text(), "many questions at once") {
				busy++
			}
		}
		if busy == 0 || busy > flood-512 {
			t.Errorf("%d of %d were told that the bot is busy", busy, flood)
		}
		if n := len(w.answers.asked()); n != 16 {
			t.Errorf("%d questions were searched for at once", n)
		}
		close(w.answers.slow)
		time.Sleep(time.Minute)
		synctest.Wait()
		replies := 0
		for _, m := range all {
			if w.general.Reply(m) != nil {
				replies++
			}
		}
		if replies < 512+busy {
			t.Errorf("%d replies, want %d", replies, 512+busy)
		}
		w.answered(w.ask("panic, but live on"))
		w.answered(w.ask("how big?"))
	})
}

// Pitfall 13: asking how the connection is doing is a data race.
func TestPitfallHealthRace(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		var polls sync.WaitGroup
		polls.Go(func() {
			for range 1000 {
				w.client.Status()
				time.Sleep(time.Second)
			}
		})
		for range 3 {
			time.Sleep(100 * time.Second)
			w.Cut()
		}
		polls.Wait()
		if s := w.client.Status(); s.State != discord.StateReady {
			t.Errorf("status = %+v", s)
		}
	})
}

// Pitfall 14: Close does not wait for handlers. See TestShutdown.

// Pitfall 15: logs and errors hold the bot's token and those of interactions.
func TestPitfallSecretsInLogs(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		w.Tolerate(discordtest.RuleLate)
		question := discordtest.Opt("question", "how big? my-secret-question")
		faults := []discordtest.Fault{
			discordtest.DropBefore(), discordtest.Status(500), discordtest.Delay(11 * time.Second),
			discordtest.APIError(403, 50013, "Missing Permissions"), discordtest.RateLimit(time.Hour),
		}
		var tokens []string
		for _, fault := range faults {
			forget := w.Fail(discordtest.On("", ""), fault, discordtest.Always)
			in := w.general.Slash(w.ann, "ask", question)
			slow := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "slowly my-secret-question"))
			tokens = append(tokens, in.Token, slow.Token)
			w.ask("my-secret-question")
			w.CloseGateway(4009)
			time.Sleep(10 * time.Minute)
			forget()
		}
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		log := w.logs.String()
		for _, secret := range append(tokens, w.Token(), "my-secret-question") {
			if strings.Contains(log, secret) {
				t.Errorf("the log holds %q", secret)
			}
		}
		for _, want := range []string{"/interactions/{interaction}/{token}/callback", "GET /gateway/bot"} {
			if !strings.Contains(log, want) {
				t.Errorf("the log does not name %s", want)
			}
		}
		w.WaitReady(t.Context())
		w.answered(w.ask("how big?"))
	})
}

// Pitfall 18: allowed mentions come out as null, which some take for "everything".
func TestPitfallAllowedMentions(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		w.answered(w.ask("how big?"))
		in := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "slowly: how big?"))
		in.WaitReply(t.Context())
		w.general.Slash(w.ann, "ask", discordtest.Opt("question", "how big?")).WaitReply(t.Context())
		bodies := 0
		for _, c := range w.Calls() {
			if !bytes.Contains(c.Body, []byte("embeds")) {
				continue
			}
			bodies++
			compact := new(bytes.Buffer)
			json.Compact(compact, c.Body)
			if !strings.Contains(compact.String(), `"allowed_mentions":{"parse":[],"replied_user":false}`) {
				t.Errorf("body = %s", compact)
			}
		}
		if bodies != 3 {
			t.Errorf("%d messages, want 3", bodies)
		}
	})
}

// Pitfall 19: Open waits for ever for a gateway that accepts connections and says
// nothing, before or after Hello.
func TestPitfallMuteGateway(t *testing.T) {
	for name, fault := range map[string]discordtest.GatewayFault{
		"before hello": discordtest.NoHello(), "after hello": discordtest.SilentAfterHello(),
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, setup{dead: true, before: func(w *world) { w.FailGateway(fault, 2) }}, func(t *testing.T, w *world) {
				w.Await(patient(t), "a connection that speaks", func() bool { return len(w.Connections()) == 3 })
				w.WaitReady(t.Context())
				w.answered(w.ask("how big?"))
			})
		})
	}
}
