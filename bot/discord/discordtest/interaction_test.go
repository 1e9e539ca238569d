package discordtest_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bwmarrin/discordgo"

	"exobot/bot/discord/discordtest"
)

// respond answers an interaction as the bot.
func respond(t *testing.T, s *discordtest.Server, in *discordtest.Interaction, body string) answer {
	t.Helper()
	return call(t, s, "POST", "/interactions/"+in.ID+"/"+in.Token+"/callback", body)
}

// hook is the path of an interaction's messages.
func hook(s *discordtest.Server, in *discordtest.Interaction) string {
	return "/webhooks/" + s.AppID() + "/" + in.Token
}

// A library's whole way through a command, a form and a click.
func TestInteractions(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	general, ann := s.Guild("Lab").Channel("general"), s.User("ann")
	row := func(c ...discordgo.MessageComponent) []discordgo.MessageComponent {
		return []discordgo.MessageComponent{discordgo.ActionsRow{Components: c}}
	}
	connect(t, s, func(d *discordgo.Session, i *discordgo.InteractionCreate) {
		r := &discordgo.InteractionResponse{Data: &discordgo.InteractionResponseData{AllowedMentions: silence}}
		switch i.Type {
		case discordgo.InteractionApplicationCommand:
			data := i.ApplicationCommandData()
			if data.TargetID != "" {
				r.Type = discordgo.InteractionResponseChannelMessageWithSource
				r.Data.Content = "target: " + data.Resolved.Messages[data.TargetID].Content
				break
			}
			r.Type, r.Data.Flags = discordgo.InteractionResponseDeferredChannelMessageWithSource, discordgo.MessageFlagsEphemeral
			d.InteractionRespond(i.Interaction, r)
			content := "asked: " + data.GetOption("question").StringValue()
			buttons := row(discordgo.Button{Label: "More", CustomID: "more"}, discordgo.Button{Label: "Tell", CustomID: "tell"})
			d.InteractionResponseEdit(i.Interaction, &discordgo.WebhookEdit{Content: &content, Components: &buttons, AllowedMentions: silence})
			return
		case discordgo.InteractionApplicationCommandAutocomplete:
			r.Type = discordgo.InteractionApplicationCommandAutocompleteResult
			typed := i.ApplicationCommandData().GetOption("question").StringValue()
			r.Data.Choices = []*discordgo.ApplicationCommandOptionChoice{{Name: typed + "some", Value: typed + "some"}}
		case discordgo.InteractionMessageComponent:
			switch i.MessageComponentData().CustomID {
			case "more":
				r.Type = discordgo.InteractionResponseUpdateMessage
				r.Data.Content = i.Message.Content + ", more"
				r.Data.Components = row(discordgo.SelectMenu{CustomID: "pick", Options: []discordgo.SelectMenuOption{{Label: "A", Value: "a"}, {Label: "B", Value: "b"}}})
			case "pick":
				r.Type = discordgo.InteractionResponseChannelMessageWithSource
				r.Data.Content = "picked " + i.MessageComponentData().Values[0]
			case "tell":
				r.Type = discordgo.InteractionResponseModal
				r.Data = &discordgo.InteractionResponseData{CustomID: "form", Title: "Tell us",
					Components: row(discordgo.TextInput{CustomID: "what", Label: "What", Style: discordgo.TextInputShort, Required: true, MaxLength: 10})}
			}
		case discordgo.InteractionModalSubmit:
			input := i.ModalSubmitData().Components[0].(*discordgo.ActionsRow).Components[0].(*discordgo.TextInput)
			r.Type, r.Data.Content = discordgo.InteractionResponseChannelMessageWithSource, "told: "+input.Value
		}
		if err := d.InteractionRespond(i.Interaction, r); err != nil {
			t.Error(err)
		}
	})
	ctx := t.Context()

	ask := general.Slash(ann, "ask", discordtest.Opt("question", "what?"))
	if r := ask.Response(ctx); !r.Deferred() || !r.Ephemeral() {
		t.Errorf("response = %+v, want a deferred ephemeral one", r)
	}
	reply := ask.WaitReply(ctx)
	if reply.Content != "asked: what?" || !reply.Ephemeral() || len(reply.Buttons()) != 2 {
		t.Errorf("reply = %+v", reply)
	}
	if n := len(general.Messages()); n != 0 {
		t.Errorf("%d messages are for all to see, want none", n)
	}

	form := ask.Click("Tell")
	if m := form.Response(ctx).Modal; m == nil || m.Title != "Tell us" {
		t.Errorf("form = %+v", m)
	}
	told := form.Submit(map[string]string{"what": "this"})
	if got := told.WaitReply(ctx).Content; got != "told: this" {
		t.Errorf("content = %q", got)
	}

	more := ask.Click("more")
	if got := more.WaitReply(ctx); got.ID != reply.ID || got.Content != "asked: what?, more" {
		t.Errorf("after the click the reply is %+v", got)
	}
	if got := ask.Select("pick", []string{"b"}).WaitReply(ctx).Content; got != "picked b" {
		t.Errorf("content = %q", got)
	}

	typed := general.Autocomplete(ann, "ask", "question", "exo")
	if got := typed.Response(ctx).Choices; len(got) != 1 || got[0].Value != "exosome" {
		t.Errorf("choices = %v", got)
	}
	chat := general.Say(ann, "unread")
	if got := general.MessageMenu(ann, "Answer this", chat).WaitReply(ctx).Content; got != "target: unread" {
		t.Errorf("content = %q", got)
	}
}

// The payload is what Discord would send, in every place.
func TestInteractionPayload(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	lab := s.Guild("Lab", discordtest.PreferredLocale("fr"))
	away := s.Guild("Away", discordtest.WithoutBot())
	ann, bob := s.User("ann", discordtest.SpeaksLocale("de")), s.User("bob")
	lab.Grant(bob, discordtest.ManageGuild)

	for _, tt := range []struct {
		name string
		in   *discordtest.Interaction
		want map[string]string // by path into the payload
	}{
		{"guild", lab.Channel("a").Slash(ann, "ask"), map[string]string{
			"context": "0", "guild_id": lab.ID, "guild_locale": "fr", "locale": "de", "member.user.id": ann.ID,
			"authorizing_integration_owners": "map[0:" + lab.ID + "]", "data.name": "ask", "user": "<nil>"}},
		{"locale", lab.Channel("b").Slash(bob, "ask", discordtest.InLocale("ja")), map[string]string{"locale": "ja"}},
		{"options", lab.Channel("c").Slash(bob, "ask", discordtest.Opt("n", 3), discordtest.Opt("b", true), discordtest.Opt("u", ann)), map[string]string{
			"data.options": fmt.Sprintf("[map[name:n type:4 value:3] map[name:b type:5 value:true] map[name:u type:6 value:%s]]", ann.ID)}},
		{"subcommand", lab.Channel("d").Slash(bob, "exobot stats", discordtest.Opt("q", "x")), map[string]string{
			"data.name": "exobot", "data.options": "[map[name:stats options:[map[name:q type:3 value:x]] type:1]]"}},
		{"private", ann.DMChannel().Slash(ann, "ask"), map[string]string{
			"context": "1", "user.id": ann.ID, "authorizing_integration_owners": "map[0:0]", "guild_id": "<nil>", "member": "<nil>"}},
		{"group", s.GroupDM(ann, bob).Slash(ann, "ask"), map[string]string{
			"context": "2", "user.id": ann.ID, "authorizing_integration_owners": "map[1:" + ann.ID + "]"}},
		{"without the bot", away.Channel("a").Slash(ann, "ask"), map[string]string{
			"context": "0", "authorizing_integration_owners": "map[1:" + ann.ID + "]"}},
		{"both", lab.Channel("e").Slash(ann, "ask", discordtest.UserInstalled()), map[string]string{
			"authorizing_integration_owners": "map[0:" + lab.ID + " 1:" + ann.ID + "]"}},
		{"broken", lab.Channel("f").Slash(ann, "ask", discordtest.WithField("member", nil)), map[string]string{"member": "<nil>"}},
	} {
		var payload map[string]any
		if err := json.Unmarshal(tt.in.JSON, &payload); err != nil {
			t.Fatal(err)
		}
		for path, want := range tt.want {
			var at any = payload
			for name := range strings.SplitSeq(path, ".") {
				inner, _ := at.(map[string]any)
				at = inner[name]
			}
			if got := fmt.Sprint(at); got != want {
				t.Errorf("%s: %s = %s, want %s", tt.name, path, got, want)
			}
		}
	}
	var payload struct {
		Member struct {
			Permissions uint64 `json:"permissions,string"`
		} `json:"member"`
	}
	json.Unmarshal(lab.Channel("g").Slash(bob, "ask").JSON, &payload)
	if p := discordtest.Permissions(payload.Member.Permissions); p&discordtest.ManageGuild == 0 {
		t.Errorf("bob's permissions = %b, want ManageGuild in them", p)
	}
}

const hello = `{"type":4,"data":{"content":"hello","allowed_mentions":{"parse":[]}}}`

func TestCallbackDeadlines(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := discordtest.New(t, discordtest.Options{})
		general, ann := s.Guild("Lab").Channel("general"), s.User("ann")
		const edit = `{"content":"edited","allowed_mentions":{"parse":[]}}`

		in := general.Slash(ann, "ask")
		time.Sleep(3 * time.Second)
		if got := respond(t, s, in, hello); got.status != 204 {
			t.Errorf("after 3 s: %d %s, want 204", got.status, got.raw)
		}
		time.Sleep(15*time.Minute - 3*time.Second)
		if got := call(t, s, "PATCH", hook(s, in)+"/messages/@original", edit); got.status != 200 {
			t.Errorf("after 15 min: %d %s, want 200", got.status, got.raw)
		}

		s.Expect(discordtest.RuleLate)
		time.Sleep(time.Millisecond)
		if got := call(t, s, "PATCH", hook(s, in)+"/messages/@original", edit); got.status != 401 || got.code() != 50027 {
			t.Errorf("a moment later: %d %s, want 401 and 50027", got.status, got.raw)
		}
		in = general.Slash(ann, "ask")
		time.Sleep(3*time.Second + time.Millisecond)
		if got := respond(t, s, in, hello); got.status != 404 || got.code() != 10062 {
			t.Errorf("after more than 3 s: %d %s, want 404 and 10062", got.status, got.raw)
		}
		if in.Answered() {
			t.Error("the late answer counts")
		}
	})
}

// Which answers each kind of interaction takes.
func TestCallbackTypes(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	s.Expect(discordtest.RuleResponse)
	general, ann := s.Guild("Lab").Channel("general"), s.User("ann")
	bodies := map[int]string{
		4: hello, 5: `{"type":5}`, 6: `{"type":6}`,
		7: `{"type":7,"data":{"content":"new","allowed_mentions":{"parse":[]}}}`,
		8: `{"type":8,"data":{"choices":[]}}`,
		9: `{"type":9,"data":{"custom_id":"f","title":"T","components":[{"type":1,"components":[{"type":4,"custom_id":"i","label":"L","style":1,"required":false}]}]}}`,
	}
	withButton := func() *discordtest.Message {
		in := general.Slash(ann, "ask")
		respond(t, s, in, `{"type":4,"data":{"content":"x","allowed_mentions":{"parse":[]},"components":[{"type":1,"components":[{"type":2,"style":1,"label":"B","custom_id":"b"}]}]}}`)
		return in.Reply()
	}
	modal := func(in *discordtest.Interaction) *discordtest.Interaction {
		respond(t, s, in, bodies[9])
		return in.Submit(nil)
	}
	for _, tt := range []struct {
		name  string
		cause func() *discordtest.Interaction
		takes []int
	}{
		{"command", func() *discordtest.Interaction { return general.Slash(ann, "ask") }, []int{4, 5, 9}},
		{"click", func() *discordtest.Interaction { return withButton().Click(ann, "B") }, []int{4, 5, 6, 7, 9}},
		{"autocompletion", func() *discordtest.Interaction { return general.Autocomplete(ann, "ask", "q", "x") }, []int{8}},
		{"form from a command", func() *discordtest.Interaction { return modal(general.Slash(ann, "ask")) }, []int{4, 5}},
		{"form from a click", func() *discordtest.Interaction { return modal(withButton().Click(ann, "B")) }, []int{4, 5, 6, 7}},
	} {
		for kind, body := range bodies {
			got := respond(t, s, tt.cause(), body)
			if want := slices.Contains(tt.takes, kind); (got.status == 204) != want {
				t.Errorf("%s answered with %d = %d %s, want taken: %v", tt.name, kind, got.status, got.raw, want)
			}
		}
	}
}

func TestCallbackOnce(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	s.Expect(discordtest.RuleAcknowledged, discordtest.RuleUnknown, discordtest.RuleResponse)
	general, ann := s.Guild("Lab").Channel("general"), s.User("ann")
	in := general.Slash(ann, "ask")

	if got := call(t, s, "GET", hook(s, in)+"/messages/@original", nil); got.code() != 10015 {
		t.Errorf("before the callback: %d %s, want 10015", got.status, got.raw)
	}
	if got := call(t, s, "POST", "/interactions/"+in.ID+"/wrong/callback", hello); got.status != 404 || got.code() != 10062 {
		t.Errorf("wrong token: %d %s, want 10062", got.status, got.raw)
	}
	got := call(t, s, "POST", "/interactions/"+in.ID+"/"+in.Token+"/callback?with_response=true", hello)
	if got.status != 200 || !strings.Contains(got.raw, `"content":"hello"`) || !strings.Contains(got.raw, in.Reply().ID) {
		t.Errorf("with_response: %d %s", got.status, got.raw)
	}
	if got := respond(t, s, in, hello); got.status != 400 || got.code() != 40060 {
		t.Errorf("second callback: %d %s, want 40060", got.status, got.raw)
	}
}

func TestDeferral(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	general, ann := s.Guild("Lab").Channel("general"), s.User("ann")
	const edit = `{"content":"done","flags":0,"allowed_mentions":{"parse":[]}}`

	in := general.Slash(ann, "ask")
	respond(t, s, in, `{"type":5,"data":{"flags":64}}`)
	if in.Reply() != nil {
		t.Error("a deferral is a reply already")
	}
	call(t, s, "PATCH", hook(s, in)+"/messages/@original", edit)
	if got := in.Reply(); !got.Ephemeral() || got.Loading() || got.Content != "done" {
		t.Errorf("reply = %+v, want it ephemeral as the deferral was", got)
	}

	// The deferral takes no other flag; the edit sets IS_COMPONENTS_V2.
	s.Expect(discordtest.RuleForm)
	in = general.Slash(ann, "ask")
	if got := respond(t, s, in, `{"type":5,"data":{"flags":32768}}`); got.status != 400 {
		t.Errorf("deferral with IS_COMPONENTS_V2: %d %s, want 400", got.status, got.raw)
	}
	respond(t, s, in, `{"type":5}`)
	v2 := `{"flags":32768,"components":[{"type":10,"content":"shown"}],"allowed_mentions":{"parse":[]}}`
	if got := call(t, s, "PATCH", hook(s, in)+"/messages/@original", v2); got.status != 200 || in.Reply().Text() != "shown" {
		t.Errorf("edit with IS_COMPONENTS_V2: %d %s", got.status, got.raw)
	}

	// A follow-up to a deferral fills it in, and somebody should know.
	s.Expect(discordtest.RuleFirstFollowup)
	in = general.Slash(ann, "ask")
	respond(t, s, in, `{"type":5,"data":{"flags":64}}`)
	call(t, s, "POST", hook(s, in), `{"content":"first","allowed_mentions":{"parse":[]}}`)
	if got := in.Reply(); got == nil || got.Content != "first" || !got.Ephemeral() || len(in.Followups()) != 0 {
		t.Errorf("reply = %+v, follow-ups %v", got, in.Followups())
	}
}

func TestFollowups(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	ann := s.User("ann")
	const text = `{"content":"and","allowed_mentions":{"parse":[]}}`
	for _, tt := range []struct {
		place *discordtest.Channel
		most  int
	}{
		{s.Guild("Lab").Channel("general"), 7},
		{s.Guild("Away", discordtest.WithoutBot()).Channel("general"), 5},
		{s.GroupDM(ann), 5},
	} {
		in := tt.place.Slash(ann, "ask")
		respond(t, s, in, hello)
		for range tt.most {
			call(t, s, "POST", hook(s, in), text)
		}
		if n := len(in.WaitFollowups(t.Context(), tt.most)); n != tt.most {
			t.Errorf("%d follow-ups, want %d", n, tt.most)
		}
		if tt.most == 5 {
			s.Expect(discordtest.RuleFollowupQuota)
			if got := call(t, s, "POST", hook(s, in), text); got.code() != 40094 {
				t.Errorf("sixth follow-up: %d %s, want 40094", got.status, got.raw)
			}
		}
	}

	in := ann.DMChannel().Slash(ann, "ask")
	respond(t, s, in, hello)
	id := call(t, s, "POST", hook(s, in), text).id()
	call(t, s, "PATCH", hook(s, in)+"/messages/"+id, `{"content":"changed","allowed_mentions":{"parse":[]}}`)
	if got := in.Followups()[0].Content; got != "changed" {
		t.Errorf("content = %q", got)
	}
	call(t, s, "DELETE", hook(s, in)+"/messages/"+id, nil)
	call(t, s, "DELETE", hook(s, in)+"/messages/@original", nil)
	if in.Reply() != nil || len(in.Followups()) != 0 {
		t.Errorf("reply %v, follow-ups %v, want none", in.Reply(), in.Followups())
	}
	s.Expect(discordtest.RuleUnknown)
	if got := call(t, s, "GET", hook(s, in)+"/messages/@original", nil); got.code() != 10008 {
		t.Errorf("deleted reply: %d %s, want 10008", got.status, got.raw)
	}
}

// Where external apps are denied, a user's own app answers that user alone.
func TestForcedEphemeral(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	closed := s.Guild("Away", discordtest.WithoutBot()).Channel("general", discordtest.Deny(discordtest.UseExternalApps))
	in := closed.Slash(s.User("ann"), "ask")
	respond(t, s, in, hello)
	if !in.Reply().Ephemeral() {
		t.Error("the reply is there for all to see")
	}
}
