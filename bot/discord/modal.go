package discord

import (
	"context"
	"time"

	"exobot/bot"
)

// What fits into a form
// (https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-modal).
const (
	maxFormTitle  = 45
	maxInputLabel = 45
	maxInputHint  = 100
)

// inputText is the custom id of the one input that our forms have.
const inputText = "text"

// A form asks for one text.
type form struct {
	CustomID   string      `json:"custom_id"`
	Title      string      `json:"title"`
	Components []component `json:"components"`
}

// Styles of inputs.
const inputParagraph = 2

// newForm returns a form with one input of several lines. Where the text is not
// required, the form can be sent empty.
func newForm(id customID, locale string, title, label, hint bot.PhraseName, most int, required bool) form {
	return form{
		CustomID: id.String(),
		Title:    plainLine(bot.Phrase(locale, title), maxFormTitle),
		Components: []component{{Type: componentRow, Components: []component{{
			Type: componentInput, CustomID: inputText, Style: inputParagraph, MaxLength: most, Required: &required,
			Label: plainLine(bot.Phrase(locale, label), maxInputLabel), Placeholder: plainLine(bot.Phrase(locale, hint), maxInputHint),
		}}}},
	}
}

// reasonForm asks why an answer did not help.
func reasonForm(k *click) form {
	id := customID{action: actionReason, passages: k.id.passages}
	return newForm(id, k.Locale, phraseReasonTitle, phraseReasonLabel, phraseReasonHint, maxReason, false)
}

// openForm shows a form. Nothing is looked up for it: a form cannot be announced, so it
// has to be there within three seconds whatever else is slow.
func (c *Client) openForm(ctx context.Context, k *click, f form) error {
	return c.interactionSurface(k.interaction, true).respond(ctx, struct {
		Type int  `json:"type"`
		Data form `json:"data"`
	}{responseForm, f})
}

// formData is what comes with a form that was sent. Inputs stand in rows or in labels.
type formData struct {
	CustomID   string `json:"custom_id"`
	Components []struct {
		Components []formInput `json:"components"`
		Component  formInput   `json:"component"`
	} `json:"components"`
}

type formInput struct {
	CustomID string `json:"custom_id"`
	Value    string `json:"value"`
}

// text returns what was put into the input of a form, or "".
func (d *formData) text() string {
	for _, row := range d.Components {
		for _, input := range append(row.Components, row.Component) {
			if input.CustomID == inputText {
				return input.Value
			}
		}
	}
	return ""
}

// onForm takes up a form that was sent.
func (c *Client) onForm(i *interaction, arrived time.Time) {
	var data formData
	if err := decode(i.Data, &data); err != nil {
		c.log.Warn("form does not parse", "error", err)
	}
	c.onClick(&click{interaction: i, text: data.text(), arrived: arrived}, data.CustomID)
}
