package discordtest

import "slices"

// A User is a person, or another bot, that a test plays. The bot under test has
// one too, see [Server.BotUser].
type User struct {
	ID     string
	Name   string
	Bot    bool   // an application's account
	Locale string // the language of the user's client, "en-US" unless set

	s  *Server
	dm *Channel // the conversation with the bot under test; guarded by s.mu
}

// A UserOption sets something about a new user.
type UserOption func(*User)

// OtherBot makes the user another application's bot account.
func OtherBot() UserOption { return func(u *User) { u.Bot = true } }

// SpeaksLocale sets the language of the user's client, such as "de".
func SpeaksLocale(locale string) UserOption { return func(u *User) { u.Locale = locale } }

// User returns the user with that name and makes it first if there is none.
// Every user is a member of every guild. Options apply to a new user only.
func (s *Server) User(name string, opts ...UserOption) *User {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.IndexFunc(s.users, func(u *User) bool { return u.Name == name }); i >= 0 {
		return s.users[i]
	}
	u := &User{ID: s.newID(), Name: name, Locale: "en-US", s: s}
	for _, opt := range opts {
		opt(u)
	}
	s.users = append(s.users, u)
	return u
}

// Mention returns the text that mentions the user, such as "<@42>".
func (u *User) Mention() string { return "<@" + u.ID + ">" }

// DMChannel returns the private conversation between the user and the bot.
func (u *User) DMChannel() *Channel {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	return u.s.dmChannel(u)
}

// DM writes to the bot in private.
func (u *User) DM(text string, opts ...SayOption) *Message {
	return u.DMChannel().Say(u, text, opts...)
}

// userByID returns nil if there is no such user. The caller holds s.mu.
func (s *Server) userByID(id string) *User {
	i := slices.IndexFunc(s.users, func(u *User) bool { return u.ID == id })
	if i < 0 {
		return nil
	}
	return s.users[i]
}

// dmChannel opens the conversation if need be. The caller holds s.mu.
func (s *Server) dmChannel(u *User) *Channel {
	if u.dm == nil {
		u.dm = s.addChannel(&Channel{Type: DMChannel, recipients: []*User{u}})
	}
	return u.dm
}

// json is the user as the API shows it.
func (u *User) json() object {
	return object{
		"id":            u.ID,
		"username":      u.Name,
		"global_name":   nil,
		"discriminator": "0",
		"avatar":        nil,
		"bot":           u.Bot,
		"public_flags":  0,
	}
}

// memberJSON is the user as a member of g. Interactions also carry the
// permissions that the member has where the interaction happened.
func (u *User) memberJSON(g *Guild) object {
	return object{
		"user":      u.json(),
		"nick":      nil,
		"avatar":    nil,
		"roles":     []string{},
		"joined_at": timestamp(g.created),
		"deaf":      false,
		"mute":      false,
		"flags":     0,
	}
}
