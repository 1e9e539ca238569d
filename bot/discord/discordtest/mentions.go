package discordtest

import (
	"regexp"
	"slices"
)

// AllowedMentions is what a bot lets its message ping.
type AllowedMentions struct {
	Parse       []string `json:"parse"`
	Users       []string `json:"users"`
	Roles       []string `json:"roles"`
	RepliedUser bool     `json:"replied_user"`
}

// A Ping is a message that notified somebody.
type Ping struct {
	Message  *Message
	Users    []string // ids
	Roles    []string // ids
	Everyone bool
}

// Pings returns the messages of the bot that have notified anybody.
func (s *Server) Pings() []Ping {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.pings)
}

var everyoneMention = regexp.MustCompile(`@(everyone|here)\b`)

// WouldPing returns whom a text would notify under the given allowed mentions,
// nil meaning that none were sent. repliedTo is the id of the user whom the
// message answers, if any. It supposes that the bot may mention everyone and
// that every role can be mentioned.
func WouldPing(text string, allowed *AllowedMentions, repliedTo string) Ping {
	if allowed == nil {
		allowed = &AllowedMentions{Parse: []string{"users", "roles", "everyone"}, RepliedUser: true}
	}
	var p Ping
	add := func(list *[]string, id string) {
		if !slices.Contains(*list, id) {
			*list = append(*list, id)
		}
	}
	for _, m := range userMention.FindAllStringSubmatch(text, -1) {
		if slices.Contains(allowed.Parse, "users") || slices.Contains(allowed.Users, m[1]) {
			add(&p.Users, m[1])
		}
	}
	for _, m := range roleMention.FindAllStringSubmatch(text, -1) {
		if slices.Contains(allowed.Parse, "roles") || slices.Contains(allowed.Roles, m[1]) {
			add(&p.Roles, m[1])
		}
	}
	p.Everyone = slices.Contains(allowed.Parse, "everyone") && everyoneMention.MatchString(text)
	if repliedTo != "" && allowed.RepliedUser {
		add(&p.Users, repliedTo)
	}
	return p
}

// silent reports whether a pings nobody, whatever the text.
func (a *AllowedMentions) silent() bool {
	return a != nil && len(a.Parse)+len(a.Users)+len(a.Roles) == 0 && !a.RepliedUser
}

// mentioned notes whom a message of the bot has notified, and whether the bot
// took the care to say that it should notify nobody. The caller holds s.mu.
func (s *Server) mentioned(c *Call, m *Message, allowed *AllowedMentions) {
	if !allowed.silent() {
		detail := "allowed_mentions is missing"
		if allowed != nil {
			detail = "allowed_mentions lets the text ping"
		}
		s.violate(Violation{Rule: RuleMentions, Detail: detail, Call: *c})
	}
	if m.Ephemeral() {
		return // whoever is mentioned cannot see it
	}
	text := m.Content
	for component := range walk(m.Components) {
		text += "\n" + component.Content
	}
	repliedTo := ""
	if ref := s.messages[m.ReplyTo]; ref != nil {
		repliedTo = ref.Author.ID
	}
	p := WouldPing(text, allowed, repliedTo)
	if p.Users != nil || p.Roles != nil || p.Everyone {
		p.Message = m.snapshot()
		s.pings = append(s.pings, p)
	}
}
