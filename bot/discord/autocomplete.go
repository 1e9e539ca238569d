package discord

import (
	"context"

	"exobot/bot"
	"exobot/knowledge"
)

// responseChoices is the kind of interaction response that offers completions.
const responseChoices = 8

// maxChoices is how many choices Discord takes.
const maxChoices = 25

// choices are offered to somebody who types an option of a command.
type choices struct {
	Type int `json:"type"`
	Data struct {
		Choices []choice `json:"choices"` // never null; empty says that nothing matches
	} `json:"data"`
}

type choice struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// onAutocomplete completes what somebody types into /ask. Nothing is logged of it and
// nothing is said if it fails: the option takes free text as well.
func (c *Client) onAutocomplete(i *interaction) {
	if c.dryRun != nil {
		return
	}
	var data commandData
	if err := decode(i.Data, &data); err != nil {
		c.log.Warn("request for completions does not parse", "error", err)
	}
	c.phrases.start(func(ctx context.Context) {
		var out choices
		out.Type, out.Data.Choices = responseChoices, []choice{}
		for _, one := range c.complete(&data) {
			out.Data.Choices = append(out.Data.Choices, choice{one.Text, one.Value})
		}
		if err := c.interactionSurface(i, true).respond(ctx, out); err != nil {
			c.log.Debug("offer completions", "error", err)
		}
	})
}

// complete returns the choices for the option that is being typed.
func (c *Client) complete(data *commandData) []bot.Choice {
	suggester := c.answerer.Suggester()
	if data.Name != commandAsk {
		return nil
	}
	for _, o := range data.Options {
		typed, _ := o.Value.(string)
		switch {
		case !o.Focused:
		case o.Name == optionTopic:
			return suggester.Topics(typed, maxChoices)
		case o.Name == optionQuestion:
			var article knowledge.ArticleID
			if topic := data.text(optionTopic); topic != "" {
				article, _ = suggester.Topic(topic)
			}
			return suggester.Questions(typed, article, maxChoices)
		}
	}
	return nil
}
