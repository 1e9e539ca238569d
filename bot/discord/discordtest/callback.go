package discordtest

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// The deadlines of an interaction.
const (
	callbackWithin = 3 * time.Second
	tokenValid     = 15 * time.Minute

	// maxUserFollowups is how many follow-ups a user's own app may send where
	// the bot is not a member.
	maxUserFollowups = 5
)

// ResponseType is how a bot answers an interaction first.
type ResponseType int

// The types of response, with Discord's numbers.
const (
	RespondPong           ResponseType = 1
	RespondMessage        ResponseType = 4
	RespondDeferred       ResponseType = 5
	RespondDeferredUpdate ResponseType = 6
	RespondUpdate         ResponseType = 7
	RespondChoices        ResponseType = 8
	RespondModal          ResponseType = 9
)

// kind is what a person did to cause an interaction, with Discord's numbers.
type kind int

const (
	byCommand      kind = 2
	byComponent    kind = 3
	byAutocomplete kind = 4
	byModal        kind = 5
)

// takes reports whether an interaction can be answered so.
func (in *Interaction) takes(t ResponseType) bool {
	switch in.kind {
	case byAutocomplete:
		return t == RespondChoices
	case byComponent:
		return slices.Contains([]ResponseType{RespondMessage, RespondDeferred, RespondDeferredUpdate, RespondUpdate, RespondModal}, t)
	case byModal:
		if in.source == nil && (t == RespondDeferredUpdate || t == RespondUpdate) {
			return false
		}
		return slices.Contains([]ResponseType{RespondMessage, RespondDeferred, RespondDeferredUpdate, RespondUpdate}, t)
	}
	return slices.Contains([]ResponseType{RespondMessage, RespondDeferred, RespondModal}, t)
}

// callback takes the first answer to an interaction.
func (s *Server) callback(c *Call) (any, error) {
	in := s.interactions[c.params["interaction_token"]]
	if in == nil || in.ID != c.params["interaction_id"] {
		return nil, unknown(10062, "interaction")
	}
	if in.response != nil {
		return nil, refuse(RuleAcknowledged, 400, 40060, "Interaction has already been acknowledged.")
	}
	after := time.Since(in.created)
	if after > callbackWithin {
		return nil, refuse(RuleLate, 404, 10062, "Unknown interaction")
	}
	var b struct {
		Type ResponseType    `json:"type"`
		Data json.RawMessage `json:"data"`
	}
	if err := c.body(&b); err != nil {
		return nil, err
	}
	if !in.takes(b.Type) {
		e := formError("type", "INTERACTION_CALLBACK_TYPE", fmt.Sprintf("An interaction of type %d cannot be answered with %d.", in.kind, b.Type)).(*apiError)
		e.Rule = RuleResponse
		return nil, e
	}
	r := &Response{Type: b.Type, After: after}
	if len(b.Data) == 0 {
		b.Data = json.RawMessage("{}")
	}
	if err := s.respond(c, in, r, b.Data); err != nil {
		return nil, err
	}
	in.response = r
	if c.Query.Get("with_response") != "true" {
		return nil, nil
	}
	callback := object{"id": in.ID, "type": in.kind}
	resource := object{"type": r.Type}
	if m := in.original; m != nil {
		callback["response_message_id"] = m.ID
		callback["response_message_loading"] = m.Loading()
		callback["response_message_ephemeral"] = m.Ephemeral()
		resource["message"] = m.json(true)
	}
	return object{"interaction": callback, "resource": resource}, nil
}

// respond does what the response r with that data asks for.
func (s *Server) respond(c *Call, in *Interaction, r *Response, data json.RawMessage) error {
	switch r.Type {
	case RespondMessage:
		m, err := s.reply(c, in, data)
		in.original = m
		return err

	case RespondDeferred:
		var b messageBody
		if err := json.Unmarshal(data, &b); err != nil {
			return err
		}
		if b.Flags.Value&^FlagEphemeral != 0 {
			return formError("data.flags", "BASE_TYPE_CHOICES", "A deferred reply takes the flag EPHEMERAL alone.")
		}
		in.original = &Message{Author: s.bot, Flags: b.Flags.Value | in.forced() | FlagLoading, interaction: in}
		s.post(in.channel, in.original)

	case RespondDeferredUpdate:
		in.original = in.source

	case RespondUpdate:
		in.original = in.source
		return s.edit(c, in.source, data)

	case RespondChoices:
		return respondChoices(in, r, data)

	case RespondModal:
		modal := &Modal{}
		if err := json.Unmarshal(data, modal); err != nil {
			return err
		}
		if err := checkModal(modal); err != nil {
			return err
		}
		r.Modal = modal
	}
	return nil
}

func respondChoices(in *Interaction, r *Response, data json.RawMessage) error {
	var b struct {
		Choices []Choice `json:"choices"`
	}
	if err := json.Unmarshal(data, &b); err != nil {
		return err
	}
	var f form
	checkChoices(&f, "data.choices", in.focused, b.Choices)
	r.Choices = b.Choices
	return f.err()
}

// reply posts a message in answer to an interaction.
func (s *Server) reply(c *Call, in *Interaction, data json.RawMessage) (*Message, error) {
	var b messageBody
	if err := json.Unmarshal(data, &b); err != nil {
		return nil, err
	}
	m := &Message{Author: s.bot, Flags: b.Flags.Value&FlagEphemeral | in.forced(), interaction: in, s: s, ChannelID: in.channel.ID}
	b.apply(m, c.Files)
	if err := s.checkMessage(m, &b, false); err != nil {
		return nil, err
	}
	s.post(in.channel, m)
	s.mentioned(c, m, b.AllowedMentions.Value)
	return m, nil
}

// forced returns the ephemeral flag where Discord hides replies whatever the
// bot asks for: from a user's own app in a channel that denies external apps.
func (in *Interaction) forced() Flags {
	if in.channel.guild != nil && !in.channel.guild.joined && in.channel.deny.has(UseExternalApps) {
		return FlagEphemeral
	}
	return 0
}

// answered returns the interaction of a webhook call, which has to be answered
// and young enough.
func (s *Server) answered(c *Call) (*Interaction, error) {
	in := s.interactions[c.params["webhook_token"]]
	if in == nil || c.params["webhook_id"] != s.AppID() {
		return nil, unknown(10015, "Webhook")
	}
	if time.Since(in.created) > tokenValid {
		return nil, refuse(RuleLate, 401, 50027, "Invalid Webhook Token")
	}
	if in.response == nil {
		return nil, refuse(RuleResponse, 404, 10015, "Unknown Webhook")
	}
	return in, nil
}

func (s *Server) createFollowup(c *Call) (any, error) {
	in, err := s.answered(c)
	if err != nil {
		return nil, err
	}
	if m := in.original; m != nil && m.Loading() {
		s.violate(Violation{Rule: RuleFirstFollowup, Detail: "a follow-up fills in the deferred reply; edit @original instead", Call: *c})
		if err := s.edit(c, m, c.Body); err != nil {
			return nil, err
		}
		return m.json(true), nil
	}
	if in.userInstalled() && len(in.followups) >= maxUserFollowups {
		return nil, refuse(RuleFollowupQuota, 400, 40094, "This interaction has reached the maximum number of follow up messages")
	}
	m, err := s.reply(c, in, c.Body)
	if err != nil {
		return nil, err
	}
	in.followups = append(in.followups, m)
	return m.json(true), nil
}

// ownMessage returns the interaction and the message that a webhook call names:
// its response or one of its follow-ups.
func (s *Server) ownMessage(c *Call) (*Interaction, *Message, error) {
	in, err := s.answered(c)
	if err != nil {
		return nil, nil, err
	}
	id, named := c.params["message_id"]
	for _, m := range append([]*Message{in.original}, in.followups...) {
		if m != nil && !m.Deleted && (!named || m.ID == id) {
			return in, m, nil
		}
		if !named {
			break
		}
	}
	return nil, nil, unknown(10008, "Message")
}

func (s *Server) getResponse(c *Call) (any, error) {
	_, m, err := s.ownMessage(c)
	if err != nil {
		return nil, err
	}
	return m.json(true), nil
}

func (s *Server) editResponse(c *Call) (any, error) {
	_, m, err := s.ownMessage(c)
	if err != nil {
		return nil, err
	}
	if err := s.edit(c, m, c.Body); err != nil {
		return nil, err
	}
	return m.json(true), nil
}

func (s *Server) deleteResponse(c *Call) (any, error) {
	_, m, err := s.ownMessage(c)
	if err != nil {
		return nil, err
	}
	s.remove(m)
	return nil, nil
}
