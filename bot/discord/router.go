package discord

import "cmp"

// onEvent takes an event from the gateway. It is called in the goroutine that reads
// from the gateway, so it decides what to do and leaves the doing to others.
func (c *Client) onEvent(name string, data []byte) {
	defer func() {
		if v := recover(); v != nil {
			c.log.Error("event failed", "event", name, "error", panicked(v))
		}
	}()
	if c.leaving.Load() {
		return
	}
	switch name {
	case "READY":
		route(c, name, data, c.onReady)
	case "MESSAGE_CREATE":
		route(c, name, data, c.onMessage)
	case "MESSAGE_UPDATE": // never a question of its own
		route(c, name, data, c.onMessageEdit)
	case "MESSAGE_DELETE", "MESSAGE_DELETE_BULK":
		route(c, name, data, c.onMessageDelete)
	case "THREAD_CREATE", "THREAD_UPDATE":
		route(c, name, data, c.onThread)
	case "THREAD_DELETE", "CHANNEL_UPDATE", "CHANNEL_DELETE":
		route(c, name, data, c.onPlaceChanged)
	case "GUILD_UPDATE", "GUILD_ROLE_UPDATE", "GUILD_ROLE_DELETE", "GUILD_MEMBER_UPDATE":
		route(c, name, data, c.onGuildChanged)
	case "INTERACTION_CREATE":
		route(c, name, data, c.onInteraction)
	}
}

// route decodes an event and hands it to its handler.
func route[T any](c *Client, name string, data []byte, handle func(*T)) {
	var event T
	if err := decode(data, &event); err != nil {
		c.log.Warn("event does not parse", "event", name)
		return
	}
	handle(&event)
}

// onReady learns who we are.
func (c *Client) onReady(r *ready) {
	// The application has the id of its user, unless both are very old.
	first := c.identity.Swap(&identity{r.User.ID, cmp.Or(r.Application.ID, r.User.ID)}) == nil
	if first {
		close(c.known)
	}
}
