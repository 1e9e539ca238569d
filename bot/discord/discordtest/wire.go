package discordtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"syscall"
)

// The hosts that stand for the gateway when the server is in memory. READY
// names the second one for resuming.
const (
	gatewayHost = "gateway.discord.test"
	resumeHost  = "gateway-resume.discord.test"
)

// listen opens the server's listener and the transport that leads to it.
func (s *Server) listen() error {
	if s.opts.TCP {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		s.listener = l
	} else {
		s.memory = newMemoryListener()
		s.listener = s.memory
	}
	s.client = &http.Transport{DialContext: s.dial}
	return nil
}

// dial connects to the server, whatever the address.
func (s *Server) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	if s.memory != nil {
		return s.memory.dial(ctx)
	}
	var d net.Dialer
	return d.DialContext(ctx, "tcp", s.listener.Addr().String())
}

// DialContext opens a connection to the gateway. Give it to the bot's WebSocket
// dialer. Of the addresses it knows only the gateway's.
func (s *Server) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	if s.takeDialFault() {
		return nil, refused()
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: err}
	}
	known := host == gatewayHost || host == resumeHost
	if s.memory == nil {
		known = addr == s.listener.Addr().String()
	}
	if !known {
		return nil, &net.OpError{Op: "dial", Net: network,
			Err: &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}}
	}
	return s.dial(ctx, network, addr)
}

// refused is the error of a port that nobody listens on.
func refused() error {
	return &net.OpError{Op: "dial", Net: "tcp", Addr: memoryAddr{}, Err: syscall.ECONNREFUSED}
}

// URL is where a server on TCP listens, such as "http://127.0.0.1:40123". It
// stands for https://discord.com: the API is under /api/v10. It is empty when
// the server is in memory.
func (s *Server) URL() string {
	if s.memory != nil {
		return ""
	}
	return "http://" + s.listener.Addr().String()
}

// gatewayURL is what GET /gateway answers.
func (s *Server) gatewayURL() string {
	if s.memory != nil {
		return "ws://" + gatewayHost
	}
	return "ws://" + s.listener.Addr().String()
}

// resumeURL is what READY names for resuming.
func (s *Server) resumeURL() string {
	if s.memory != nil {
		return "ws://" + resumeHost
	}
	return s.gatewayURL()
}

// Transport returns the way to the REST API. Give it to the bot's HTTP client:
// requests for discord.com arrive here, and requests for any other host fail.
func (s *Server) Transport() http.RoundTripper { return transport{s} }

type transport struct{ s *Server }

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	host := r.URL.Hostname()
	if host != "discord.com" && !strings.HasPrefix(t.s.URL(), "http://"+host+":") {
		if r.Body != nil {
			r.Body.Close()
		}
		return nil, errors.New("discordtest: no way to " + fmt.Sprintf("%q", r.URL.Host))
	}
	r = r.Clone(r.Context())
	r.URL.Scheme = "http" // the server's connections are private enough without TLS
	return t.s.client.RoundTrip(r)
}
