package discord

import (
	"errors"
	"fmt"
	"net/http"
)

// A FatalError is a fault that a restart cannot mend: somebody has to change the
// configuration first. Its text is one sentence that says what to change and where.
type FatalError struct {
	Advice string
	Err    error // what Discord said; may be nil
}

// Error returns the advice, and what Discord said in brackets.
func (e *FatalError) Error() string {
	if e.Err == nil {
		return e.Advice
	}
	return e.Advice + " (" + e.Err.Error() + ")"
}

// Unwrap returns what Discord said.
func (e *FatalError) Unwrap() error { return e.Err }

// What to do about the faults that only a person can mend.
const (
	adviceToken = "Discord does not accept the bot's token: copy it anew from https://discord.com/developers/applications" +
		" (your application, page Bot, Reset Token) and put it into DISCORD_TOKEN"
	adviceContent = "Discord does not let the bot read messages: switch on Message Content Intent under" +
		" https://discord.com/developers/applications (your application, page Bot, Privileged Gateway Intents)," +
		" or take the feature that needs it out of the configuration"
	adviceIntents = "Discord does not allow an intent that the bot asks for: switch on the Privileged Gateway Intents that it needs under" +
		" https://discord.com/developers/applications (your application, page Bot)"
	adviceProgram = "Discord no longer accepts how this version of Exobot connects: install a newer version"
	adviceShards  = "the bot is in more servers than one connection may serve: run it with shards"
)

// closeDisallowedIntents is the close code for privileged intents that are not switched on.
const closeDisallowedIntents = 4014

// fatalClose returns the error for a gateway close code after which connecting again
// is forbidden (https://discord.com/developers/docs/topics/opcodes-and-status-codes),
// or nil for all other codes.
func fatalClose(err closeError) error {
	advice := ""
	switch err {
	case 4004:
		advice = adviceToken
	case 4010, 4012, 4013: // invalid shard, API version, intents
		advice = adviceProgram
	case 4011:
		advice = adviceShards
	case closeDisallowedIntents:
		advice = adviceIntents
	default:
		return nil
	}
	return &FatalError{advice, err}
}

// Error codes of the API that are told apart
// (https://discord.com/developers/docs/topics/opcodes-and-status-codes#json).
const (
	codeUnknownChannel      = 10003
	codeAlreadyAcknowledged = 40060
	codeMissingAccess       = 50001
	codeMissingPermissions  = 50013
	codeWrongChannelType    = 50024
	codeThreadArchived      = 50083
	codeCannotReadHistory   = 160002
	codeThreadExists        = 160004
	codeThreadLocked        = 160005
	codeThreadsFull         = 160006 // in channels of all kinds
	codeNewsThreadsFull     = 160007 // in announcement channels
)

// A statusError is a request that Discord refused. Its text names the route without
// the ids and tokens that were in the address.
type statusError struct {
	route   string // method and template
	status  int
	code    int    // Discord's own, 0 if it gave none
	message string // Discord's own
	tries   int    // how often the request was made
}

// asStatus returns the refusal that err is or wraps, and whether there is one.
func asStatus(err error) (*statusError, bool) {
	var refused *statusError
	ok := errors.As(err, &refused)
	return refused, ok
}

// closed reports whether err says that nothing can be posted in a thread, because it is
// archived, locked or gone.
func closed(err error) bool {
	refused, ok := asStatus(err)
	return ok && (refused.code == codeThreadArchived || refused.code == codeThreadLocked || refused.code == codeUnknownChannel)
}

func (e *statusError) Error() string {
	text := fmt.Sprintf("%s: %d %s", e.route, e.status, http.StatusText(e.status))
	if e.code != 0 {
		text += fmt.Sprintf(": %s (%d)", e.message, e.code)
	}
	return text
}
