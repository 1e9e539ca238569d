package discord

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"
)

// Time limits of a gateway connection.
const (
	// maxSilence is how long the gateway may say nothing. It acknowledges a heartbeat
	// every 41 seconds even when nothing happens, so a connection that is silent for
	// longer is dead.
	maxSilence   = 75 * time.Second
	writeTimeout = 10 * time.Second
)

// Why a connection was ended.
var (
	errReconnect = errors.New("the gateway asked to reconnect")
	errSilent    = errors.New("the gateway was silent for too long")
)

// invalidSession says that the session is not valid; its value, whether a later
// connection may resume it all the same.
type invalidSession bool

func (e invalidSession) Error() string { return "the gateway called the session invalid" }

// A closeError is the code with which the gateway closed a connection.
type closeError int

func (e closeError) Error() string { return fmt.Sprintf("the gateway closed with code %d", int(e)) }

// A conn is a connection to the gateway, underneath the WebSocket and above TLS. It
// watches what the gateway sends, so that the library never sees what it handles badly:
//
//   - Opcode 7 and opcode 9 end the connection. The library would lock up on the
//     first if it came right after Identify, and answer the second by identifying
//     again and again without a pause.
//   - Silence ends the connection. The library would wait without limit for the first
//     packets, and for three minutes later.
//   - A close code is kept, which the library forgets.
//
// Once the connection has ended, what is written is dropped without an error. So the
// library cannot close it with code 1000, which would end the session that we want to
// resume, and its heartbeat cannot fail on a dead connection and close the next one.
type conn struct {
	net.Conn
	frames frames
	acked  func() // called at each heartbeat acknowledgement

	mu    sync.Mutex
	ended error // why; nil while the connection stands
}

// end ends the connection, unless it has ended already.
func (c *conn) end(reason error) {
	c.note(reason)
	c.Conn.Close()
}

func (c *conn) note(reason error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended == nil {
		c.ended = reason
	}
}

// reason returns why the connection ended, or nil.
func (c *conn) reason() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ended
}

func (c *conn) Read(p []byte) (int, error) {
	if err := c.reason(); err != nil {
		return 0, err
	}
	c.Conn.SetReadDeadline(time.Now().Add(maxSilence))
	n, err := c.Conn.Read(p)
	passed, verdict := c.frames.scan(p[:n], c.inspect)
	switch {
	case verdict != nil:
		c.end(verdict)
		n = passed
		if n > 0 {
			return n, nil // the next Read returns the verdict
		}
		return 0, verdict
	case errors.Is(err, os.ErrDeadlineExceeded):
		c.end(errSilent)
	case err != nil:
		c.end(fmt.Errorf("read from gateway: %w", err))
	}
	return n, err
}

func (c *conn) Write(p []byte) (int, error) {
	if c.reason() != nil {
		return len(p), nil
	}
	c.Conn.SetWriteDeadline(time.Now().Add(writeTimeout))
	if _, err := c.Conn.Write(p); err != nil {
		c.end(fmt.Errorf("write to gateway: %w", err))
	}
	return len(p), nil
}

// inspect looks at a short frame from the gateway. An error ends the connection before
// the library sees the frame.
func (c *conn) inspect(opcode byte, payload []byte) error {
	if opcode == frameClose {
		if len(payload) >= 2 {
			c.note(closeError(binary.BigEndian.Uint16(payload)))
		}
		return nil
	}
	var p struct {
		Op   int             `json:"op"`
		Data json.RawMessage `json:"d"`
	}
	if json.Unmarshal(payload, &p) != nil {
		return nil
	}
	switch p.Op {
	case 7: // reconnect
		return errReconnect
	case 9: // invalid session
		return invalidSession(string(p.Data) == "true")
	case 11: // heartbeat acknowledged
		c.acked()
	}
	return nil
}

// Kinds of WebSocket frame (RFC 6455, section 5.2).
const (
	frameText  = 1
	frameClose = 8
)

// maxWatched is the longest payload that is looked at. Only events are longer.
const maxWatched = 512

// frames finds the WebSocket frames in what a server sends, behind the HTTP answer with
// which it begins. The zero value stands before that answer.
type frames struct {
	upgraded  bool
	emptyLine bool // nothing in the current line of the HTTP answer yet

	header  []byte
	left    uint64 // of the payload
	watched bool
	payload []byte
}

// scan takes the next bytes and calls see for each whole frame that is short. If that
// returns an error, so does scan, with the number of bytes in front of that frame.
func (f *frames) scan(p []byte, see func(opcode byte, payload []byte) error) (int, error) {
	start := 0 // of the frame in hand
	for i := 0; i < len(p); {
		switch {
		case !f.upgraded:
			f.upgraded = p[i] == '\n' && f.emptyLine
			f.emptyLine = p[i] == '\n' || f.emptyLine && p[i] == '\r'
			i++
			start = i
			continue
		case len(f.header) < headerLength(f.header):
			f.header = append(f.header, p[i])
			i++
			if len(f.header) < headerLength(f.header) {
				continue
			}
			f.begin()
		default:
			n := int(min(f.left, uint64(len(p)-i)))
			if f.watched {
				f.payload = append(f.payload, p[i:i+n]...)
			}
			f.left -= uint64(n)
			i += n
		}
		if f.left > 0 {
			continue
		}
		if f.watched {
			if err := see(f.header[0]&0x0f, f.payload); err != nil {
				return start, err
			}
		}
		f.header, f.payload = f.header[:0], f.payload[:0]
		start = i
	}
	return len(p), nil
}

// headerLength returns how long the header is that begins with h: at least one byte
// more than h as long as h does not tell.
func headerLength(h []byte) int {
	if len(h) < 2 {
		return 2
	}
	n := 2
	switch h[1] & 0x7f {
	case 126:
		n += 2
	case 127:
		n += 8
	}
	if h[1]&0x80 != 0 { // masked, which a server must not do
		n += 4
	}
	return n
}

// begin works out what the complete header says.
func (f *frames) begin() {
	h := f.header
	switch n := h[1] & 0x7f; n {
	case 126:
		f.left = uint64(binary.BigEndian.Uint16(h[2:]))
	case 127:
		f.left = binary.BigEndian.Uint64(h[2:])
	default:
		f.left = uint64(n)
	}
	const final = 0x80 // not in fragments, nor compressed
	f.watched = f.left <= maxWatched && h[1]&0x80 == 0 && (h[0] == final|frameText || h[0] == final|frameClose)
}
