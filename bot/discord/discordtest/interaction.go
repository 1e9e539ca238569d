package discordtest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Where an interaction can happen, and how an app can be installed, with
// Discord's numbers.
const (
	inGuild          = 0
	inBotDM          = 1
	inPrivateChannel = 2

	guildInstall = 0
	userInstall  = 1
)

// An Interaction is something a user did that the bot has to answer.
type Interaction struct {
	ID    string
	Token string
	// JSON is the payload as the gateway delivered it.
	JSON json.RawMessage

	s       *Server
	kind    kind
	channel *Channel
	user    *User
	created time.Time
	source  *Message // of a click, or of the modal that came from one
	focused int      // type of the option under autocompletion
	heard   bool     // the bot was told, or will be when it resumes
	settings

	// guarded by s.mu
	response  *Response
	original  *Message // what @original stands for
	followups []*Message
}

// A Response is how the bot answered an interaction first.
type Response struct {
	Type    ResponseType
	After   time.Duration // since the interaction
	Choices []Choice      // of an autocompletion
	Modal   *Modal        // the form to show
	Message *Message      // the reply, the deferred reply, or the message that was clicked
}

// Deferred reports whether the bot has asked for more time.
func (r *Response) Deferred() bool {
	return r.Type == RespondDeferred || r.Type == RespondDeferredUpdate
}

// Ephemeral reports whether the answer is for the user's eyes only.
func (r *Response) Ephemeral() bool { return r.Message != nil && r.Message.Ephemeral() }

// A Modal is a form that the bot shows.
type Modal struct {
	CustomID   string      `json:"custom_id"`
	Title      string      `json:"title"`
	Components []Component `json:"components"`
}

// Response waits for the bot's first answer.
func (in *Interaction) Response(ctx context.Context) *Response {
	in.s.t.Helper()
	in.s.Await(ctx, "an answer to the interaction "+in.ID+unheard(in.heard), in.Answered)
	in.s.mu.Lock()
	defer in.s.mu.Unlock()
	r := *in.response
	if in.original != nil {
		r.Message = in.original.snapshot()
	}
	return &r
}

// Answered reports whether the bot has answered, be it to ask for more time.
func (in *Interaction) Answered() bool {
	in.s.mu.Lock()
	defer in.s.mu.Unlock()
	return in.response != nil
}

// Reply returns the message that the user has for an answer now, or nil: the
// reply once it is more than a sign of waiting, or the message that was
// clicked once it was updated.
func (in *Interaction) Reply() *Message {
	in.s.mu.Lock()
	defer in.s.mu.Unlock()
	m := in.original
	if m == nil || m.Loading() || m.Deleted || m == in.source && m.revision == in.sourceRevision {
		return nil
	}
	return m.snapshot()
}

// WaitReply waits until there is a Reply.
func (in *Interaction) WaitReply(ctx context.Context) *Message {
	in.s.t.Helper()
	in.s.Await(ctx, "a reply to the interaction "+in.ID+unheard(in.heard), func() bool { return in.Reply() != nil })
	return in.Reply()
}

// Followups returns the messages that the bot sent after its reply.
func (in *Interaction) Followups() []*Message {
	in.s.mu.Lock()
	defer in.s.mu.Unlock()
	var list []*Message
	for _, m := range in.followups {
		if !m.Deleted {
			list = append(list, m.snapshot())
		}
	}
	return list
}

// WaitFollowups waits until there are n follow-ups.
func (in *Interaction) WaitFollowups(ctx context.Context, n int) []*Message {
	in.s.t.Helper()
	in.s.Await(ctx, fmt.Sprintf("%d follow-ups to the interaction %s", n, in.ID), func() bool { return len(in.Followups()) >= n })
	return in.Followups()
}

// An InvokeOption sets something about an interaction.
type InvokeOption func(*settings)

type settings struct {
	options        []Option
	locale         string
	installed      bool // by the user
	overrides      object
	sourceRevision int
}

// An Option is an option of a command with its value.
type Option struct {
	Name  string
	Value any // string, int, float64, bool, *User or *Channel
}

// Opt gives an option of the command a value: a string, an int, a float64, a
// bool, a *User or a *Channel.
func Opt(name string, value any) InvokeOption {
	return func(set *settings) { set.options = append(set.options, Option{name, value}) }
}

// InLocale sets the language of the user's client for this interaction.
func InLocale(locale string) InvokeOption {
	return func(set *settings) { set.locale = locale }
}

// UserInstalled says that the user has installed the app for themselves. Where
// the bot is no member, that is so anyway.
func UserInstalled() InvokeOption {
	return func(set *settings) { set.installed = true }
}

// WithField sets a field of the interaction to any value: null, or something
// of the wrong type.
func WithField(name string, value any) InvokeOption {
	return func(set *settings) {
		if set.overrides == nil {
			set.overrides = object{}
		}
		set.overrides[name] = value
	}
}

// Slash invokes a command such as "ask", or a subcommand such as "exobot stats".
//
// If the bot has registered commands, it has to be one of them, offered in that
// place, and its options are checked as Discord's client checks them. Otherwise
// any command goes, and options have the types of their values.
func (ch *Channel) Slash(u *User, command string, opts ...InvokeOption) *Interaction {
	ch.s.t.Helper()
	in := ch.invocation(u, byCommand, opts)
	ch.s.mu.Lock()
	defer ch.s.unlock()
	data := in.command(command, "")
	return in.send(data)
}

// Autocomplete types a partial value into an option of a command, so that the
// client asks for choices. The other options are those of opts.
func (ch *Channel) Autocomplete(u *User, command, option, typed string, opts ...InvokeOption) *Interaction {
	ch.s.t.Helper()
	in := ch.invocation(u, byAutocomplete, append(slices.Clone(opts), Opt(option, typed)))
	ch.s.mu.Lock()
	defer ch.s.unlock()
	data := in.command(command, option)
	return in.send(data)
}

// MessageMenu picks the command of that name from a message's context menu.
func (ch *Channel) MessageMenu(u *User, name string, msg *Message, opts ...InvokeOption) *Interaction {
	ch.s.t.Helper()
	in := ch.invocation(u, byCommand, opts)
	ch.s.mu.Lock()
	defer ch.s.unlock()
	cmd := in.registered(MessageCommand, name)
	target := ch.s.messages[msg.ID]
	return in.send(object{
		"id": cmd.ID, "name": name, "type": MessageCommand, "target_id": msg.ID,
		"resolved": object{"messages": object{msg.ID: target.json(true)}},
	})
}

// Click clicks a button, named by its custom id or its label.
func (m *Message) Click(u *User, button string, opts ...InvokeOption) *Interaction {
	m.s.t.Helper()
	return m.use(u, button, []int{Button}, nil, opts)
}

// Select chooses values in a select, named by its custom id.
func (m *Message) Select(u *User, customID string, values []string, opts ...InvokeOption) *Interaction {
	m.s.t.Helper()
	kinds := []int{StringSelect, UserSelect, RoleSelect, MentionableSelect, ChannelSelect}
	return m.use(u, customID, kinds, values, opts)
}

// Click clicks a button of the reply, as the user who has it.
func (in *Interaction) Click(button string, opts ...InvokeOption) *Interaction {
	in.s.t.Helper()
	return in.mustReply().Click(in.user, button, opts...)
}

// Select chooses values in a select of the reply, as the user who has it.
func (in *Interaction) Select(customID string, values []string, opts ...InvokeOption) *Interaction {
	in.s.t.Helper()
	return in.mustReply().Select(in.user, customID, values, opts...)
}

func (in *Interaction) mustReply() *Message {
	in.s.t.Helper()
	m := in.Reply()
	if m == nil {
		in.s.t.Fatalf("interaction %s has no reply yet", in.ID)
	}
	return m
}

// use operates a component of the message as it is now.
func (m *Message) use(u *User, which string, kinds []int, values []string, opts []InvokeOption) *Interaction {
	m.s.t.Helper()
	in := m.channel.invocation(u, byComponent, opts)
	m.s.mu.Lock()
	defer m.s.unlock()
	now := m.s.messages[m.ID]
	c, ok := now.Find(which)
	switch {
	case now.Deleted:
		m.s.t.Fatalf("message %s is gone", m.ID)
	case now.Ephemeral() && now.interaction.user != u:
		m.s.t.Fatalf("%s cannot see message %s", u.Name, m.ID)
	case !ok || !slices.Contains(kinds, c.Type) || c.CustomID == "":
		m.s.t.Fatalf("message %s has no such component as %q: %s", m.ID, which, now.rawComponents)
	case c.Disabled:
		m.s.t.Fatalf("component %q of message %s is disabled", which, m.ID)
	}
	for _, value := range values {
		if c.Type == StringSelect && !slices.ContainsFunc(c.Options, func(o SelectOption) bool { return o.Value == value }) {
			m.s.t.Fatalf("select %q has no option %q", which, value)
		}
	}
	in.source, in.sourceRevision = now, now.revision
	data := object{"id": c.ID, "custom_id": c.CustomID, "component_type": c.Type}
	if c.Type != Button {
		data["values"] = values
	}
	return in.send(data)
}

// Submit fills in the form that the bot showed, by the custom ids of its
// inputs. Inputs that are left out keep what the bot put into them.
func (in *Interaction) Submit(values map[string]string, opts ...InvokeOption) *Interaction {
	in.s.t.Helper()
	next := in.channel.invocation(in.user, byModal, opts)
	in.s.mu.Lock()
	defer in.s.unlock()
	if in.response == nil || in.response.Modal == nil {
		in.s.t.Fatalf("interaction %s has shown no form", in.ID)
	}
	modal := in.response.Modal
	used := 0
	fill := func(c Component) object {
		value, ok := values[c.CustomID]
		if ok {
			used++
		} else {
			value = c.Value
		}
		required := c.Required == nil || *c.Required
		switch n := units(value); {
		case required && n == 0:
			in.s.t.Fatalf("input %q is required", c.CustomID)
		case n > 0 && c.MinLength != nil && n < *c.MinLength, c.MaxLength != nil && n > *c.MaxLength:
			in.s.t.Fatalf("input %q does not take %d characters", c.CustomID, n)
		}
		if c.Type == StringSelect {
			return object{"type": c.Type, "custom_id": c.CustomID, "values": []string{value}}
		}
		return object{"type": c.Type, "custom_id": c.CustomID, "value": value}
	}
	components := []object{}
	for _, c := range modal.Components {
		o := object{"type": c.Type}
		switch c.Type {
		case ActionRow:
			o["components"] = []object{fill(c.Components[0])}
		case Label:
			o["component"] = fill(*c.Component)
		}
		components = append(components, o)
	}
	if used < len(values) {
		in.s.t.Fatalf("form %q has not all of the inputs %v", modal.CustomID, values)
	}
	if in.source != nil {
		next.source, next.sourceRevision = in.source, in.source.revision
	}
	return next.send(object{"custom_id": modal.CustomID, "components": components})
}
