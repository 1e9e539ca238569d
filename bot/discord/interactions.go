package discord

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"exobot/bot"
	"exobot/knowledge"
)

// onInteraction takes up a command, a click, a form or a request for completions.
func (c *Client) onInteraction(i *interaction) {
	arrived := time.Now()
	if i.ID == "" || i.Token == "" {
		return
	}
	if i.Type == interactionAutocomplete { // of which there is one a keystroke
		c.onAutocomplete(i)
		return
	}
	if !c.seen.add(i.ID) {
		return
	}
	switch i.Type {
	case interactionCommand:
		var data commandData
		if err := decode(i.Data, &data); err != nil {
			c.log.Warn("command does not parse", "error", err)
		}
		if data.Name == commandAsk {
			c.onAsk(i, &data, arrived)
			return
		}
		if data.Type == typeMessageMenu {
			c.onMenu(i, &data, arrived)
			return
		}
		if c.onBrowse(i, &data) {
			return
		}
		c.answerUnknown(i)
	case interactionComponent:
		c.onComponent(i, arrived)
	case interactionModal:
		c.onForm(i, arrived)
	}
}

// onAsk takes up /ask.
func (c *Client) onAsk(i *interaction, data *commandData, arrived time.Time) {
	s := c.interactionSurface(i, data.flag(optionPrivate, c.private))
	q := bot.Question{
		Text:    plainQuestion(data.text(optionQuestion)),
		Locale:  i.Locale,
		Surface: bot.SurfaceCommand,
	}
	if by := i.by(); by != "" {
		q.Conversation = bot.ConversationID(i.ChannelID + "/" + by)
	}
	j := &job{surface: c.dry(s, q.Text), id: i.ID, question: q, arrived: arrived}
	c.start(j, func(ctx context.Context) { c.ask(ctx, j, s, i, data) })
}

// ask answers /ask.
func (c *Client) ask(ctx context.Context, j *job, s *interactionSurface, i *interaction, data *commandData) {
	refuse := func(name bot.PhraseName) {
		s.private = true
		c.deliverPhrase(ctx, j.surface, name, i.Locale)
	}
	suggester := c.answerer.Suggester()
	if topic := data.text(optionTopic); topic != "" {
		article, ok := suggester.Topic(topic)
		if !ok {
			refuse(phraseTopicUnknown)
			return
		}
		j.question.Articles = []knowledge.ArticleID{article}
	}
	if pick, ok := suggester.Pick(data.text(optionQuestion)); ok {
		j.question.Text, j.question.Topic = pick.Text, pick.Section
	}
	g := c.answerer.Glance(j.question.Text)
	if c.limited(i.by(), i.ChannelID, g) {
		refuse(phraseCooldown)
		return
	}
	if i.Channel.Type.publicThread() && !g.Emergency {
		if p, err := c.place(ctx, i.ChannelID); err != nil {
			c.log.Warn("look up thread", "error", err)
		} else {
			c.converse(j, p)
		}
	}
	if i.GuildID != "" && !s.private {
		s.wantID = true
		c.firstOf(j, g, i.GuildID, i.ChannelID)
	}
	c.do(ctx, j)
}

// answerUnknown tells the user of a command or button from another version of the
// program that it does nothing any more.
func (c *Client) answerUnknown(i *interaction) {
	c.takePhrase(c.dry(c.interactionSurface(i, true), ""), phraseUnknown, i.Locale)
}

func (c *Client) interactionSurface(i *interaction, private bool) *interactionSurface {
	return &interactionSurface{
		rest: c.rest, id: i.ID, token: i.Token, app: i.ApplicationID, by: i.by(),
		guild: i.GuildID != "", private: private, threads: i.takesThreads(), style: c.style,
	}
}

// installed reports whether we are in the guild, and were not brought along by the user
// alone.
func (i *interaction) installed() bool {
	_, ok := i.Installs["0"]
	return ok
}

// An interactionSurface answers an interaction by its response.
type interactionSurface struct {
	rest    *rest
	id      string
	token   string
	app     string
	by      string // id of the user
	guild   bool   // whether it happened in one
	private bool   // whether only the user who asked sees the response
	threads bool   // whether a thread can be opened from the response if all see it
	note    string // what the response says before anything else
	target  string // id of the message that is answered; "" if it answers none
	style   Style

	wantID   bool   // whether the id of the response is asked for
	message  string // of the response, once it is known
	deferred bool   // set by acknowledge, which is over before deliver begins
}

// Kinds of interaction response
// (https://discord.com/developers/docs/interactions/receiving-and-responding).
const (
	responseMessage        = 4
	responseDeferred       = 5
	responseDeferredUpdate = 6 // of the message that a component stands under
	responseUpdate         = 7
	responseForm           = 9
)

type interactionResponse struct {
	Type int       `json:"type"`
	Data *outgoing `json:"data,omitempty"`
}

// acknowledge shows that the bot is thinking. It settles who will see the response.
func (s *interactionSurface) acknowledge(ctx context.Context) error {
	var flags struct {
		Type int `json:"type"`
		Data struct {
			Flags messageFlags `json:"flags,omitempty"`
		} `json:"data"`
	}
	flags.Type = responseDeferred
	if s.private {
		flags.Data.Flags = flagEphemeral
	}
	if err := s.respond(ctx, flags); err != nil {
		return err
	}
	s.deferred = true
	return nil
}

// hush keeps what is delivered from all but the asker, unless it has been announced to
// all.
func (s *interactionSurface) hush() { s.private = s.private || !s.deferred }

// posted returns the id of the response, or "" if it is not known.
func (s *interactionSurface) posted(context.Context) string { return s.message }

// deliver sends the response, or fills in the one that acknowledge has announced.
func (s *interactionSurface) deliver(ctx context.Context, d draft) error {
	m := d(s.style)
	if s.deferred {
		var original struct {
			ID string `json:"id"`
		}
		err := s.rest.do(ctx, request{
			method: http.MethodPatch, route: "/webhooks/{application}/{token}/messages/@original",
			path: "/webhooks/" + s.app + "/" + s.token + "/messages/@original",
			body: m, repeatable: true, byToken: true,
		}, &original)
		s.message = original.ID
		return err
	}
	if s.private {
		m.Flags |= flagEphemeral
	}
	return s.respond(ctx, interactionResponse{Type: responseMessage, Data: &m})
}

// respond sends the first response. A second one is refused by Discord, so it may be
// repeated, and a repetition that is refused means that the one before got through.
func (s *interactionSurface) respond(ctx context.Context, body any) error {
	q := request{
		method: http.MethodPost, route: "/interactions/{interaction}/{token}/callback",
		path: "/interactions/" + s.id + "/" + s.token + "/callback",
		body: body, repeatable: true, byToken: true,
	}
	var said struct {
		Interaction struct {
			MessageID string `json:"response_message_id"`
		} `json:"interaction"`
	}
	var out any
	if s.wantID {
		q.path += "?with_response=true"
		out = &said
	}
	err := s.rest.do(ctx, q, out)
	s.message = said.Interaction.MessageID
	var refused *statusError
	if errors.As(err, &refused) && refused.code == codeAlreadyAcknowledged && refused.tries > 1 {
		return nil
	}
	return err
}

// decode reads the JSON of an event. A field of an unexpected type stays empty and is
// no error: Discord adds to its formats without notice.
func decode(data []byte, into any) error {
	err := json.Unmarshal(data, into)
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &mismatch) {
		return nil
	}
	return err
}
