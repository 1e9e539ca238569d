package discord

import (
	"cmp"
	"container/list"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A place is a channel or a thread, as far as it matters to us.
type place struct {
	ID         string      `json:"id"`
	Type       channelType `json:"type"`
	GuildID    string      `json:"guild_id"`
	ParentID   string      `json:"parent_id"` // of a thread: the channel that it hangs from
	OwnerID    string      `json:"owner_id"`  // of a thread: who opened it
	Name       string      `json:"name"`
	Overwrites []overwrite `json:"permission_overwrites"`
	Metadata   struct {
		Locked bool `json:"locked"`
	} `json:"thread_metadata"`
}

// channelType is what kind of place a channel is
// (https://discord.com/developers/docs/resources/channel#channel-object-channel-types).
type channelType int

// The kinds that are told apart.
const (
	channelText               channelType = 0
	channelAnnouncement       channelType = 5
	channelAnnouncementThread channelType = 10
	channelPublicThread       channelType = 11
	channelPrivateThread      channelType = 12
)

// holdsThreads reports whether a thread can hang from a message in such a channel.
func (t channelType) holdsThreads() bool { return t == channelText || t == channelAnnouncement }

// publicThread reports whether such a channel is a thread as we open them, or a post in
// a forum.
func (t channelType) publicThread() bool {
	return t == channelPublicThread || t == channelAnnouncementThread
}

// An overwrite changes what a role or a member may do in a channel.
type overwrite struct {
	ID    string     `json:"id"`
	Allow permission `json:"allow"`
	Deny  permission `json:"deny"`
}

// maxPlaces is how many channels and guilds are remembered each.
const maxPlaces = 10_000

// placesLast is how long what we know of a channel or a guild counts. Discord tells of
// changes; this is for those that it told while we were not connected.
const placesLast = 10 * time.Minute

// A shelf keeps the last things that Discord has told of, by their ids, as long as
// placesLast. The zero value is ready for use.
type shelf[T any] struct {
	mu    sync.Mutex
	known map[string]*list.Element // of order
	order list.List                // of shelved[T], oldest first
}

type shelved[T any] struct {
	id    string
	thing T
	until time.Time
}

// put keeps a thing, and drops what is too old.
func (s *shelf[T]) put(id string, thing T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		s.known = make(map[string]*list.Element)
	}
	s.drop(s.known[id])
	now := time.Now()
	s.known[id] = s.order.PushBack(shelved[T]{id, thing, now.Add(placesLast)})
	for e := s.order.Front(); s.order.Len() > maxPlaces || !now.Before(e.Value.(shelved[T]).until); e = s.order.Front() {
		s.drop(e)
	}
}

// drop takes an element off, unless it is nil.
func (s *shelf[T]) drop(e *list.Element) {
	if e != nil {
		delete(s.known, s.order.Remove(e).(shelved[T]).id)
	}
}

func (s *shelf[T]) get(id string) (thing T, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.known[id]
	if e == nil {
		return thing, false
	}
	one := e.Value.(shelved[T])
	return one.thing, time.Now().Before(one.until)
}

func (s *shelf[T]) forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(s.known[id])
}

// lookUpTime is how long an answer waits for Discord to say where it is given.
const lookUpTime = 2 * time.Second

// place returns the channel of that id, which Discord is asked for if it is not known.
func (c *Client) place(ctx context.Context, id string) (place, error) {
	if p, ok := c.located.get(id); ok {
		return p, nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookUpTime)
	defer cancel()
	var p place
	err := c.rest.do(ctx, request{method: http.MethodGet, route: "/channels/{channel}", path: "/channels/" + id, repeatable: true}, &p)
	if err == nil {
		c.located.put(id, p)
	}
	return p, err
}

// onThread remembers a thread that was opened: its first message does not say where it is.
func (c *Client) onThread(p *place) {
	if p.ID != "" {
		c.located.put(p.ID, *p)
	}
}

// A change says what is not any more as we know it.
type change struct {
	ID      string `json:"id"`       // of a channel or a guild
	GuildID string `json:"guild_id"` // "" if the guild itself has changed
	User    *user  `json:"user"`     // whose roles have changed; nil if it is the roles themselves
}

// onPlaceChanged forgets a channel.
func (c *Client) onPlaceChanged(e *change) { c.located.forget(e.ID) }

// onGuildChanged forgets what our roles allow in a guild.
func (c *Client) onGuildChanged(e *change) {
	if e.User == nil || e.User.ID == c.self() {
		c.standings.forget(cmp.Or(e.GuildID, e.ID))
	}
}

// ours reports whether the place is a thread that we have opened from an answer.
func (c *Client) ours(p place) bool {
	return p.Type.publicThread() && p.OwnerID != "" && p.OwnerID == c.self() && !c.forums[p.ParentID]
}

// A standing is what our roles are and allow in a guild, before its channels say otherwise.
// The zero value allows nothing.
type standing struct {
	self, guild string
	roles       []string
	allowed     permission
	locale      string // that the guild prefers
}

// standing returns our standing in a guild, which Discord is asked for if it is not known.
func (c *Client) standing(ctx context.Context, guild string) (standing, error) {
	if s, ok := c.standings.get(guild); ok {
		return s, nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookUpTime)
	defer cancel()
	var g struct {
		Locale string `json:"preferred_locale"`
		Roles  []struct {
			ID          string     `json:"id"`
			Permissions permission `json:"permissions"`
		} `json:"roles"`
	}
	err := c.rest.do(ctx, request{method: http.MethodGet, route: "/guilds/{guild}", path: "/guilds/" + guild, repeatable: true}, &g)
	if err != nil {
		return standing{}, err
	}
	s := standing{self: c.self(), guild: guild, locale: g.Locale}
	var member struct {
		Roles []string `json:"roles"`
	}
	err = c.rest.do(ctx, request{
		method: http.MethodGet, route: "/guilds/{guild}/members/{user}", path: "/guilds/" + guild + "/members/" + s.self, repeatable: true,
	}, &member)
	if err != nil {
		return standing{}, err
	}
	s.roles = member.Roles
	for _, r := range g.Roles {
		if r.ID == guild || slices.Contains(s.roles, r.ID) { // everybody has the role with the guild's id
			s.allowed |= r.Permissions
		}
	}
	c.standings.put(guild, s)
	return s, nil
}

// in returns what we may do in a channel with those overwrites
// (https://discord.com/developers/docs/topics/permissions#permission-overwrites).
func (s standing) in(overwrites []overwrite) permission {
	p := s.allowed
	if p&permissionAdministrator != 0 {
		return p
	}
	var allow, deny permission
	for _, o := range overwrites {
		switch {
		case o.ID == s.guild:
			p = p&^o.Deny | o.Allow
		case slices.Contains(s.roles, o.ID):
			allow, deny = allow|o.Allow, deny|o.Deny
		}
	}
	p = p&^deny | allow
	for _, o := range overwrites {
		if o.ID == s.self {
			p = p&^o.Deny | o.Allow
		}
	}
	if p&permissionView == 0 {
		return 0
	}
	return p
}

// permission is a bit of what a member may do, or several
// (https://discord.com/developers/docs/topics/permissions).
type permission uint64

const (
	permissionAdministrator  permission = 1 << 3
	permissionView           permission = 1 << 10
	permissionSend           permission = 1 << 11
	permissionManageMessages permission = 1 << 13
	permissionCreateThreads  permission = 1 << 35 // public ones
	permissionSendInThreads  permission = 1 << 38
)

// threadPermissions are what we need to continue in a thread.
const threadPermissions = permissionCreateThreads | permissionSendInThreads

// has reports whether all of want are in p.
func (p permission) has(want permission) bool {
	return p&permissionAdministrator != 0 || p&want == want
}

// UnmarshalJSON reads permissions as Discord writes them, a decimal number in a string. What
// does not parse is none.
func (p *permission) UnmarshalJSON(b []byte) error {
	n, err := strconv.ParseUint(strings.Trim(string(b), `"`), 10, 64)
	if err != nil {
		n = 0
	}
	*p = permission(n)
	return nil
}

// may reports whether the user has the permission in the channel. Nobody has any
// outside guilds.
func (i *interaction) may(p permission) bool {
	return i.Member != nil && i.Member.Permissions.has(p)
}

// mayWrite reports whether the user may post in the channel.
func (i *interaction) mayWrite() bool {
	switch i.Channel.Type {
	case channelAnnouncementThread, channelPublicThread, channelPrivateThread:
		return i.may(permissionSendInThreads)
	}
	return i.may(permissionSend)
}
