/*
Package discordtest is a Discord that runs inside a test.

A [Server] speaks the part of Discord's REST API and gateway that a bot which
answers questions uses. A test plays the people: it makes servers, channels and
users, lets them write, invoke commands, click and fill in forms, and then reads
what the bot did. The bot under test is the real one, with its real Discord
library; only its HTTP transport and its dialer point here:

	func TestAnswersMention(t *testing.T) {
		s := discordtest.New(t, discordtest.Options{})
		general := s.Guild("Lab").Channel("general")
		ann := s.User("ann")

		startBot(t, bot.Options{
			Token:     s.Token(),
			Transport: s.Transport(),
			Dial:      s.DialContext,
		})
		s.WaitReady(t.Context())

		question := general.Say(ann, s.Mention()+" what is an exosome?")
		answer := general.WaitReply(t.Context(), question)
		if !strings.Contains(answer.Text(), "vesicle") {
			t.Errorf("answer = %q", answer.Text())
		}

		more := answer.Click(ann, "More").WaitReply(t.Context())
		…
	}

With discordgo the two lines are

	session.Client.Transport = s.Transport()
	session.Dialer = &websocket.Dialer{NetDialContext: s.DialContext}

# Strictness

The server refuses what Discord refuses: texts that are too long, components
that do not fit, ids it does not know, permissions the bot lacks, a callback
after three seconds. Each refusal is a [Violation] and fails the test when it
ends, unless the test said beforehand that it belongs to the story:

	s.Expect(discordtest.RulePermissions)

Some habits are legal and still recorded, because they hurt people: a message
without allowed_mentions, a follow-up where an edit belongs. See [Rule].

If EXOBOT_TEST_DATA names a folder, every REST call is held against Discord's
own description of its API in discord/openapi.json under that folder too.

# Faults

[Server.Fail] makes REST calls fail: rate limits, server errors, connections
that drop before or after the call took effect, slow answers. [Server.FailGateway]
does the same for the next gateway connections, and [Server.Cut],
[Server.CloseGateway], [Server.Reconnect], [Server.InvalidateSession] and
[Server.Silence] act on the ones that stand.

# Waiting

Nothing here sleeps or polls. Methods named Wait block until the bot did what
they wait for, and fail the test when the context ends or [Options.Patience]
runs out. They, like everything that can fail the test, belong on the test's own
goroutine.

Traffic runs over memory, on the clock the test sees. Inside a
[testing/synctest] bubble that clock is virtual: three seconds and fifteen
minutes cost nothing, and synctest.Wait is the way to say "and the bot does
nothing more":

	synctest.Test(t, func(t *testing.T) {
		s := discordtest.New(t, discordtest.Options{})
		…
		general.Say(ann, "lunch?")
		synctest.Wait()
		if len(general.Messages()) != 1 { … } // the bot kept quiet
	})

One thing to know about discordgo there: it holds its mutex while it sleeps, for
a second, in Close and before it reconnects. If another goroutine waits for that
mutex, virtual time stands still and the test hangs. So call synctest.Wait before
[Server.Cut] and its like, and before the bot is closed.
*/
package discordtest
