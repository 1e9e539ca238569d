package discord

import "context"

// takePost answers the first message of a post in a forum: by what its title asks, or
// else by title and text together if the text asks something, too. What people say about
// themselves below a title is not what they want to know.
func (c *Client) takePost(ctx context.Context, j *job, m *message) {
	t, err := c.place(ctx, m.ChannelID)
	if err != nil {
		c.log.Warn("look up post", "error", err)
		return
	}
	if !c.forums[t.ParentID] {
		return
	}
	title, text := plainQuestion(t.Name), j.question.Text
	whole := oneLine(title + "\n" + text)
	j.question.Text = title
	if title == "" || c.answerer.Glance(whole).Emergency {
		j.question.Text = whole
	} else if c.answerer.Glance(text).Question {
		j.wider = whole
	}
	if !c.answerer.Glance(j.question.Text).Emergency {
		c.localize(ctx, j, m.GuildID)
	}
	c.do(ctx, j)
}
