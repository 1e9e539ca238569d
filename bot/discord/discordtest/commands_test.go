package discordtest_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/bwmarrin/discordgo"

	"exobot/bot/discord/discordtest"
)

func TestCommands(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	lab := s.Guild("Lab")
	d := session(t, s)
	permissions := int64(discordgo.PermissionManageGuild)
	ask := &discordgo.ApplicationCommand{Name: "ask", Description: "Ask a question",
		Contexts: &[]discordgo.InteractionContextType{discordgo.InteractionContextGuild}, DefaultMemberPermissions: &permissions}

	made, err := d.ApplicationCommandCreate(s.AppID(), "", ask)
	if err != nil {
		t.Fatal(err)
	}
	menu := &discordgo.ApplicationCommand{Name: "Answer this", Type: discordgo.MessageApplicationCommand}
	list, err := d.ApplicationCommandBulkOverwrite(s.AppID(), "", []*discordgo.ApplicationCommand{ask, menu})
	if err != nil {
		t.Fatal(err)
	}
	if list[0].ID != made.ID || list[1].ID == made.ID {
		t.Errorf("ids %s and %s, want the first to stay %s", list[0].ID, list[1].ID, made.ID)
	}
	if _, err := d.ApplicationCommandEdit(s.AppID(), "", made.ID, &discordgo.ApplicationCommand{Name: "ask", Description: "Ask anything"}); err != nil {
		t.Fatal(err)
	}
	if got := s.Commands(); len(got) != 2 || got[0].Description != "Ask anything" || got[0].DefaultMemberPermissions != "32" {
		t.Errorf("commands = %+v", got)
	}
	if err := d.ApplicationCommandDelete(s.AppID(), "", list[1].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.ApplicationCommandCreate(s.AppID(), lab.ID, &discordgo.ApplicationCommand{Name: "local", Description: "Here"}); err != nil {
		t.Fatal(err)
	}
	if global, local := s.Commands(), lab.Commands(); len(global) != 1 || len(local) != 1 || local[0].Name != "local" {
		t.Errorf("global %v, local %v", global, local)
	}
	got, err := d.ApplicationCommands(s.AppID(), lab.ID)
	if err != nil || len(got) != 1 || got[0].GuildID != lab.ID {
		t.Errorf("read back %v, %v", got, err)
	}
	s.Expect(discordtest.RuleUnknown)
	if _, err := d.ApplicationCommand(s.AppID(), "", list[1].ID); err == nil {
		t.Error("a deleted command is still there")
	}
}

func TestCommandLimits(t *testing.T) {
	t.Parallel()
	ask := o{"name": "ask", "description": "d"}
	opt := o{"type": 3, "name": "q", "description": "d"}
	opts := func(options ...any) o { return with(ask, o{"options": options}) }
	choice := func(i int) any { return o{"name": fmt.Sprint(i), "value": fmt.Sprint(i)} }
	wordy := times(20, func(i int) any {
		return with(opt, o{"name": fmt.Sprint("q", i), "choices": times(2, func(int) any { return o{"name": long(100), "value": long(100)} })})
	})
	s := discordtest.New(t, discordtest.Options{})
	s.Expect(discordtest.RuleForm)
	for _, tt := range []struct {
		name string
		body o
		path string
	}{
		{"command", ask, ""},
		{"name", with(ask, o{"name": long(32)}), ""},
		{"name +1", with(ask, o{"name": long(33)}), "name"},
		{"no name", with(ask, o{"name": ""}), "name"},
		{"name in capitals", with(ask, o{"name": "Ask"}), "name"},
		{"name with a space", with(ask, o{"name": "ask me"}), "name"},
		{"name in Greek", with(ask, o{"name": "ρώτα"}), ""},
		{"description", with(ask, o{"description": long(100)}), ""},
		{"description +1", with(ask, o{"description": long(101)}), "description"},
		{"no description", with(ask, o{"description": ""}), "description"},
		{"menu", o{"type": 3, "name": "Answer This"}, ""},
		{"menu with a description", o{"type": 3, "name": "Answer this", "description": "d"}, "description"},
		{"menu with options", o{"type": 3, "name": "Answer this", "options": l{opt}}, "options"},
		{"translation", with(ask, o{"name_localizations": o{"de": "frage"}, "description_localizations": o{"de": "F"}}), ""},
		{"translation +1", with(ask, o{"description_localizations": o{"de": long(101)}}), "description_localizations.de"},
		{"translated name in capitals", with(ask, o{"name_localizations": o{"de": "Frage"}}), "name_localizations.de"},
		{"unknown language", with(ask, o{"name_localizations": o{"xx": "ask"}}), "name_localizations.xx"},
		{"options", opts(times(25, func(i int) any { return with(opt, o{"name": fmt.Sprint(i)}) })...), ""},
		{"options +1", opts(times(26, func(i int) any { return with(opt, o{"name": fmt.Sprint(i)}) })...), "options"},
		{"option name", opts(with(opt, o{"name": "Q"})), "options.0.name"},
		{"option description", opts(with(opt, o{"description": ""})), "options.0.description"},
		{"option twice", opts(opt, opt), "options.1.name"},
		{"required last", opts(opt, with(opt, o{"name": "r", "required": true})), "options.1"},
		{"choices", opts(with(opt, o{"choices": times(25, choice)})), ""},
		{"choices +1", opts(with(opt, o{"choices": times(26, choice)})), "options.0.choices"},
		{"choices and autocompletion", opts(with(opt, o{"choices": l{choice(1)}, "autocomplete": true})), "options.0.choices"},
		{"text for a number", opts(with(opt, o{"type": 4, "choices": l{choice(1)}})), "options.0.choices.0.value"},
		{"subcommand", opts(o{"type": 1, "name": "s", "description": "d", "options": l{opt}}), ""},
		{"subcommand in a group", opts(o{"type": 2, "name": "g", "description": "d", "options": l{o{"type": 1, "name": "s", "description": "d"}}}), ""},
		{"subcommand in a subcommand", opts(o{"type": 1, "name": "s", "description": "d", "options": l{o{"type": 1, "name": "s", "description": "d"}}}), "options.0.options.0.type"},
		{"too much text", opts(wordy...), "name"},
		{"private channels of users", with(ask, o{"contexts": l{0, 1, 2}, "integration_types": l{0, 1}}), ""},
		{"private channels of guilds", with(ask, o{"contexts": l{0, 1, 2}}), "contexts"},
	} {
		if got := call(t, s, "POST", "/applications/"+s.AppID()+"/commands", tt.body); tt.path == "" && got.status >= 300 ||
			tt.path != "" && (got.code() != 50035 || !has(got, tt.path)) {
			t.Errorf("%s: %d %s, want an error at %q", tt.name, got.status, got.raw, tt.path)
		}
		// The same in a list, where the path begins with the number.
		b, _ := json.Marshal(l{tt.body})
		got := call(t, s, "PUT", "/applications/"+s.AppID()+"/commands", string(b))
		if tt.path == "" && got.status >= 300 || tt.path != "" && (got.code() != 50035 || !has(got, "0."+tt.path)) {
			t.Errorf("%s, in a list: %d %s, want an error at %q", tt.name, got.status, got.raw, tt.path)
		}
	}
	if got := call(t, s, "PUT", "/applications/"+s.AppID()+"/commands", l{ask, ask}); !has(got, "1.name") {
		t.Errorf("the same twice: %d %s", got.status, got.raw)
	}
}

func TestCommandQuota(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	s.Expect(discordtest.RuleCommandQuota)
	path := "/applications/" + s.AppID() + "/commands"
	chat := func(prefix string, n int) l {
		return times(n, func(i int) any { return o{"name": fmt.Sprint(prefix, i), "description": "d"} })
	}
	menus := func(n int) l { return times(n, func(i int) any { return o{"name": fmt.Sprint(i), "type": 3} }) }
	for _, tt := range []struct {
		name     string
		commands l
		code     int
	}{
		{"chat +1", chat("a", 101), 30032},
		{"menus +1", menus(16), 30032},
		{"all at most", append(chat("a", 100), menus(15)...), 0}, // 115 created
		{"the same again", append(chat("a", 100), menus(15)...), 0},
		{"85 others", chat("b", 85), 0}, // 200 created
		{"one more", chat("c", 1), 30034},
	} {
		if got := call(t, s, "PUT", path, tt.commands); got.code() != tt.code {
			t.Errorf("%s: %d %.200s, want code %d", tt.name, got.status, got.raw, tt.code)
		}
	}
}

// A person can invoke only what the bot has registered, and only so.
func TestInvocationChecked(t *testing.T) {
	t.Parallel()
	const commands = `[
		{"name":"ask","description":"d","contexts":[0],"options":[
			{"type":3,"name":"question","description":"d","required":true,"autocomplete":true,"max_length":10},
			{"type":3,"name":"tone","description":"d","choices":[{"name":"Short","value":"short"}]}]},
		{"name":"exobot","description":"d","options":[{"type":1,"name":"stats","description":"d"}]},
		{"name":"Answer this","type":3}]`
	q := discordtest.Opt("question", "what?")
	for _, tt := range []struct {
		name string
		do   func(ch *discordtest.Channel, u *discordtest.User)
		ok   bool
	}{
		{"right", func(ch *discordtest.Channel, u *discordtest.User) { ch.Slash(u, "ask", q) }, true},
		{"unknown", func(ch *discordtest.Channel, u *discordtest.User) { ch.Slash(u, "answer", q) }, false},
		{"option missing", func(ch *discordtest.Channel, u *discordtest.User) { ch.Slash(u, "ask") }, false},
		{"option unknown", func(ch *discordtest.Channel, u *discordtest.User) { ch.Slash(u, "ask", q, discordtest.Opt("x", "y")) }, false},
		{"option of another type", func(ch *discordtest.Channel, u *discordtest.User) { ch.Slash(u, "ask", discordtest.Opt("question", 5)) }, false},
		{"option too long", func(ch *discordtest.Channel, u *discordtest.User) {
			ch.Slash(u, "ask", discordtest.Opt("question", "what is it?"))
		}, false},
		{"choice", func(ch *discordtest.Channel, u *discordtest.User) {
			ch.Slash(u, "ask", q, discordtest.Opt("tone", "short"))
		}, true},
		{"no choice", func(ch *discordtest.Channel, u *discordtest.User) {
			ch.Slash(u, "ask", q, discordtest.Opt("tone", "long"))
		}, false},
		{"not here", func(_ *discordtest.Channel, u *discordtest.User) { u.DMChannel().Slash(u, "ask", q) }, false},
		{"subcommand", func(ch *discordtest.Channel, u *discordtest.User) { ch.Slash(u, "exobot stats") }, true},
		{"no subcommand", func(ch *discordtest.Channel, u *discordtest.User) { ch.Slash(u, "exobot gossip") }, false},
		{"completion", func(ch *discordtest.Channel, u *discordtest.User) { ch.Autocomplete(u, "ask", "question", "wh") }, true},
		{"no completion", func(ch *discordtest.Channel, u *discordtest.User) { ch.Autocomplete(u, "ask", "tone", "sh") }, false},
		{"menu", func(ch *discordtest.Channel, u *discordtest.User) { ch.MessageMenu(u, "Answer this", ch.Say(u, "x")) }, true},
		{"no menu", func(ch *discordtest.Channel, u *discordtest.User) { ch.MessageMenu(u, "ask", ch.Say(u, "x")) }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			u := &unfortunate{TB: t}
			s := discordtest.New(u, discordtest.Options{})
			call(t, s, "PUT", "/applications/"+s.AppID()+"/commands", commands)
			ch := s.Guild("Lab").Channel("general")
			done := make(chan struct{})
			go func() { // because Fatalf ends its goroutine
				defer close(done)
				tt.do(ch, s.User("ann"))
			}()
			<-done
			u.end()
			if ok := len(u.errors) == 0; ok != tt.ok {
				t.Errorf("allowed: %v, want %v: %q", ok, tt.ok, u.errors)
			}
		})
	}
}
