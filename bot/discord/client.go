package discord

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A Config says how a [Client] works. Token is needed, all else may be left empty.
type Config struct {
	Token    string  // of the bot, with or without "Bot " in front
	Features Feature // what to answer besides commands
	Style    Style   // of replies; "" means StyleEmbed
	Private  bool    // /ask replies to the asker alone unless told otherwise

	// AskChannels are the ids of channels in which every message that looks like a
	// question is answered, if that can be done with confidence. Forums are the ids of
	// forum channels, whose posts get such an answer each. Both need the privileged intent
	// MESSAGE_CONTENT, and are off where Discord refuses it.
	AskChannels, Forums []string
	// FollowUps says that questions in threads which the bot has opened are answered
	// without a mention. It needs that intent, too. Where AskChannels or Forums have it, no
	// thread needs a mention.
	FollowUps bool
	Cooldowns Cooldowns // the zero value sets no limits

	// Feedback counts what members think of answers; nil means that they are thanked and
	// nothing is counted.
	Feedback Recorder
	// Reports is the id of the channel that gets what members report in /about, and why an
	// answer did not help them. It does not get who they are. "" means that nobody gets
	// that, and that they are told whom to turn to instead.
	Reports string
	// Contact says in one line, in /about, how to reach whoever runs the bot; it may be "".
	Contact string

	// APIBase is where the REST API is, without a path; "" means https://discord.com.
	APIBase string
	// Transport makes REST requests; nil means the usual one, with the proxies of the
	// environment.
	Transport http.RoundTripper
	// DialContext opens TCP connections to the gateway; nil means the usual one, with
	// the HTTP proxy of the environment.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)

	// DryRun, if it is not nil, gets what would have been posted, and nothing is posted.
	DryRun io.Writer
}

// A Feature is a way to ask besides commands, which are always answered. Features can
// be combined by |.
type Feature int

// The features.
const (
	Mentions       Feature = 1 << iota // mentions of the bot and replies to it, in servers
	DirectMessages                     // private conversations with the bot

	AllFeatures = Mentions | DirectMessages
)

// intent is a set of the events that the gateway is asked for
// (https://discord.com/developers/docs/events/gateway#gateway-intents).
type intent int

const (
	intentGuilds         intent = 1 << 0
	intentGuildMessages  intent = 1 << 9
	intentDirectMessages intent = 1 << 12
	intentMessageContent intent = 1 << 15 // privileged
)

// intents returns the fewest intents that the features work with.
func (f Feature) intents() intent {
	need := intentGuilds
	if f&Mentions != 0 {
		need |= intentGuildMessages
	}
	if f&DirectMessages != 0 {
		need |= intentDirectMessages
	}
	return need
}

// Limits of what is done at once.
const (
	maxQuestions = 512 // taken up
	maxAnswering = 16  // of these, being searched for
	maxPhrases   = 64  // hints and excuses on their way
	// drainTime is how long the questions in hand may take when the program ends, and
	// dropTime how long they may take to notice after that.
	drainTime = 15 * time.Second
	dropTime  = 2 * time.Second
)

// A Client is the bot's presence in Discord.
type Client struct {
	answerer Answerer
	style    Style
	private  bool
	dryRun   io.Writer
	log      *slog.Logger

	recorder Recorder // may be nil
	reports  string   // id of a channel; "" for none
	contact  string
	clicked  recent // what a user does once only, by kind, message and user

	rest    *rest
	gateway *supervisor
	stop    context.CancelCauseFunc // ends all tasks and requests
	fatal   chan error              // holds the first fault that only a person can mend

	tasks     *tasks // questions
	phrases   *tasks // short messages without an answer
	answering chan struct{}
	seen      recent
	channels  channels
	exchanges exchanges
	users     buckets
	places    buckets
	told      buckets // of those who were told in a private conversation that they are too fast
	clicks    buckets
	repeats   repeats

	askChannels, forums map[string]bool
	reading             atomic.Bool     // whether messages can be read, so that both work
	located             shelf[place]    // by id
	standings           shelf[standing] // by guild
	asked               shelf[string]   // by id: questions with a public answer, as a thread is called

	leaving atomic.Bool // no more questions are taken

	identity atomic.Pointer[identity] // nil until the gateway has told
	known    chan struct{}            // closed when it has
}

// identity is who we are.
type identity struct{ user, application string }

// New returns a client that answers by answerer. It does not connect yet. An error is a
// *[FatalError].
func New(answerer Answerer, cfg Config, log *slog.Logger) (*Client, error) {
	token := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(cfg.Token)+" ", "Bot "))
	if token == "" {
		return nil, &FatalError{Advice: "there is no bot token: copy it from https://discord.com/developers/applications (your application, page Bot, Reset Token) and put it into DISCORD_TOKEN"}
	}
	if strings.IndexFunc(token, func(r rune) bool { return r <= ' ' || r >= 0x7f }) >= 0 {
		return nil, &FatalError{Advice: "the bot token holds a space or a character that no token has: copy it anew into DISCORD_TOKEN"}
	}
	base, err := checkAPIBase(cfg.APIBase)
	if err != nil {
		return nil, &FatalError{Advice: err.Error()}
	}
	if !cfg.Style.Valid() {
		return nil, &FatalError{Advice: fmt.Sprintf("style %q is none of embed, components and text", cfg.Style)}
	}
	if cfg.Style == "" {
		cfg.Style = StyleEmbed
	}
	if cfg.Transport == nil {
		cfg.Transport = http.DefaultTransport.(*http.Transport).Clone()
	}
	if cfg.DialContext == nil {
		cfg.DialContext = dialDirect
	}
	c := &Client{
		answerer: answerer, style: cfg.Style, private: cfg.Private, log: log,
		recorder: cfg.Feedback, reports: cfg.Reports, contact: cfg.Contact,
		fatal: make(chan error, 1), answering: make(chan struct{}, maxAnswering), known: make(chan struct{}),
	}
	c.users.rate, c.places.rate, c.clicks.rate = cfg.Cooldowns.User, cfg.Cooldowns.Channel, cfg.Cooldowns.Click
	c.told.rate = Rate{Burst: 1, Every: tellAgain}
	c.repeats.within, c.repeats.seed = cfg.Cooldowns.Repeat, maphash.MakeSeed()
	c.askChannels, c.forums = setOf(cfg.AskChannels), setOf(cfg.Forums)
	intents := cfg.Features.intents()
	if len(c.askChannels)+len(c.forums) > 0 || cfg.FollowUps {
		intents |= intentGuildMessages | intentMessageContent
		c.reading.Store(true)
	}
	if cfg.DryRun != nil {
		c.dryRun = &lockedWriter{w: cfg.DryRun}
	}
	c.rest = &rest{
		client: &http.Client{
			Transport:     cfg.Transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		base: base, token: token, unauthorized: c.fail,
	}
	c.gateway = &supervisor{
		rest: c.rest, token: token, intents: intents, dial: cfg.DialContext,
		onEvent: c.onEvent, onContentRefused: func() { c.reading.Store(false) }, log: log, state: StateConnecting,
	}
	ctx, stop := context.WithCancelCause(context.Background())
	c.stop = stop
	c.tasks = newTasks(ctx, log, maxQuestions)
	c.phrases = newTasks(ctx, log, maxPhrases)
	return c, nil
}

func setOf(ids []string) map[string]bool {
	set := make(map[string]bool)
	for _, id := range ids {
		set[id] = true
	}
	return set
}

// Run connects and answers questions until ctx ends. Then it takes no more questions,
// finishes those in hand, for 15 seconds at most, leaves Discord and returns nil.
//
// It returns a *[FatalError] if Discord refuses the bot for a reason that only a person
// can mend, such as a wrong token, and another error if a restart of the process may
// help. Run must be called once.
func (c *Client) Run(ctx context.Context) error {
	connected, leave := context.WithCancel(context.WithoutCancel(ctx))
	defer leave()
	over := make(chan error, 1)
	go func() { over <- c.gateway.run(connected) }()
	var commands sync.WaitGroup
	if c.dryRun == nil {
		commands.Go(func() { c.registerCommands(connected) })
	}
	var err error
	ended := false
	select {
	case <-ctx.Done():
	case err = <-over:
		ended = true
	case err = <-c.fatal:
	}
	c.leaving.Store(true)
	c.drain()
	leave()
	commands.Wait()
	if !ended {
		if gatewayErr := <-over; err == nil {
			err = gatewayErr
		}
	}
	c.rest.client.CloseIdleConnections()
	return err
}

// drain lets no new task start and waits for those that run.
func (c *Client) drain() {
	timer := time.NewTimer(drainTime)
	defer timer.Stop()
	var waiting []<-chan struct{}
	for _, t := range []*tasks{c.tasks, c.phrases} {
		waiting = append(waiting, t.close())
	}
	stopping := false
	for _, idle := range waiting {
		for done := false; !done; {
			select {
			case <-idle:
				done = true
			case <-timer.C:
				if stopping {
					c.log.Error("questions were left unanswered")
					return
				}
				stopping = true
				c.stop(errors.New("the program ends"))
				timer.Reset(dropTime)
			}
		}
	}
	c.stop(nil)
}

// fail makes Run return err.
func (c *Client) fail(err error) {
	c.gateway.set(StateFatal)
	select {
	case c.fatal <- err:
	default:
	}
}

// A Status is how a client is doing.
type Status struct {
	State State
	// Alive is when the gateway last acknowledged a heartbeat or became ready; zero if it
	// never did. It does so every 41 seconds, in quiet servers too.
	Alive time.Time
}

// Status returns how the client is doing. It never blocks.
func (c *Client) Status() Status {
	state, alive := c.gateway.status()
	return Status{state, alive}
}

// self returns the id of our user, or "" before the gateway has told.
func (c *Client) self() string {
	if id := c.identity.Load(); id != nil {
		return id.user
	}
	return ""
}
