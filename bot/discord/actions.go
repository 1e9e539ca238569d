package discord

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"exobot/bot"
	"exobot/knowledge"
)

// A Recorder counts what members think of answers. It must be safe for concurrent use.
type Recorder interface {
	// Record counts one opinion. It should return when ctx ends.
	Record(ctx context.Context, f Feedback) error
}

// Feedback is what somebody thinks of an answer. It says neither who that is nor what
// the question was.
type Feedback struct {
	Section knowledge.SectionRef // of the passage that was shown
	Passage int                  // its number in the section
	Guild   string               // id, "" in a private conversation
	Helpful bool
	Reason  string // why it was not helpful, as the member wrote it; "" if they did not say
}

// An audience is whom a reply is shown to, which decides what they can do with it.
type audience struct {
	asker   string // user id, "" if it is not known
	private bool   // only the asker sees the reply
	guild   bool   // there are others to share it with
	threads bool   // a thread can be opened from it
	context bool   // the section has more paragraphs than are shown
	note    string // comes before everything else
	target  string // id of the message that is answered, "" for none
}

// audienceOf returns whom a reply on s is shown to, or nil if it can have no buttons.
func audienceOf(s surface) *audience {
	if s, ok := s.(interface{ audience() audience }); ok {
		a := s.audience()
		return &a
	}
	return nil
}

func (s *interactionSurface) audience() audience {
	return audience{asker: s.by, private: s.private, guild: s.guild, threads: s.threads && !s.private, note: s.note, target: s.target}
}

func (s *messageSurface) audience() audience {
	return audience{asker: s.asker, guild: s.guild, threads: s.threads}
}

// Styles of buttons
// (https://discord.com/developers/docs/components/reference#button-button-styles).
const (
	buttonPrimary   = 1
	buttonSecondary = 2
)

// What fits into selects and rows.
const (
	maxOptions     = 25
	maxOptionText  = 100 // a label, a value, a description
	maxRowButtons  = 5
	maxPlaceholder = 150
	maxButtonLabel = 80
)

// actionRows returns the buttons and the select under a reply.
func actionRows(r bot.Reply, a audience) []component {
	if r.Kind == bot.KindEmergency || r.Kind == bot.KindSmalltalk {
		return nil
	}
	asker := a.asker
	if !snowflake.MatchString(asker) {
		asker = "" // only moderators can do what is for the asker and them
	}
	var reading, rating []component // buttons
	add := func(to *[]component, label bot.PhraseName, id customID) {
		*to = append(*to, button(bot.Phrase(r.Language, label), id))
	}
	if len(r.Passages) > 0 {
		shown := run(r.Passages)
		if more := keysOf(r.Passages[max(shown, parts(r)):], maxKeys); len(more) > 0 {
			add(&reading, phraseMore, customID{action: actionMore, passages: more})
		}
		if first := keysOf(r.Passages[:1], 1); len(first) > 0 {
			if last := keysOf(r.Passages[shown-1:shown], 1); a.context && len(last) > 0 {
				add(&reading, phraseContext, customID{action: actionContext, passages: last})
			}
			if a.threads && !a.private {
				add(&reading, phraseThread, customID{action: actionThread, asker: asker, passages: first})
			}
			add(&rating, phraseHelpful, customID{action: actionHelpful, passages: first})
			add(&rating, phraseUnhelpful, customID{action: actionUnhelpful, passages: first})
			if a.private && a.guild {
				share := customID{action: actionShare, passages: first}
				if a.target != "" {
					share.action, share.target = actionReply, a.target
				}
				if withNotice(r.Lane) {
					share.lane = r.Lane
				}
				add(&rating, phraseShare, share)
			}
		}
	}
	if !a.private { // Discord itself lets people dismiss what only they see
		add(&rating, phraseDismiss, customID{action: actionDismiss, asker: asker})
	}
	rows := append(rowsOf(reading), rowsOf(rating)...)
	if len(reading)+len(rating) <= maxRowButtons {
		rows = rowsOf(append(reading, rating...))
	}
	var options []selectOption
	for _, s := range r.Suggestions {
		k, ok := keyOf(&knowledge.Passage{Ref: s.Ref})
		if o := topicOption(s.Heading, s.Title, k); ok && len(options) < maxOptions && fresh(options, o) {
			options = append(options, o)
		}
	}
	if len(options) > 0 {
		rows = append(rows, selectRow(customID{action: actionTopic}, bot.Phrase(r.Language, phraseRelated), options))
	}
	return rows
}

// run counts the passages at the beginning that follow one another in one section, and
// so are shown as one text.
func run(passages []bot.Passage) int {
	n := 1
	for n < len(passages) {
		a, b := passages[n-1].Passage, passages[n].Passage
		if a.Ref != b.Ref || b.Number != a.Number+1 {
			break
		}
		n++
	}
	return n
}

// keysOf returns the keys of the first passages, so many at most.
func keysOf(passages []bot.Passage, most int) []passageKey {
	var keys []passageKey
	for _, p := range passages {
		if k, ok := keyOf(p.Passage); ok && len(keys) < most && !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	return keys
}

func button(label string, id customID) component {
	return component{Type: componentButton, Style: buttonSecondary, Label: plainLine(label, maxButtonLabel), CustomID: id.String()}
}

// rowsOf puts buttons into rows.
func rowsOf(buttons []component) []component {
	var rows []component
	for row := range slices.Chunk(buttons, maxRowButtons) {
		rows = append(rows, component{Type: componentRow, Components: row})
	}
	return rows
}

func selectRow(id customID, placeholder string, options []selectOption) component {
	return component{Type: componentRow, Components: []component{{
		Type: componentSelect, CustomID: id.String(), Placeholder: plainLine(placeholder, maxPlaceholder), Options: options,
	}}}
}

func topicOption(label, description string, k passageKey) selectOption {
	return selectOption{Label: plainLine(label, maxOptionText), Description: plainLine(description, maxOptionText), Value: k.value()}
}

// fresh reports whether o can stand beside the options: it says something, and no other
// has its value.
func fresh(options []selectOption, o selectOption) bool {
	return o.Label != "" && !slices.ContainsFunc(options, func(have selectOption) bool { return have.Value == o.Value })
}

// plainLine returns text as one line of at most so many units, for a place that shows
// no markdown.
func plainLine(text string, limit int) string {
	return shorten(oneLine(text), limit, func(s string) string { return s })
}

// A click is a component that was used, or a form that was sent.
type click struct {
	*interaction
	id      customID
	values  []string // of a select
	text    string   // of a form
	arrived time.Time
}

// componentData is what comes with a click.
type componentData struct {
	CustomID string   `json:"custom_id"`
	Values   []string `json:"values"`
}

// onComponent takes up a click on a button or a choice from a select.
func (c *Client) onComponent(i *interaction, arrived time.Time) {
	var data componentData
	if err := decode(i.Data, &data); err != nil {
		c.log.Warn("click does not parse", "error", err)
	}
	c.onClick(&click{interaction: i, values: data.Values, arrived: arrived}, data.CustomID)
}

// onClick takes up whatever carries a custom id.
func (c *Client) onClick(k *click, id string) {
	if c.dryRun != nil {
		return // nothing of ours can be clicked, and nothing may be posted
	}
	if !c.clicks.take(k.by()) {
		c.takePhrase(c.interactionSurface(k.interaction, true), phraseClicks, k.Locale)
		return
	}
	var err error
	if k.id, err = parseCustomID(id); err != nil || k.by() == "" || k.Message != nil && !k.Message.by(c.self()) {
		c.startClick(k, func(ctx context.Context) error {
			gone, ok := keyWithin(id)
			return c.answerGone(ctx, k, gone, ok && err != nil)
		})
		return
	}
	c.startClick(k, func(ctx context.Context) error { return c.act(ctx, k) })
}

// startClick runs f in a goroutine of its own. What goes wrong in f is told to the user.
func (c *Client) startClick(k *click, f func(context.Context) error) {
	answered := c.dry(c.interactionSurface(k.interaction, true), "")
	ok := c.tasks.start(func(ctx context.Context) {
		err := func() (err error) {
			defer func() {
				if v := recover(); v != nil {
					err = panicked(v)
				}
			}()
			return f(ctx)
		}()
		if err == nil {
			return
		}
		c.log.Warn("click failed", "action", k.id.action, "error", err)
		if err := answered.deliver(ctx, phrase(phraseError, k.Locale)); err != nil {
			c.log.Debug("deliver phrase", "phrase", phraseError, "error", err)
		}
	})
	if !ok {
		c.takePhrase(answered, phraseBusy, k.Locale)
	}
}

// act does what a click asks for. Everything is checked again here: the message may be
// years old, and permissions and articles may have changed since.
func (c *Client) act(ctx context.Context, k *click) error {
	switch k.id.action {
	case actionMore:
		return c.showMore(ctx, k)
	case actionContext:
		return c.showContext(ctx, k)
	case actionHelpful:
		return c.record(ctx, k, Feedback{Helpful: true})
	case actionUnhelpful:
		return c.openForm(ctx, k, reasonForm(k))
	case actionReason:
		return c.record(ctx, k, Feedback{Reason: k.text})
	case actionShare, actionReply:
		return c.share(ctx, k)
	case actionDismiss:
		return c.dismiss(ctx, k)
	case actionThread:
		return c.continueInThread(ctx, k)
	case actionTopic:
		return c.openTopic(ctx, k)
	case actionArticles, actionArticle, actionSections:
		return c.browse(ctx, k)
	case actionReport:
		return c.askReport(ctx, k)
	case actionReported:
		return c.report(ctx, k)
	}
	return c.tell(ctx, k, phraseUnknown)
}

// tell answers a click with a fixed phrase that only the user sees.
func (c *Client) tell(ctx context.Context, k *click, name bot.PhraseName) error {
	return c.whisper(ctx, k, say(bot.Phrase(k.Locale, name), c.style))
}

// whisper answers a click with a message that only the user sees.
func (c *Client) whisper(ctx context.Context, k *click, m outgoing) error {
	return c.interactionSurface(k.interaction, true).deliver(ctx, func(Style) outgoing { return m })
}

// answerGone answers a click on what is not there any more: with the section that is
// nearest to the one it was about, if there is one.
func (c *Client) answerGone(ctx context.Context, k *click, gone passageKey, named bool) error {
	if named {
		p, near := lookUp(c.answerer.Library(), gone)
		switch {
		case near != nil:
			return c.openSection(ctx, k, near.Ref(), phraseNearest)
		case p != nil:
			return c.openSection(ctx, k, p.Ref, phraseNearest)
		}
	}
	return c.tell(ctx, k, phraseUnknown)
}

// openTopic shows the section that was picked from a select.
func (c *Client) openTopic(ctx context.Context, k *click) error {
	if len(k.values) != 1 {
		return c.tell(ctx, k, phraseUnknown)
	}
	picked, err := parsePassageKey(k.values[0])
	if err != nil {
		return c.tell(ctx, k, phraseUnknown)
	}
	p, near := lookUp(c.answerer.Library(), picked)
	switch {
	case p != nil:
		return c.openSection(ctx, k, p.Ref, "")
	case near != nil && (near.Ref() == picked.ref || hashRef(near.Ref()) == picked.hash): // without a text of its own
		return c.openSection(ctx, k, near.Ref(), "")
	}
	return c.answerGone(ctx, k, picked, true)
}

// sectionPassages is how many passages of a section are shown when it is opened: more
// than any message has room for.
const sectionPassages = 25

// openSection shows a whole section to the user alone, below a note if it has a name.
func (c *Client) openSection(ctx context.Context, k *click, ref knowledge.SectionRef, note bot.PhraseName) error {
	s := c.interactionSurface(k.interaction, true)
	if note != "" {
		s.note = bot.Phrase(k.Locale, note)
	}
	c.serve(ctx, s, bot.Question{Topic: ref, Locale: k.Locale, Surface: bot.SurfaceCommand, Limit: sectionPassages}, k.arrived)
	return nil
}

// showMore shows the further passages of an answer.
func (c *Client) showMore(ctx context.Context, k *click) error {
	lib := c.answerer.Library()
	var pages []page
	for _, key := range k.id.passages {
		if p, _ := lookUp(lib, key); p != nil {
			pages = append(pages, c.pageOf(lib, p, k.Locale))
		}
	}
	if len(pages) == 0 {
		return c.answerGone(ctx, k, k.id.passages[0], true)
	}
	return c.whisper(ctx, k, arrange(pages, c.style))
}

// showContext shows a passage between the ones before and behind it.
func (c *Client) showContext(ctx context.Context, k *click) error {
	lib := c.answerer.Library()
	p, _ := lookUp(lib, k.id.passages[0])
	if p == nil {
		return c.answerGone(ctx, k, k.id.passages[0], true)
	}
	s := lib.Section(p.Ref)
	if s == nil || len(s.Passages) < 2 {
		return c.tell(ctx, k, phraseNoContext)
	}
	around := s.Passages[max(0, p.Number-1):min(len(s.Passages), p.Number+2)]
	shown := make([]bot.Passage, len(around))
	for i := range around {
		shown[i] = withReferences(lib, &around[i])
	}
	pg := newPage(bot.Reply{Kind: bot.KindAnswer, Language: k.Locale, Passages: shown}, c.renderOptions(lib))
	return c.whisper(ctx, k, arrange([]page{pg}, c.style))
}

// pageOf returns one passage as a page.
func (c *Client) pageOf(lib *knowledge.Library, p *knowledge.Passage, locale string) page {
	r := bot.Reply{Kind: bot.KindAnswer, Language: locale, Passages: []bot.Passage{withReferences(lib, p)}}
	return newPage(r, c.renderOptions(lib))
}

func (c *Client) renderOptions(lib *knowledge.Library) renderOptions {
	return renderOptions{Style: c.style, BaseURL: lib.Pack.BaseURL}
}

func withReferences(lib *knowledge.Library, p *knowledge.Passage) bot.Passage {
	out := bot.Passage{Match: knowledge.Match{Passage: p, Score: 1}}
	for _, id := range p.References {
		if ref := lib.Reference(id); ref != nil {
			out.References = append(out.References, ref)
		}
	}
	return out
}

// maxReason is how long a reason can be. Who has more to say writes a report.
const maxReason = 300

// record counts an opinion, one for each user and message, and thanks for it. A reason
// goes to the channel for reports.
func (c *Client) record(ctx context.Context, k *click, f Feedback) error {
	return c.inTime(ctx, k, func() (draft, error) {
		p, _ := lookUp(c.answerer.Library(), k.id.passages[0])
		f.Reason = plainLine(f.Reason, maxReason)
		if c.recorder != nil && p != nil && c.once(k, "feedback") {
			f.Section, f.Passage, f.Guild = p.Ref, p.Number, k.GuildID
			if err := c.recorder.Record(ctx, f); err != nil {
				c.again(k, "feedback")
				return nil, fmt.Errorf("record feedback: %w", err)
			}
		}
		if f.Reason != "" && c.reports != "" && c.once(k, "reason") {
			if err := c.postReport(ctx, k, c.reasonReport(k, p, f.Reason)); err != nil {
				c.again(k, "reason")
				return c.noReports(phraseNotReported, k.Locale), nil
			}
		}
		return phrase(phraseThanks, k.Locale), nil
	})
}

// inTime answers a click for the user alone by what f returns, or says that something
// went wrong. The answer is announced if it takes long.
func (c *Client) inTime(ctx context.Context, k *click, f func() (draft, error)) error {
	s := c.interactionSurface(k.interaction, true)
	stop := c.acknowledgeLater(ctx, s, acknowledgeAfter-time.Since(k.arrived))
	d, err := func() (d draft, err error) {
		defer func() {
			if v := recover(); v != nil {
				err = panicked(v)
			}
		}()
		return f()
	}()
	stop()
	if err != nil {
		c.log.Warn("click failed", "action", k.id.action, "error", err)
		d = phrase(phraseError, k.Locale)
	}
	return s.deliver(ctx, d)
}

// once reports whether the user does this to the message for the first time since the
// program started.
func (c *Client) once(k *click, what string) bool {
	if k.Message == nil || k.Message.ID == "" {
		return true
	}
	return c.clicked.add(what + "/" + k.Message.ID + "/" + k.by())
}

// again takes back what once has noted, since it came to nothing.
func (c *Client) again(k *click, what string) {
	if k.Message != nil {
		c.clicked.remove(what + "/" + k.Message.ID + "/" + k.by())
	}
}

// share posts a passage that only the user sees for everybody in the channel, as the
// response to the click, which takes no permission of the bot's but one of the user's. If
// it answers a message it is posted as a reply to that where we may do so.
func (c *Client) share(ctx context.Context, k *click) error {
	lib := c.answerer.Library()
	p, _ := lookUp(lib, k.id.passages[0])
	switch {
	case !k.mayWrite():
		return c.tell(ctx, k, phraseShareDenied)
	case p == nil:
		return c.answerGone(ctx, k, k.id.passages[0], true)
	case !c.once(k, "share"):
		return c.tell(ctx, k, phraseShared)
	}
	r := bot.Reply{Kind: bot.KindAnswer, Language: k.Locale, Passages: []bot.Passage{withReferences(lib, p)}}
	if k.id.lane != "" {
		r.Lane, r.Notice = k.id.lane, lib.Lanes.Notice(string(k.id.lane), k.Locale)
	}
	o := c.renderOptions(lib)
	o.Audience = &audience{asker: k.by(), guild: true, threads: k.takesThreads(), context: hasContext(lib, r.Passages)}
	o.SharedBy = k.by()
	d := func(style Style) outgoing { o.Style = style; return render(r, o) }
	if k.id.action == actionReply && k.installed() {
		err := c.replyTo(ctx, k, d)
		if err == nil {
			return c.tell(ctx, k, phraseReplied)
		}
		if refused, ok := asStatus(err); !ok || refused.status >= http.StatusInternalServerError {
			return err // and it may have got through
		}
	}
	err := c.interactionSurface(k.interaction, false).deliver(ctx, d)
	if err != nil {
		c.again(k, "share")
	}
	return err
}

// replyTime is how long a reply may take to be posted. It leaves a second for the
// response to the click.
const replyTime = 2 * time.Second

// replyTo posts a reply to the message that was answered. If that is deleted, so is the
// reply, as it is with any question.
func (c *Client) replyTo(ctx context.Context, k *click, d draft) error {
	ctx, cancel := context.WithTimeout(ctx, replyTime-time.Since(k.arrived))
	defer cancel()
	m := d(c.style)
	m.Reference = &messageReference{MessageID: k.id.target}
	m.Nonce, m.EnforceNonce = k.ID, true
	var posted struct {
		ID string `json:"id"`
	}
	err := c.rest.do(ctx, request{
		method: http.MethodPost, route: "/channels/{channel}/messages", path: "/channels/" + k.ChannelID + "/messages",
		body: m, repeatable: true,
	}, &posted)
	if err == nil {
		c.exchanges.adopt(k.id.target, posted.ID, c.style, k.arrived)
	}
	return err
}

// hasContext reports whether the section of the first passage has paragraphs beyond
// those that are shown with it.
func hasContext(lib *knowledge.Library, passages []bot.Passage) bool {
	if lib == nil || len(passages) == 0 {
		return false
	}
	s := lib.Section(passages[0].Passage.Ref)
	return s != nil && len(s.Passages) > run(passages)
}

// mayManage reports whether the user is who asked for the reply, or a moderator.
func (k *click) mayManage() bool { return k.by() == k.id.asker || k.may(permissionManageMessages) }

// dismiss deletes the reply, for who asked for it and for moderators.
func (c *Client) dismiss(ctx context.Context, k *click) error {
	if !k.mayManage() {
		return c.tell(ctx, k, phraseDismissDenied)
	}
	s := c.interactionSurface(k.interaction, true)
	if err := s.respond(ctx, interactionResponse{Type: responseDeferredUpdate}); err != nil {
		return err
	}
	// @original is the message that was clicked, which may thus be deleted without any
	// permission in the channel.
	err := c.rest.do(ctx, request{
		method: http.MethodDelete, route: "/webhooks/{application}/{token}/messages/@original",
		path: "/webhooks/" + k.ApplicationID + "/" + k.Token + "/messages/@original", repeatable: true, byToken: true,
	}, nil)
	if refused, ok := asStatus(err); ok && refused.status == http.StatusNotFound {
		return nil // somebody was faster
	}
	if err != nil {
		c.log.Warn("delete reply", "error", err) // the click itself is answered
	}
	return nil
}

// by reports whether the user of that id wrote the message. Before the gateway has told
// who we are, everything is taken for ours: Discord shows us our own components only.
func (m *message) by(user string) bool {
	return user == "" || m.Author != nil && m.Author.ID == user
}
