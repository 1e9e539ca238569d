package discord

import (
	"context"
	"net/http"
	"strings"

	"exobot/bot"
	"exobot/knowledge"
)

// maxReport is how long a report can be.
const maxReport = 1000

func reportForm(k *click) form {
	return newForm(customID{action: actionReported}, k.Locale, phraseReport, phraseReportLabel, phraseReportHint, maxReport, true)
}

// askReport opens the form for a report, or says whom to turn to if nobody gets it.
func (c *Client) askReport(ctx context.Context, k *click) error {
	if c.reports == "" {
		return c.whisper(ctx, k, c.noReports(phraseNoReports, k.Locale)(c.style))
	}
	return c.openForm(ctx, k, reportForm(k))
}

// report posts what a member reports in the channel for that.
func (c *Client) report(ctx context.Context, k *click) error {
	if c.reports == "" {
		return c.whisper(ctx, k, c.noReports(phraseNoReports, k.Locale)(c.style))
	}
	text := strings.TrimSpace(tame(k.text))
	if text == "" {
		return c.tell(ctx, k, phraseReportEmpty)
	}
	return c.inTime(ctx, k, func() (draft, error) {
		if err := c.postReport(ctx, k, reportText(text, "**"+escapeLine(bot.Phrase(k.GuildLocale, phraseReport))+"**")); err != nil {
			return c.noReports(phraseNotReported, k.Locale), nil
		}
		return phrase(phraseReported, k.Locale), nil
	})
}

// reasonReport returns the message that tells why an answer did not help: which it was, if
// its passage is still there, and where it stands, if others can go there.
func (c *Client) reasonReport(k *click, p *knowledge.Passage, reason string) string {
	above := label(k.GuildLocale, phraseUnhelpful)
	if p != nil {
		source := sourcePart(above, p, c.answerer.Library().Pack.BaseURL)
		source.within(maxContent / 4)
		above = source.shown
	}
	if m := k.Message; m != nil && m.Flags&flagEphemeral == 0 && k.GuildID != "" && snowflake.MatchString(m.ID) {
		above += "\n" + link(bot.Phrase(k.GuildLocale, phraseReportAbout), messageLink(k.GuildID, k.ChannelID, m.ID))
	}
	return reportText(reason, above)
}

// reportText returns markdown that quotes what a member wrote under what it is about.
func reportText(text, above string) string {
	quote := func(s string) string { return "> " + strings.ReplaceAll(escape(s), "\n", "\n> ") }
	return above + "\n" + shorten(text, maxContent-knowledge.Units(above)-1, quote)
}

// postReport posts a report. An error is logged, and says that nobody has got it.
func (c *Client) postReport(ctx context.Context, k *click, text string) error {
	err := c.rest.do(ctx, request{
		method: http.MethodPost, route: "/channels/{channel}/messages", path: "/channels/" + c.reports + "/messages",
		body: outgoing{Content: text, Flags: flagNoPreviews, Nonce: k.ID, EnforceNonce: true}, repeatable: true,
	}, nil)
	if refused, ok := asStatus(err); ok && (refused.status == http.StatusForbidden || refused.status == http.StatusNotFound) {
		c.log.Error("report not delivered: give the bot View Channel and Send Messages in the channel for reports, or name another", "channel", c.reports, "error", err)
	} else if err != nil {
		c.log.Error("report not delivered", "channel", c.reports, "error", err)
	}
	return err
}

// noReports says, under a phrase, whom to turn to with what is wrong, as far as the
// configuration and the maintainers of the articles have said so.
func (c *Client) noReports(name bot.PhraseName, locale string) draft {
	p := page{lead: notice(bot.Phrase(locale, name)), body: c.whom(locale)}
	return func(style Style) outgoing {
		if style == StyleComponents {
			return p.components()
		}
		return p.text()
	}
}
