package discordtest

import "strconv"

// Permissions is a set of Discord's permission bits.
type Permissions uint64

// The permissions that matter to a bot which answers questions.
const (
	Administrator          Permissions = 1 << 3
	ManageChannels         Permissions = 1 << 4
	ManageGuild            Permissions = 1 << 5
	AddReactions           Permissions = 1 << 6
	ViewChannel            Permissions = 1 << 10
	SendMessages           Permissions = 1 << 11
	ManageMessages         Permissions = 1 << 13
	EmbedLinks             Permissions = 1 << 14
	AttachFiles            Permissions = 1 << 15
	ReadMessageHistory     Permissions = 1 << 16
	MentionEveryone        Permissions = 1 << 17
	UseApplicationCommands Permissions = 1 << 31
	ManageThreads          Permissions = 1 << 34
	CreatePublicThreads    Permissions = 1 << 35
	CreatePrivateThreads   Permissions = 1 << 36
	SendMessagesInThreads  Permissions = 1 << 38
	UseExternalApps        Permissions = 1 << 50

	// everyonePermissions is what the @everyone role of a new guild allows,
	// the bot included. It leaves out MentionEveryone, which Discord grants and
	// careful moderators take away.
	everyonePermissions = AddReactions | ViewChannel | SendMessages | EmbedLinks | AttachFiles |
		ReadMessageHistory | UseApplicationCommands | CreatePublicThreads |
		SendMessagesInThreads | UseExternalApps

	allPermissions Permissions = 1<<51 - 1
)

// has reports whether all of want are in p.
func (p Permissions) has(want Permissions) bool { return p&want == want }

// String returns the permissions as the API writes them, a decimal number.
func (p Permissions) String() string { return strconv.FormatUint(uint64(p), 10) }

// botPermissions returns what the bot may do in ch, and nothing at all if it
// cannot see it. The caller holds s.mu.
func (s *Server) botPermissions(ch *Channel) Permissions {
	if ch.guild == nil {
		if ch.Type == DMChannel {
			return allPermissions
		}
		return 0 // a group conversation that the bot is no part of
	}
	if !ch.guild.joined {
		return 0
	}
	place := ch
	if ch.parent != nil { // threads have no overwrites of their own
		place = ch.parent
	}
	p := everyonePermissions&^place.deny | place.allow
	if p.has(Administrator) {
		return allPermissions
	}
	if !p.has(ViewChannel) {
		return 0
	}
	return p
}

// need refuses the call unless the bot has all of want in ch.
func (s *Server) need(ch *Channel, want Permissions) error {
	have := s.botPermissions(ch)
	if !have.has(ViewChannel) {
		return refuse(RulePermissions, 403, 50001, "Missing Access")
	}
	if !have.has(want) {
		return refuse(RulePermissions, 403, 50013, "Missing Permissions")
	}
	return nil
}

// needToWrite refuses the call unless the bot may post in ch, wherever that is.
func (s *Server) needToWrite(ch *Channel) error {
	switch {
	case ch.Type == ForumChannel:
		return refuse(RuleForm, 400, 50008, "Cannot send messages in a non-text channel")
	case ch.isThread():
		if err := s.need(ch, SendMessagesInThreads); err != nil {
			return err
		}
		switch {
		case ch.locked:
			return refuse(RuleClosed, 403, 160005, "This thread is locked")
		case ch.archived:
			return refuse(RuleClosed, 400, 50083, "Thread is archived")
		}
		return nil
	}
	return s.need(ch, SendMessages)
}
