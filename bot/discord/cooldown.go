package discord

import (
	"context"
	"hash/maphash"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"exobot/bot"
)

// Cooldowns say how much may be asked. The zero value sets no limits.
type Cooldowns struct {
	User    Rate // of one user, everywhere
	Channel Rate // in one channel, by everybody
	// Click is how often one user may use buttons, selects, forms and the commands for
	// looking around, everywhere. What is completed while it is typed does not count.
	Click Rate
	// Repeat is for how long the same question in a channel gets a pointer to the answer
	// instead of another one.
	Repeat time.Duration
}

// A Rate allows Burst questions at once, and one more whenever Every has passed. There
// is no limit if either is zero.
type Rate struct {
	Burst int
	Every time.Duration
}

// DefaultCooldowns are far above what people need and far below what disturbs others.
var DefaultCooldowns = Cooldowns{
	User:    Rate{Burst: 6, Every: 5 * time.Second},
	Channel: Rate{Burst: 20, Every: time.Second},
	Click:   Rate{Burst: 15, Every: 2 * time.Second}, // to page through a list takes one each
	Repeat:  time.Minute,
}

// tellAgain is how long somebody who goes on writing too fast in a private conversation is
// not told so again.
const tellAgain = time.Minute

// maxBuckets is how many users or channels are watched at once.
const maxBuckets = 10_000

// buckets hold a token bucket for each id.
type buckets struct {
	rate Rate

	mu    sync.Mutex
	known map[string]*rate.Limiter
}

// take reports whether there was a token left for id, and takes it.
func (b *buckets) take(id string) bool {
	if b.rate.Burst <= 0 || b.rate.Every <= 0 || id == "" {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	bucket := b.known[id]
	if bucket == nil {
		if b.known == nil {
			b.known = make(map[string]*rate.Limiter)
		}
		if len(b.known) >= maxBuckets {
			b.sweep()
		}
		bucket = rate.NewLimiter(rate.Every(b.rate.Every), b.rate.Burst)
		b.known[id] = bucket
	}
	return bucket.Allow()
}

// sweep forgets the buckets that are full, which are as good as new, and then some at
// random until a tenth is free, since it takes long.
func (b *buckets) sweep() {
	now := time.Now()
	for id, bucket := range b.known {
		if bucket.TokensAt(now) >= float64(b.rate.Burst) {
			delete(b.known, id)
		}
	}
	for id := range b.known {
		if len(b.known) <= maxBuckets-maxBuckets/10 {
			break
		}
		delete(b.known, id)
	}
}

// limited reports whether a user or a channel has used up what may be asked, apart from
// emergencies.
func (c *Client) limited(user, channel string, g bot.Glance) bool {
	return !g.Emergency && !(c.users.take(user) && c.places.take(channel))
}

// A first is the first time that a question was asked in a channel within a while.
type first struct {
	asked  time.Time
	done   chan struct{} // closed when it has been answered, or will not be
	answer string        // id of our message; "" if there is none to point at. Set before done.
	link   string        // of that message
}

// finish tells those who wait where the answer is.
func (f *first) finish(answer, link string) {
	f.answer, f.link = answer, link
	close(f.done)
}

// repeats knows the questions that were asked a short while ago, by a hash of them.
type repeats struct {
	within time.Duration
	seed   maphash.Seed

	mu    sync.Mutex
	known map[uint64]*first
}

const maxRepeats = 10_000

// hash returns a hash of texts, which nobody can turn back.
func (r *repeats) hash(texts ...string) uint64 {
	return maphash.String(r.seed, strings.Join(texts, "\x00"))
}

// begin returns the first time that a question with that hash was asked, and whether
// that is now. Whoever asks first must call finish. It returns nil if nothing is to be
// remembered.
func (r *repeats) begin(hash uint64, now time.Time) (f *first, isFirst bool) {
	if r.within <= 0 {
		return nil, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if f := r.known[hash]; f != nil && now.Sub(f.asked) < r.within {
		return f, false
	}
	if r.known == nil {
		r.known = make(map[uint64]*first)
	}
	if len(r.known) >= maxRepeats {
		for h, f := range r.known {
			if now.Sub(f.asked) >= r.within {
				delete(r.known, h)
			}
		}
	}
	if len(r.known) >= maxRepeats {
		return nil, false
	}
	f = &first{asked: now, done: make(chan struct{})}
	r.known[hash] = f
	return f, true
}

// forget stops pointing at a message of ours that is gone or says something else now.
func (r *repeats) forget(answer string) {
	if answer == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for hash, f := range r.known {
		select {
		case <-f.done:
			if f.answer == answer {
				delete(r.known, hash)
			}
		default:
		}
	}
}

// wait returns a message that points at the first answer once that is there, or nil if
// there is none.
func (f *first) wait(ctx context.Context, locale string) draft {
	select {
	case <-f.done:
	case <-ctx.Done():
	}
	select {
	case <-f.done:
	default:
		return nil
	}
	if f.link == "" {
		return nil
	}
	return pointTo(phraseRepeated, locale, f.link)
}

// pointTo returns a message that is one fixed phrase with a link under it.
func pointTo(name bot.PhraseName, locale, address string) draft {
	text := link(bot.Phrase(locale, name), address)
	return func(style Style) outgoing {
		p := page{lead: part{shown: text}}
		if style == StyleComponents {
			return p.components()
		}
		return p.text()
	}
}

// channelLink returns the address of a channel in a guild.
func channelLink(guild, channel string) string {
	return "https://discord.com/channels/" + guild + "/" + channel
}

// messageLink returns the address of a message.
func messageLink(guild, channel, message string) string {
	if guild == "" {
		guild = "@me"
	}
	return channelLink(guild, channel) + "/" + message
}
