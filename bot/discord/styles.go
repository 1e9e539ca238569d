package discord

// An outgoing message is the JSON that Discord takes for a new message, for the
// response to an interaction and for an edit of one.
type outgoing struct {
	Content         string            `json:"content,omitempty"`
	Embeds          []embed           `json:"embeds,omitempty"`
	Components      []component       `json:"components,omitempty"`
	Flags           messageFlags      `json:"flags,omitempty"`
	AllowedMentions allowedMentions   `json:"allowed_mentions"`
	Reference       *messageReference `json:"message_reference,omitempty"`
	Nonce           string            `json:"nonce,omitempty"`
	EnforceNonce    bool              `json:"enforce_nonce,omitempty"`
}

// messageFlags are bits of a message
// (https://discord.com/developers/docs/resources/message#message-object-message-flags).
type messageFlags int

const (
	flagNoPreviews   messageFlags = 1 << 2
	flagHasThread    messageFlags = 1 << 5
	flagEphemeral    messageFlags = 1 << 6
	flagComponentsV2 messageFlags = 1 << 15
)

// allowedMentions says whom a message may ping. Its zero value, which is the only one
// that is ever sent, says nobody.
type allowedMentions struct {
	Parse       [0]string `json:"parse"` // an array without room is always [], never null
	RepliedUser bool      `json:"replied_user"`
}

// messageReference makes a message a reply.
type messageReference struct {
	MessageID string `json:"message_id"`
	// FailIfNotExists is false: the answer to a question that has been deleted
	// meanwhile is posted as a message of its own.
	FailIfNotExists bool `json:"fail_if_not_exists"`
}

type embed struct {
	Title       string       `json:"title,omitempty"`
	Description string       `json:"description,omitempty"`
	Color       int          `json:"color,omitempty"`
	Fields      []embedField `json:"fields,omitempty"`
}

type embedField struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// The kinds of component that are used
// (https://discord.com/developers/docs/components/reference).
const (
	componentRow       = 1
	componentButton    = 2
	componentSelect    = 3
	componentInput     = 4
	componentText      = 10
	componentSeparator = 14
	componentContainer = 17
)

type component struct {
	Type        int            `json:"type"`
	CustomID    string         `json:"custom_id,omitempty"`
	Style       int            `json:"style,omitempty"` // of a button or an input
	Label       string         `json:"label,omitempty"`
	Content     string         `json:"content,omitempty"`
	Placeholder string         `json:"placeholder,omitempty"`
	Options     []selectOption `json:"options,omitempty"`
	MaxLength   int            `json:"max_length,omitempty"`
	Required    *bool          `json:"required,omitempty"` // of an input; nil means true
	AccentColor int            `json:"accent_color,omitempty"`
	Components  []component    `json:"components,omitempty"`
}

type selectOption struct {
	Label       string `json:"label"`
	Value       string `json:"value"`
	Description string `json:"description,omitempty"`
}

// Colours of the bar beside a reply.
const (
	colourAnswer = 0x2F7F79
	colourUrgent = 0xC0392B
)

func (p *page) colour() int {
	if p.urgent {
		return colourUrgent
	}
	return colourAnswer
}

// sources returns the evidence, the source and the references, a line each.
func (p *page) sources() string {
	return join("\n", append([]part{p.evidence, p.source}, p.refs...)...)
}

// others returns the related sections under their heading, or "".
func (p *page) otherSections() string {
	list := join("\n", p.related...)
	if list == "" {
		return ""
	}
	return "**" + p.others + "**\n" + list
}

// text arranges the page as plain text.
func (p page) text() outgoing {
	return outgoing{Content: p.plain(maxContent), Components: p.rows}
}

// plain returns the page as plain text of at most so many units.
func (p page) plain(limit int) string {
	fit(limit-len(p.others), p.byWeight()...)
	title := p.title
	if title.shown != "" {
		title.shown = "**" + title.shown + "**"
	}
	return join("\n\n",
		p.lead,
		part{shown: join("\n", title, p.body)},
		part{shown: p.sources()},
		part{shown: p.otherSections()},
	)
}

// within arranges the page without its notice as an embed of at most so many units.
func (p page) within(limit int) embed {
	p.lead = part{}
	p.title.within(maxEmbedTitle)
	p.body.within(maxEmbedText)
	fit(maxEmbedField-len(p.others), refsOf(p.related)...)
	fit(maxEmbedText, append([]*part{&p.source, &p.evidence, &p.body}, refsOf(p.refs)...)...)
	fit(limit-len(p.others), p.byWeight()...)
	e := embed{
		Title:       p.title.shown,
		Description: join("\n\n", p.body, part{shown: p.sources()}),
		Color:       p.colour(),
	}
	if list := join("\n", p.related...); list != "" {
		e.Fields = []embedField{{Name: p.others, Value: list}}
	}
	return e
}

// components arranges the page in the components of 2025, which replace content and
// embeds.
func (p page) components() outgoing {
	return outgoing{Components: append(p.container(maxComponentText), p.rows...), Flags: flagComponentsV2}
}

// container arranges the page as a text for the notice and a container for all else,
// with at most so many units together.
func (p page) container(limit int) []component {
	fit(limit-len(p.others), p.byWeight()...)
	var top []component
	if p.lead.shown != "" {
		top = append(top, textDisplay(p.lead.shown))
	}
	title := p.title
	if title.shown != "" {
		title.shown = "### " + title.shown
	}
	var inner []component
	for _, text := range []string{join("\n", title, p.body), p.sources(), p.otherSections()} {
		if text == "" {
			continue
		}
		if len(inner) > 0 {
			inner = append(inner, component{Type: componentSeparator})
		}
		inner = append(inner, textDisplay(text))
	}
	if len(inner) > 0 {
		top = append(top, component{Type: componentContainer, AccentColor: p.colour(), Components: inner})
	}
	return top
}

// arrange arranges several pages as one message, each with an equal share of the room.
// Notice and buttons are those of the first. A notice stands above an embed, so that
// nobody can overlook it.
func arrange(pages []page, style Style) outgoing {
	n := len(pages)
	m := outgoing{Components: pages[0].rows}
	switch style {
	case StyleComponents:
		m.Flags, m.Components = flagComponentsV2, nil
		for _, p := range pages {
			m.Components = append(m.Components, p.container(maxComponentText/n)...)
		}
		m.Components = append(m.Components, pages[0].rows...)
	case StyleText:
		const between = "\n\n"
		texts := make([]part, n)
		for i, p := range pages {
			texts[i] = part{shown: p.plain((maxContent - (n-1)*len(between)) / n)}
		}
		m.Content = join(between, texts...)
	default:
		lead := pages[0].lead
		lead.within(maxContent)
		m.Content = lead.shown
		for _, p := range pages {
			m.Embeds = append(m.Embeds, p.within(maxEmbedTotal/n))
		}
	}
	return m
}

func textDisplay(text string) component { return component{Type: componentText, Content: text} }

// String returns the text of the message, for the terminal.
func (m outgoing) String() string {
	texts := []part{{shown: m.Content}}
	for _, e := range m.Embeds {
		texts = append(texts, part{shown: e.Title}, part{shown: e.Description})
		for _, f := range e.Fields {
			texts = append(texts, part{shown: f.Name + "\n" + f.Value})
		}
	}
	for _, c := range m.Components {
		texts = append(texts, part{shown: c.Content})
		for _, inner := range c.Components {
			texts = append(texts, part{shown: inner.Content})
		}
	}
	return join("\n\n", texts...)
}
