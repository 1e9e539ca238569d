package discordtest_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"exobot/bot/discord/discordtest"
)

// o and l write JSON objects and lists in the tables below.
type (
	o = map[string]any
	l = []any
)

func long(n int) string { return strings.Repeat("x", n) }

// smile is one character of two UTF-16 units.
const smile = "😀"

// times returns n things, each made from its number.
func times(n int, f func(i int) any) l {
	list := l{}
	for i := range n {
		list = append(list, f(i))
	}
	return list
}

func button(id string) o    { return o{"type": 2, "style": 1, "label": "L", "custom_id": id} }
func link(url string) o     { return o{"type": 2, "style": 5, "label": "L", "url": url} }
func row(c ...any) o        { return o{"type": 1, "components": c} }
func display(text string) o { return o{"type": 10, "content": text} }
func container(c ...any) o  { return o{"type": 17, "components": c} }

func buttons(n int) l { return times(n, func(i int) any { return button(fmt.Sprint(i)) }) }

func sel(options ...any) o { return o{"type": 3, "custom_id": "s", "options": options} }

func option(i int) any { return o{"label": fmt.Sprint(i), "value": fmt.Sprint(i)} }

// with returns base with more fields, or other ones.
func with(base o, fields o) o {
	all := o{}
	for _, fields := range []o{base, fields} {
		for name, value := range fields {
			all[name] = value
		}
	}
	return all
}

func embed(fields o) o           { return o{"embeds": l{fields}} }
func legacy(components ...any) o { return o{"content": "x", "components": components} }
func v2(components ...any) o     { return o{"flags": 1 << 15, "components": components} }

// What fits, at its limit, and what is one too many. Bodies that fit have no
// path; the path of the others is where the error has to be.
var messageLimits = []struct {
	name string
	body o
	path string
}{
	{"content", o{"content": long(2000)}, ""},
	{"content +1", o{"content": long(2001)}, "content"},
	{"content in UTF-16", o{"content": strings.Repeat(smile, 1000)}, ""},
	{"content in UTF-16 +1", o{"content": strings.Repeat(smile, 1000) + "x"}, "content"},
	{"nonce", o{"content": "x", "nonce": long(25)}, ""},
	{"nonce +1", o{"content": "x", "nonce": long(26)}, "nonce"},
	{"nonce as a number", o{"content": "x", "nonce": 12345}, ""},

	{"embeds", o{"embeds": times(10, func(int) any { return o{"title": "x"} })}, ""},
	{"embeds +1", o{"embeds": times(11, func(int) any { return o{"title": "x"} })}, "embeds"},
	{"embed title", embed(o{"title": long(256)}), ""},
	{"embed title +1", embed(o{"title": long(257)}), "embeds.0.title"},
	{"embed description", embed(o{"description": long(4096)}), ""},
	{"embed description +1", embed(o{"description": long(4097)}), "embeds.0.description"},
	{"embed footer", embed(o{"footer": o{"text": long(2048)}}), ""},
	{"embed footer +1", embed(o{"footer": o{"text": long(2049)}}), "embeds.0.footer.text"},
	{"embed author", embed(o{"author": o{"name": long(256)}}), ""},
	{"embed author +1", embed(o{"author": o{"name": long(257)}}), "embeds.0.author.name"},
	{"embed fields", embed(o{"fields": times(25, func(int) any { return o{"name": "n", "value": "v"} })}), ""},
	{"embed fields +1", embed(o{"fields": times(26, func(int) any { return o{"name": "n", "value": "v"} })}), "embeds.0.fields"},
	{"embed field", embed(o{"fields": l{o{"name": long(256), "value": long(1024)}}}), ""},
	{"embed field name +1", embed(o{"fields": l{o{"name": long(257), "value": "v"}}}), "embeds.0.fields.0.name"},
	{"embed field value +1", embed(o{"fields": l{o{"name": "n", "value": long(1025)}}}), "embeds.0.fields.0.value"},
	{"embed field without a value", embed(o{"fields": l{o{"name": "n", "value": ""}}}), "embeds.0.fields.0.value"},
	{"all embeds", o{"embeds": l{o{"description": long(4000)}, o{"description": long(2000)}}}, ""},
	{"all embeds +1", o{"embeds": l{o{"description": long(4000)}, o{"description": long(2001)}}}, "embeds"},

	{"rows", legacy(row(button("a")), row(button("b")), row(button("c")), row(button("d")), row(button("e"))), ""},
	{"rows +1", legacy(row(button("a")), row(button("b")), row(button("c")), row(button("d")), row(button("e")), row(button("f"))), "components"},
	{"buttons", legacy(row(buttons(5)...)), ""},
	{"buttons +1", legacy(row(buttons(6)...)), "components.0.components"},
	{"no buttons", legacy(row()), "components.0.components"},
	{"button label", legacy(row(with(button("a"), o{"label": long(80)}))), ""},
	{"button label +1", legacy(row(with(button("a"), o{"label": long(81)}))), "components.0.components.0.label"},
	{"button without a label", legacy(row(with(button("a"), o{"label": nil}))), "components.0.components.0.label"},
	{"button with an emoji", legacy(row(with(button("a"), o{"label": nil, "emoji": o{"name": "x"}}))), ""},
	{"button style", legacy(row(with(button("a"), o{"style": 9}))), "components.0.components.0.style"},
	{"custom id", legacy(row(button(long(100)))), ""},
	{"custom id +1", legacy(row(button(long(101)))), "components.0.components.0.custom_id"},
	{"custom id missing", legacy(row(button(""))), "components.0.components.0.custom_id"},
	{"custom id twice", legacy(row(button("a")), row(button("a"))), "components.1.components.0.custom_id"},
	{"link", legacy(row(link("https://example.com/" + long(492)))), ""},
	{"link +1", legacy(row(link("https://example.com/" + long(493)))), "components.0.components.0.url"},
	{"link without a URL", legacy(row(with(link(""), o{"url": nil}))), "components.0.components.0.url"},
	{"link with a custom id", legacy(row(with(link("https://example.com/"), o{"custom_id": "a"}))), "components.0.components.0"},
	{"button with a URL", legacy(row(with(button("a"), o{"url": "https://example.com/"}))), "components.0.components.0"},
	{"select", legacy(row(sel(times(25, option)...))), ""},
	{"select +1", legacy(row(sel(times(26, option)...))), "components.0.components.0.options"},
	{"select without options", legacy(row(sel())), "components.0.components.0.options"},
	{"select and button", legacy(row(sel(option(1)), button("a"))), "components.0.components.0"},
	{"two options alike", legacy(row(sel(option(1), option(1)))), "components.0.components.0.options.1.value"},
	{"option", legacy(row(sel(o{"label": long(100), "value": long(100), "description": long(100)}))), ""},
	{"option label +1", legacy(row(sel(o{"label": long(101), "value": "v"}))), "components.0.components.0.options.0.label"},
	{"option value +1", legacy(row(sel(o{"label": "l", "value": long(101)}))), "components.0.components.0.options.0.value"},
	{"option description +1", legacy(row(sel(o{"label": "l", "value": "v", "description": long(101)}))), "components.0.components.0.options.0.description"},
	{"placeholder", legacy(row(with(sel(option(1)), o{"placeholder": long(150)}))), ""},
	{"placeholder +1", legacy(row(with(sel(option(1)), o{"placeholder": long(151)}))), "components.0.components.0.placeholder"},
	{"more values than options", legacy(row(with(sel(option(1)), o{"max_values": 2}))), "components.0.components.0.max_values"},
	{"user select", legacy(row(o{"type": 5, "custom_id": "u"})), ""},
	{"row in a row", legacy(row(row(button("a")))), "components.0.components.0.type"},

	{"forty components", v2(times(40, func(int) any { return display("x") })...), ""},
	{"forty components +1", v2(times(41, func(int) any { return display("x") })...), "components"},
	{"forty with nested ones", v2(container(times(39, func(int) any { return display("x") })...)), ""},
	{"forty with nested ones +1", v2(container(times(38, func(int) any { return display("x") })...), row(button("a"))), "components"},
	{"displayed text", v2(display(long(2000)), container(display(long(2000)))), ""},
	{"displayed text +1", v2(display(long(2000)), container(display(long(2001)))), "components"},
	{"section", v2(o{"type": 9, "components": l{display("x")}, "accessory": button("a")}), ""},
	{"section with four texts", v2(o{"type": 9, "components": times(4, func(int) any { return display("x") }), "accessory": button("a")}), "components.0.components"},
	{"section without accessory", v2(o{"type": 9, "components": l{display("x")}}), "components.0.accessory"},
	{"container in a container", v2(container(container(display("x")))), "components.0.components.0.type"},
	{"separator", v2(display("x"), o{"type": 14}), ""},
	{"button by itself", v2(button("a")), "components.0.type"},
	{"empty text", v2(display("")), "components.0.content"},
	{"display without the flag", o{"components": l{display("x")}}, "components.0"},
	{"flag with content", with(v2(display("x")), o{"content": "x"}), "content"},
	{"flag with embeds", with(v2(display("x")), embed(o{"title": "x"})), "embeds"},
	{"flag with stickers", with(v2(display("x")), o{"sticker_ids": l{"1"}}), "sticker_ids"},
}

// has reports whether the errors of an invalid form have one at the path.
func has(a answer, path string) bool {
	var at any = a.body["errors"]
	for name := range strings.SplitSeq(path, ".") {
		inner, _ := at.(map[string]any)
		at = inner[name]
	}
	inner, _ := at.(map[string]any)
	return inner["_errors"] != nil
}

func TestMessageLimits(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	s.Expect(discordtest.RuleForm, discordtest.RuleComponentsV2)
	general := s.Guild("Lab").Channel("general")
	ann := s.User("ann")
	edited := func(t *testing.T) string {
		return call(t, s, "POST", "/channels/"+general.ID+"/messages", text).id()
	}
	for _, tt := range messageLimits {
		t.Run(tt.name, func(t *testing.T) {
			body := with(tt.body, o{"allowed_mentions": o{"parse": l{}}})
			check := func(how string, got answer) {
				t.Helper()
				if tt.path == "" && got.status >= 300 {
					t.Errorf("%s: %d %s, want it to fit", how, got.status, got.raw)
				}
				if tt.path != "" && (got.code() != 50035 || !has(got, tt.path)) {
					t.Errorf("%s: %d %s, want an error at %s", how, got.status, got.raw, tt.path)
				}
			}
			check("channel message", call(t, s, "POST", "/channels/"+general.ID+"/messages", body))
			if body["nonce"] != nil || body["sticker_ids"] != nil {
				return // for channel messages alone
			}
			in := general.Slash(ann, "ask")
			b, _ := json.Marshal(o{"type": 4, "data": body})
			check("response", respond(t, s, in, string(b)))
			in = general.Slash(ann, "ask")
			respond(t, s, in, `{"type":5}`)
			check("edit of a deferred reply", call(t, s, "PATCH", hook(s, in)+"/messages/@original", body))
			in = general.Slash(ann, "ask")
			respond(t, s, in, hello)
			check("follow-up", call(t, s, "POST", hook(s, in), body))
			if body["flags"] == nil {
				check("edit", call(t, s, "PATCH", "/channels/"+general.ID+"/messages/"+edited(t), body))
			}
		})
	}
}

// The flag IS_COMPONENTS_V2 comes with an edit only if the content goes, and
// then it stays.
func TestComponentsV2Edits(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	s.Expect(discordtest.RuleComponentsV2)
	general := s.Guild("Lab").Channel("general")
	id := call(t, s, "POST", "/channels/"+general.ID+"/messages", text).id()
	for _, tt := range []struct {
		name   string
		body   string
		status int
	}{
		{"beside content", `{"flags":32768,"components":[{"type":10,"content":"a"}],"allowed_mentions":{"parse":[]}}`, 400},
		{"in place of content", `{"content":null,"flags":32768,"components":[{"type":10,"content":"a"}],"allowed_mentions":{"parse":[]}}`, 200},
		{"still there", `{"components":[{"type":10,"content":"b"}],"allowed_mentions":{"parse":[]}}`, 200},
		{"taken back", `{"flags":0,"components":[],"allowed_mentions":{"parse":[]}}`, 400},
	} {
		if got := call(t, s, "PATCH", "/channels/"+general.ID+"/messages/"+id, tt.body); got.status != tt.status {
			t.Errorf("%s: %d %s, want %d", tt.name, got.status, got.raw, tt.status)
		}
	}
}

func TestModalLimits(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	s.Expect(discordtest.RuleForm)
	general, ann := s.Guild("Lab").Channel("general"), s.User("ann")
	input := o{"type": 4, "custom_id": "i", "label": "L", "style": 1}
	modal := o{"custom_id": "f", "title": "T", "components": l{row(input)}}
	inputs := func(n int) l {
		return times(n, func(i int) any { return row(with(input, o{"custom_id": fmt.Sprint(i)})) })
	}
	label := o{"type": 18, "label": "L", "component": with(input, o{"label": nil})}
	for _, tt := range []struct {
		name string
		body o
		path string
	}{
		{"modal", modal, ""},
		{"title", with(modal, o{"title": long(45)}), ""},
		{"title +1", with(modal, o{"title": long(46)}), "data.title"},
		{"no title", with(modal, o{"title": ""}), "data.title"},
		{"custom id +1", with(modal, o{"custom_id": long(101)}), "data.custom_id"},
		{"inputs", with(modal, o{"components": inputs(5)}), ""},
		{"inputs +1", with(modal, o{"components": inputs(6)}), "data.components"},
		{"no inputs", with(modal, o{"components": l{}}), "data.components"},
		{"two inputs in a row", with(modal, o{"components": l{row(input, with(input, o{"custom_id": "j"}))}}), "data.components.0.components"},
		{"input twice", with(modal, o{"components": l{row(input), row(input)}}), "data.components.1.components.0.custom_id"},
		{"input label +1", with(modal, o{"components": l{row(with(input, o{"label": long(46)}))}}), "data.components.0.components.0.label"},
		{"input hint +1", with(modal, o{"components": l{row(with(input, o{"placeholder": long(101)}))}}), "data.components.0.components.0.placeholder"},
		{"input text", with(modal, o{"components": l{row(with(input, o{"value": long(4000), "max_length": 4000}))}}), ""},
		{"input text +1", with(modal, o{"components": l{row(with(input, o{"value": long(4001)}))}}), "data.components.0.components.0.value"},
		{"input length +1", with(modal, o{"components": l{row(with(input, o{"max_length": 4001}))}}), "data.components.0.components.0.max_length"},
		{"label", with(modal, o{"components": l{label}}), ""},
		{"label +1", with(modal, o{"components": l{with(label, o{"label": long(46)})}}), "data.components.0.label"},
		{"label description +1", with(modal, o{"components": l{with(label, o{"description": long(101)})}}), "data.components.0.description"},
		{"button", with(modal, o{"components": l{row(button("a"))}}), "data.components.0.components.0.type"},
	} {
		b, _ := json.Marshal(o{"type": 9, "data": tt.body})
		got := respond(t, s, general.Slash(ann, "ask"), string(b))
		if tt.path == "" && got.status != 204 || tt.path != "" && (got.code() != 50035 || !has(got, tt.path)) {
			t.Errorf("%s: %d %s, want an error at %q", tt.name, got.status, got.raw, tt.path)
		}
	}
}

func TestChoiceLimits(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	s.Expect(discordtest.RuleForm)
	general, ann := s.Guild("Lab").Channel("general"), s.User("ann")
	choice := func(i int) any { return o{"name": fmt.Sprint(i), "value": fmt.Sprint(i)} }
	for _, tt := range []struct {
		name    string
		choices l
		path    string
	}{
		{"none", l{}, ""},
		{"choices", times(25, choice), ""},
		{"choices +1", times(26, choice), "data.choices"},
		{"lengths", l{o{"name": long(100), "value": long(100)}}, ""},
		{"name +1", l{o{"name": long(101), "value": "v"}}, "data.choices.0.name"},
		{"no name", l{o{"name": "", "value": "v"}}, "data.choices.0.name"},
		{"value +1", l{o{"name": "n", "value": long(101)}}, "data.choices.0.value"},
		{"number", l{o{"name": "n", "value": 1}}, "data.choices.0.value"},
	} {
		b, _ := json.Marshal(o{"type": 8, "data": o{"choices": tt.choices}})
		got := respond(t, s, general.Autocomplete(ann, "ask", "q", "x"), string(b))
		if tt.path == "" && got.status != 204 || tt.path != "" && (got.code() != 50035 || !has(got, tt.path)) {
			t.Errorf("%s: %d %s, want an error at %q", tt.name, got.status, got.raw, tt.path)
		}
	}
}

func TestWouldPing(t *testing.T) {
	t.Parallel()
	parse := func(kinds ...string) *discordtest.AllowedMentions {
		return &discordtest.AllowedMentions{Parse: kinds}
	}
	for _, tt := range []struct {
		text    string
		allowed *discordtest.AllowedMentions
		replied string
		want    string // users, roles, everyone
	}{
		{"hello", nil, "", "[] [] false"},
		{"<@1> <@!2> <@1>", nil, "", "[1 2] [] false"},
		{"<@&3>", nil, "", "[] [3] false"},
		{"@everyone", nil, "", "[] [] true"},
		{"@here", nil, "", "[] [] true"},
		{"hello", nil, "9", "[9] [] false"},
		{"<@1> <@&3> @everyone", parse(), "9", "[] [] false"},
		{"<@1> <@&3> @everyone", parse("users"), "", "[1] [] false"},
		{"<@1> <@&3> @everyone", parse("roles"), "", "[] [3] false"},
		{"<@1> <@&3> @everyone", parse("everyone"), "", "[] [] true"},
		{"<@1> <@2>", &discordtest.AllowedMentions{Users: []string{"2"}}, "", "[2] [] false"},
		{"<@&1> <@&2>", &discordtest.AllowedMentions{Roles: []string{"2"}}, "", "[] [2] false"},
		{"hello", &discordtest.AllowedMentions{RepliedUser: true}, "9", "[9] [] false"},
	} {
		p := discordtest.WouldPing(tt.text, tt.allowed, tt.replied)
		if got := fmt.Sprintf("%v %v %v", p.Users, p.Roles, p.Everyone); got != tt.want {
			t.Errorf("WouldPing(%q, %+v, %q) = %s, want %s", tt.text, tt.allowed, tt.replied, got, tt.want)
		}
	}
}

// Each way to send a message can ping, and is watched for it.
func TestPings(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	s.Expect(discordtest.RuleMentions)
	general, ann := s.Guild("Lab").Channel("general"), s.User("ann")
	msg := general.Say(ann, "hello")
	post := func(body string) func() {
		return func() {
			call(t, s, "POST", "/channels/"+general.ID+"/messages", strings.NewReplacer("ANN", ann.ID, "MSG", msg.ID).Replace(body))
		}
	}
	for _, tt := range []struct {
		name  string
		do    func()
		ping  bool
		fault bool // a violation of RuleMentions
	}{
		{"silent", post(`{"content":"<@ANN>","allowed_mentions":{"parse":[]}}`), false, false},
		{"missing, nobody mentioned", post(`{"content":"x"}`), false, true},
		{"missing", post(`{"content":"<@ANN>"}`), true, true},
		{"reply", post(`{"content":"x","message_reference":{"message_id":"MSG"}}`), true, true},
		{"silent reply", post(`{"content":"x","message_reference":{"message_id":"MSG"},"allowed_mentions":{"parse":[]}}`), false, false},
		{"text display", post(`{"flags":32768,"components":[{"type":10,"content":"<@ANN>"}]}`), true, true},
		{"embed", post(`{"embeds":[{"description":"<@ANN>"}],"allowed_mentions":{"parse":["users"]}}`), false, true},
		{"ephemeral", func() {
			respond(t, s, general.Slash(ann, "ask"), `{"type":4,"data":{"flags":64,"content":"`+ann.Mention()+`"}}`)
		}, false, true},
		{"response", func() {
			respond(t, s, general.Slash(ann, "ask"), `{"type":4,"data":{"content":"`+ann.Mention()+`"}}`)
		}, true, true},
		{"edit", func() {
			in := general.Slash(ann, "ask")
			respond(t, s, in, `{"type":5}`)
			call(t, s, "PATCH", hook(s, in)+"/messages/@original", `{"content":"`+ann.Mention()+`"}`)
		}, true, true},
	} {
		pings, faults := len(s.Pings()), len(s.Violations())
		tt.do()
		if got := len(s.Pings()) > pings; got != tt.ping {
			t.Errorf("%s: ping %v, want %v", tt.name, got, tt.ping)
		}
		if got := len(s.Violations()) > faults; got != tt.fault {
			t.Errorf("%s: violation %v, want %v", tt.name, got, tt.fault)
		}
	}
	if got := s.Pings()[0]; !slices.Equal(got.Users, []string{ann.ID}) || got.Message.Content != ann.Mention() {
		t.Errorf("first ping = %+v", got)
	}
}
