package discord

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/url"
)

// dialDirect opens a TCP connection to the gateway, through the HTTP proxy that the
// environment names (HTTPS_PROXY, NO_PROXY), if it names one.
func dialDirect(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	proxy, err := http.ProxyFromEnvironment(&http.Request{URL: &url.URL{Scheme: "https", Host: address}})
	if err != nil {
		return nil, err
	}
	if proxy == nil {
		return d.DialContext(ctx, network, address)
	}
	if proxy.Scheme != "http" {
		return nil, fmt.Errorf("connect through proxy: %s is not supported, only http", proxy.Scheme)
	}
	host := proxy.Host
	if proxy.Port() == "" {
		host = net.JoinHostPort(proxy.Hostname(), "80")
	}
	c, err := d.DialContext(ctx, network, host)
	if err != nil {
		return nil, err
	}
	if err := tunnel(ctx, c, proxy, address); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// tunnel asks the proxy at the other end of c to connect it to address.
func tunnel(ctx context.Context, c net.Conn, proxy *url.URL, address string) error {
	defer context.AfterFunc(ctx, func() { c.Close() })()
	header := http.Header{}
	if proxy.User != nil {
		password, _ := proxy.User.Password()
		login := proxy.User.Username() + ":" + password
		header.Set("Proxy-Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(login)))
	}
	req := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: address}, Host: address, Header: header}
	if err := req.Write(c); err != nil {
		return fmt.Errorf("connect through proxy: %w", err)
	}
	// The proxy's answer is all that it sends before TLS begins, so nothing of what
	// follows is lost in the buffer.
	resp, err := http.ReadResponse(bufio.NewReader(c), req)
	if err != nil {
		return fmt.Errorf("connect through proxy: %w", err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("connect through proxy: %s", resp.Status)
	}
	return nil
}
