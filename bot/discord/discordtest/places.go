package discordtest

import (
	"encoding/json"
	"fmt"
	"slices"
)

func (s *Server) getChannel(c *Call) (any, error) {
	ch, err := s.channel(c)
	if err != nil {
		return nil, err
	}
	return ch.json(), nil
}

func (s *Server) guild(c *Call) (*Guild, error) {
	for _, g := range s.guilds {
		if g.ID == c.params["guild_id"] {
			if !g.joined {
				return nil, refuse(RulePermissions, 403, 50001, "Missing Access")
			}
			return g, nil
		}
	}
	return nil, unknown(10004, "Guild")
}

func (s *Server) getGuild(c *Call) (any, error) {
	g, err := s.guild(c)
	if err != nil {
		return nil, err
	}
	return g.json(), nil
}

func (s *Server) getMember(c *Call) (any, error) {
	g, err := s.guild(c)
	if err != nil {
		return nil, err
	}
	u := s.userByID(c.params["user_id"])
	if u == nil {
		return nil, unknown(10007, "Member")
	}
	return u.memberJSON(g), nil
}

func (s *Server) listChannels(c *Call) (any, error) {
	g, err := s.guild(c)
	if err != nil {
		return nil, err
	}
	list := []object{}
	for _, ch := range g.channels {
		if !ch.isThread() {
			list = append(list, ch.json())
		}
	}
	return list, nil
}

func (s *Server) startTyping(c *Call) (any, error) {
	ch, err := s.channel(c)
	if err != nil {
		return nil, err
	}
	if err := s.needToWrite(ch); err != nil {
		return nil, err
	}
	ch.typing++
	return nil, nil
}

func (s *Server) createDM(c *Call) (any, error) {
	var b struct {
		RecipientID string `json:"recipient_id"`
	}
	if err := c.body(&b); err != nil {
		return nil, err
	}
	u := s.userByID(b.RecipientID)
	if u == nil || u.Bot {
		return nil, refuse(RuleUnknown, 400, 50033, "Invalid Recipient(s)")
	}
	return s.dmChannel(u).json(), nil
}

// A threadBody is a thread as the bot asks for it.
type threadBody struct {
	Name        string          `json:"name"`
	Type        ChannelType     `json:"type"`
	AutoArchive int             `json:"auto_archive_duration"`
	Message     json.RawMessage `json:"message"` // of a new forum post
}

func (b *threadBody) check() error {
	var f form
	f.length("name", b.Name, 1, 100)
	if !slices.Contains([]int{0, 60, 1440, 4320, 10080}, b.AutoArchive) {
		f.add("auto_archive_duration", "BASE_TYPE_CHOICES", "Value must be one of {60, 1440, 4320, 10080}.")
	}
	return f.err()
}

func (s *Server) createMessageThread(c *Call) (any, error) {
	ch, m, err := s.message(c)
	if err != nil {
		return nil, err
	}
	var b threadBody
	if err := c.body(&b); err != nil {
		return nil, err
	}
	if err := b.check(); err != nil {
		return nil, err
	}
	if err := s.need(ch, CreatePublicThreads); err != nil {
		return nil, err
	}
	if s.channels[m.ID] != nil {
		return nil, refuse(RuleForm, 400, 160004, "A thread has already been created for this message")
	}
	kind := PublicThread
	switch {
	case ch.guild == nil || ch.isThread():
		return nil, refuse(RuleForm, 400, 50024, "Cannot execute action on this channel type")
	case ch.Type == AnnouncementChannel:
		kind = AnnouncementThread
	}
	thread := s.addThread(&Channel{ID: m.ID, Name: b.Name, Type: kind, parent: ch, owner: s.bot})
	return created{thread.json()}, nil
}

func (s *Server) createThread(c *Call) (any, error) {
	ch, err := s.channel(c)
	if err != nil {
		return nil, err
	}
	var b threadBody
	if err := c.body(&b); err != nil {
		return nil, err
	}
	if err := b.check(); err != nil {
		return nil, err
	}
	if ch.Type == ForumChannel {
		return s.createForumPost(c, ch, b)
	}
	want := CreatePublicThreads
	switch {
	case ch.guild == nil || ch.isThread():
		return nil, refuse(RuleForm, 400, 50024, "Cannot execute action on this channel type")
	case b.Type == 0 || b.Type == PrivateThread:
		b.Type, want = PrivateThread, CreatePrivateThreads
	case b.Type != PublicThread && b.Type != AnnouncementThread:
		return nil, formError("type", "BASE_TYPE_CHOICES", fmt.Sprintf("%d is no type of thread.", b.Type))
	}
	if err := s.need(ch, want); err != nil {
		return nil, err
	}
	return created{s.addThread(&Channel{Name: b.Name, Type: b.Type, parent: ch, owner: s.bot}).json()}, nil
}

func (s *Server) createForumPost(c *Call, ch *Channel, b threadBody) (any, error) {
	if err := s.need(ch, SendMessages); err != nil {
		return nil, err
	}
	if len(b.Message) == 0 {
		return nil, formError("message", "BASE_TYPE_REQUIRED", "This field is required")
	}
	thread := s.addThread(&Channel{Name: b.Name, Type: PublicThread, parent: ch, owner: s.bot})
	m, err := s.write(c, thread, b.Message)
	if err != nil {
		return nil, err
	}
	o := thread.json()
	o["message"] = m.json(true)
	return created{o}, nil
}
