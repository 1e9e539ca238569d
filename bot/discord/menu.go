package discord

import (
	"context"
	"time"

	"exobot/bot"
)

// onMenu takes up "Answer this", which somebody picked from the menu of a message,
// mostly of one that somebody else wrote. Only they see the answer, and can share it as a
// reply to the message.
func (c *Client) onMenu(i *interaction, data *commandData, arrived time.Time) {
	s := c.interactionSurface(i, true)
	target := data.Resolved.Messages[data.TargetID]
	text := ""
	if snowflake.MatchString(data.TargetID) {
		s.target = data.TargetID
	}
	if target != nil && (target.Author == nil || target.Author.ID != c.self()) {
		text = plainQuestion(target.Content)
	}
	if text == "" {
		c.takePhrase(c.dry(s, ""), phraseNoQuestion, i.Locale)
		return
	}
	q := bot.Question{Text: text, Locale: i.Locale, Surface: bot.SurfaceMenu}
	if by := i.by(); by != "" {
		q.Conversation = bot.ConversationID(i.ChannelID + "/" + by)
	}
	j := &job{surface: c.dry(s, text), question: q, arrived: arrived}
	c.start(j, func(ctx context.Context) {
		if c.limited(i.by(), i.ChannelID, c.answerer.Glance(text)) {
			c.deliverPhrase(ctx, j.surface, phraseCooldown, i.Locale)
			return
		}
		c.do(ctx, j)
	})
}
