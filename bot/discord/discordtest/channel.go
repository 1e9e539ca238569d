package discordtest

import (
	"slices"
	"time"
)

// ChannelType is what kind of place a channel is.
type ChannelType int

// The kinds of channel, with Discord's numbers.
const (
	TextChannel         ChannelType = 0
	DMChannel           ChannelType = 1
	GroupDMChannel      ChannelType = 3
	AnnouncementChannel ChannelType = 5
	AnnouncementThread  ChannelType = 10
	PublicThread        ChannelType = 11
	PrivateThread       ChannelType = 12
	ForumChannel        ChannelType = 15
)

// A Guild is what people call a server: a set of channels and members.
type Guild struct {
	ID     string
	Name   string
	Locale string // the guild's preferred language, "en-US" unless set

	s        *Server
	created  time.Time
	joined   bool // whether the bot is a member; guarded by s.mu, as are the rest
	channels []*Channel
	granted  map[*User]Permissions
	commands []*Command
}

// A GuildOption sets something about a new guild.
type GuildOption func(*Guild)

// WithoutBot makes a guild that the bot is no member of. People can still use
// it there if they have installed it for themselves.
func WithoutBot() GuildOption { return func(g *Guild) { g.joined = false } }

// PreferredLocale sets the guild's language, such as "de".
func PreferredLocale(locale string) GuildOption { return func(g *Guild) { g.Locale = locale } }

// Guild makes a guild with no channels. The bot is a member and, if it is
// connected, learns of it.
func (s *Server) Guild(name string, opts ...GuildOption) *Guild {
	s.mu.Lock()
	defer s.unlock()
	g := &Guild{ID: s.newID(), Name: name, Locale: "en-US", s: s, joined: true,
		created: time.Now(), granted: make(map[*User]Permissions)}
	for _, opt := range opts {
		opt(g)
	}
	s.guilds = append(s.guilds, g)
	if g.joined {
		s.dispatch(event{name: "GUILD_CREATE", intent: IntentGuilds, guild: g, data: g.createJSON()})
	}
	return g
}

// Set changes a guild that exists already.
func (g *Guild) Set(opts ...GuildOption) {
	g.s.mu.Lock()
	defer g.s.unlock()
	for _, opt := range opts {
		opt(g)
	}
	g.s.dispatch(event{name: "GUILD_UPDATE", intent: IntentGuilds, guild: g, data: g.json()})
}

// RemoveBot takes the bot out of the guild.
func (g *Guild) RemoveBot() {
	g.s.mu.Lock()
	defer g.s.unlock()
	g.joined = false
	g.s.dispatch(event{name: "GUILD_DELETE", intent: IntentGuilds, guild: g, data: object{"id": g.ID}})
}

// Grant gives a member more permissions, such as ManageGuild, in the whole
// guild. The bot sees them in the member's interactions.
func (g *Guild) Grant(u *User, p Permissions) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	g.granted[u] |= p
}

// A Channel is a place to write in: a text channel, a forum, a thread, a
// private conversation.
type Channel struct {
	ID   string
	Name string
	Type ChannelType

	s          *Server
	guild      *Guild   // nil for private conversations
	parent     *Channel // of a thread
	owner      *User    // who opened a thread
	recipients []*User  // of a private conversation
	created    time.Time

	// guarded by s.mu
	allow, deny Permissions // of the bot
	archived    bool        // of a thread, as is locked
	locked      bool
	messages    []*Message
	typing      int
}

// A ChannelOption sets something about a channel.
type ChannelOption func(*Channel)

// Deny takes permissions in the channel away from the bot.
func Deny(p Permissions) ChannelOption {
	return func(ch *Channel) { ch.deny |= p; ch.allow &^= p }
}

// Allow gives the bot permissions in the channel.
func Allow(p Permissions) ChannelOption {
	return func(ch *Channel) { ch.allow |= p; ch.deny &^= p }
}

// Archive puts a thread away, until somebody writes in it again or moderators
// take it out by Reopen.
func Archive() ChannelOption { return func(ch *Channel) { ch.archived = true } }

// Lock keeps everybody but moderators from writing in a thread and from taking
// it out of the archive.
func Lock() ChannelOption { return func(ch *Channel) { ch.locked = true } }

// Reopen undoes Archive and Lock.
func Reopen() ChannelOption { return func(ch *Channel) { ch.archived, ch.locked = false, false } }

// Named gives the channel another name.
func Named(name string) ChannelOption { return func(ch *Channel) { ch.Name = name } }

// Forum makes the channel a forum, which holds nothing but threads.
func Forum() ChannelOption { return func(ch *Channel) { ch.Type = ForumChannel } }

// Announcement makes the channel an announcement channel.
func Announcement() ChannelOption { return func(ch *Channel) { ch.Type = AnnouncementChannel } }

// Channel makes a text channel in the guild.
func (g *Guild) Channel(name string, opts ...ChannelOption) *Channel {
	g.s.mu.Lock()
	defer g.s.unlock()
	ch := &Channel{Name: name, Type: TextChannel, guild: g}
	for _, opt := range opts {
		opt(ch)
	}
	g.s.addChannel(ch)
	g.s.dispatch(event{name: "CHANNEL_CREATE", intent: IntentGuilds, guild: g, channel: ch, data: ch.json()})
	return ch
}

// Set changes a channel that exists already.
func (ch *Channel) Set(opts ...ChannelOption) {
	ch.s.mu.Lock()
	defer ch.s.unlock()
	for _, opt := range opts {
		opt(ch)
	}
	name := "CHANNEL_UPDATE"
	if ch.isThread() {
		name = "THREAD_UPDATE"
	}
	ch.s.dispatch(event{name: name, intent: IntentGuilds, guild: ch.guild, data: ch.json()})
}

// Delete removes the channel and all that was written in it.
func (ch *Channel) Delete() {
	ch.s.mu.Lock()
	defer ch.s.unlock()
	name := "CHANNEL_DELETE"
	if ch.isThread() {
		name = "THREAD_DELETE"
	}
	ch.s.dispatch(event{name: name, intent: IntentGuilds, guild: ch.guild, channel: ch, data: ch.json()})
	delete(ch.s.channels, ch.ID)
	if ch.guild != nil {
		ch.guild.channels = slices.DeleteFunc(ch.guild.channels, func(c *Channel) bool { return c == ch })
	}
}

// GroupDM makes a conversation among users that the bot is no part of. They
// can use it there if they have installed it for themselves.
func (s *Server) GroupDM(users ...*User) *Channel {
	s.mu.Lock()
	defer s.unlock()
	return s.addChannel(&Channel{Type: GroupDMChannel, recipients: users})
}

// Thread opens a public thread in the channel.
func (ch *Channel) Thread(u *User, name string) *Channel {
	ch.s.mu.Lock()
	defer ch.s.unlock()
	return ch.s.addThread(&Channel{Name: name, Type: PublicThread, parent: ch, owner: u})
}

// Post opens a thread in a forum with its first message.
func (ch *Channel) Post(u *User, title, text string, opts ...SayOption) (*Channel, *Message) {
	ch.s.mu.Lock()
	defer ch.s.unlock()
	thread := ch.s.addThread(&Channel{Name: title, Type: PublicThread, parent: ch, owner: u})
	m := newMessage(u, text, opts)
	m.ID = thread.ID // Discord gives the first post of a forum thread the thread's id
	ch.s.post(thread, m)
	return thread, m.snapshot()
}

// Mention returns the text that links to the channel, such as "<#42>".
func (ch *Channel) Mention() string { return "<#" + ch.ID + ">" }

// ThreadOf returns the thread that hangs from a message of the channel, or nil if
// there is none.
func (ch *Channel) ThreadOf(msg *Message) *Channel {
	ch.s.mu.Lock()
	defer ch.s.mu.Unlock()
	if thread := ch.s.channels[msg.ID]; thread != nil && thread.parent == ch {
		return thread
	}
	return nil
}

// Typing returns how often the bot has shown that it is typing here.
func (ch *Channel) Typing() int {
	ch.s.mu.Lock()
	defer ch.s.mu.Unlock()
	return ch.typing
}

// addChannel gives ch an id, unless it has one, and makes it known. The caller
// holds s.mu.
func (s *Server) addChannel(ch *Channel) *Channel {
	ch.s, ch.created = s, time.Now()
	if ch.ID == "" {
		ch.ID = s.newID()
	}
	s.channels[ch.ID] = ch
	if ch.guild != nil {
		ch.guild.channels = append(ch.guild.channels, ch)
	}
	return ch
}

// addThread is addChannel for threads, of which the bot learns by an event of
// their own.
func (s *Server) addThread(ch *Channel) *Channel {
	ch.guild = ch.parent.guild
	s.addChannel(ch)
	data := ch.json()
	data["newly_created"] = true
	s.dispatch(event{name: "THREAD_CREATE", intent: IntentGuilds, guild: ch.guild, channel: ch, data: data})
	return ch
}

// isThread reports whether the channel lives inside another.
func (ch *Channel) isThread() bool { return ch.parent != nil }

// json is the channel as the API shows it.
func (ch *Channel) json() object {
	o := object{"id": ch.ID, "type": ch.Type, "flags": 0, "last_message_id": nil}
	if n := len(ch.messages); n > 0 {
		o["last_message_id"] = ch.messages[n-1].ID
	}
	if ch.guild == nil {
		recipients := []object{}
		for _, u := range ch.recipients {
			recipients = append(recipients, u.json())
		}
		o["recipients"] = recipients
		return o
	}
	o["guild_id"] = ch.guild.ID
	o["name"] = ch.Name
	if ch.isThread() {
		o["parent_id"] = ch.parent.ID
		o["owner_id"] = ch.owner.ID
		o["message_count"] = len(ch.messages)
		o["member_count"] = 1
		o["thread_metadata"] = object{
			"archived":              ch.archived,
			"auto_archive_duration": 1440,
			"archive_timestamp":     timestamp(ch.created),
			"create_timestamp":      timestamp(ch.created),
			"locked":                ch.locked,
		}
		return o
	}
	o["position"] = slices.Index(ch.guild.channels, ch)
	o["parent_id"] = nil
	o["topic"] = nil
	o["nsfw"] = false
	o["rate_limit_per_user"] = 0
	overwrites := []object{}
	if ch.allow|ch.deny != 0 {
		overwrites = append(overwrites, object{
			"id": ch.s.bot.ID, "type": 1, "allow": ch.allow.String(), "deny": ch.deny.String(),
		})
	}
	o["permission_overwrites"] = overwrites
	return o
}

// json is the guild as GET /guilds/{guild_id} shows it.
func (g *Guild) json() object {
	return object{
		"id":                            g.ID,
		"name":                          g.Name,
		"icon":                          nil,
		"owner_id":                      "1",
		"preferred_locale":              g.Locale,
		"features":                      []string{},
		"emojis":                        []object{},
		"stickers":                      []object{},
		"afk_timeout":                   300,
		"verification_level":            0,
		"default_message_notifications": 0,
		"explicit_content_filter":       0,
		"mfa_level":                     0,
		"premium_tier":                  0,
		"nsfw_level":                    0,
		"system_channel_flags":          0,
		"roles": []object{{
			"id": g.ID, "name": "@everyone", "permissions": everyonePermissions.String(),
			"color": 0, "hoist": false, "managed": false, "mentionable": false, "position": 0, "flags": 0,
		}},
	}
}

// createJSON is the guild as GUILD_CREATE shows it.
func (g *Guild) createJSON() object {
	channels, threads := []object{}, []object{}
	for _, ch := range g.channels {
		if ch.isThread() {
			threads = append(threads, ch.json())
		} else {
			channels = append(channels, ch.json())
		}
	}
	o := g.json()
	o["joined_at"] = timestamp(g.created)
	o["large"] = false
	o["unavailable"] = false
	o["member_count"] = len(g.s.users)
	o["members"] = []object{g.s.bot.memberJSON(g)}
	o["channels"] = channels
	o["threads"] = threads
	o["presences"] = []object{}
	o["voice_states"] = []object{}
	o["stage_instances"] = []object{}
	o["guild_scheduled_events"] = []object{}
	return o
}
