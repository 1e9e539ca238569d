package discordtest

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
)

// What fits in a message, in UTF-16 units where it is about text. Discord does
// not say how it counts; this is the stricter way.
const (
	maxContent     = 2000
	maxNonce       = 25
	maxEmbeds      = 10
	maxEmbedsText  = 6000 // over all embeds of a message
	maxEmbedTitle  = 256
	maxEmbedDesc   = 4096
	maxEmbedFields = 25
	maxFieldName   = 256
	maxFieldValue  = 1024
	maxFooter      = 2048
	maxAuthorName  = 256
	maxFiles       = 10
)

// units returns the length of s in UTF-16 units.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// A form collects what is wrong with a request, by the path to the field, such
// as "embeds.0.title".
type form struct {
	errors object
}

func (f *form) add(path, code, message string) {
	if f.errors == nil {
		f.errors = object{}
	}
	at := f.errors
	for name := range strings.SplitSeq(path, ".") {
		inner, ok := at[name].(object)
		if !ok {
			inner = object{}
			at[name] = inner
		}
		at = inner
	}
	list, _ := at["_errors"].([]object)
	at["_errors"] = append(list, object{"code": code, "message": message})
}

// length demands that s is between least and most units long.
func (f *form) length(path, s string, least, most int) {
	switch n := units(s); {
	case n > most:
		f.add(path, "BASE_TYPE_MAX_LENGTH", fmt.Sprintf("Must be %d or fewer in length, is %d.", most, n))
	case n < least && n == 0:
		f.add(path, "BASE_TYPE_REQUIRED", "This field is required")
	case n < least:
		f.add(path, "BASE_TYPE_MIN_LENGTH", fmt.Sprintf("Must be %d or more in length, is %d.", least, n))
	}
}

// count demands that a list has between least and most entries.
func (f *form) count(path string, n, least, most int) {
	if n < least || n > most {
		f.add(path, "BASE_TYPE_BAD_LENGTH", fmt.Sprintf("Must be between %d and %d in length, is %d.", least, most, n))
	}
}

// err returns the error for the whole form, or nil if nothing is wrong with it.
func (f *form) err() error {
	if f.errors == nil {
		return nil
	}
	return &apiError{Rule: RuleForm, Status: 400, Code: 50035, Message: "Invalid Form Body", Errors: f.errors}
}

// formError makes the error for a form with one thing wrong.
func formError(path, code, message string) error {
	var f form
	f.add(path, code, message)
	return f.err()
}

// at makes the path of an entry of a list.
func at(path string, i int) string { return path + "." + strconv.Itoa(i) }

// checkMessage checks m, which is what the message is once b is applied.
func (s *Server) checkMessage(m *Message, b *messageBody, edit bool) error {
	if err := checkV2(m, b, edit); err != nil {
		return err
	}
	var f form
	f.length("content", b.Content.Value, 0, maxContent)
	f.length("nonce", m.Nonce, 0, maxNonce)
	f.count("attachments", len(m.Attachments), 0, maxFiles)
	checkEmbeds(&f, m.Embeds)
	checkComponents(&f, m.Components, m.Flags&FlagComponentsV2 != 0)
	if err := f.err(); err != nil {
		return err
	}
	if m.Content == "" && len(m.Embeds)+len(m.Components)+len(m.Attachments) == 0 &&
		b.Poll.Value == nil && len(b.StickerIDs.Value) == 0 {
		return refuse(RuleEmpty, 400, 50006, "Cannot send an empty message")
	}
	return nil
}

// checkV2 checks the flag IS_COMPONENTS_V2: it leaves no room for the older
// kinds of content, it is needed for the newer ones, and it stays once set.
func checkV2(m *Message, b *messageBody, edit bool) error {
	v2 := func(path, message string) error {
		var f form
		f.add(path, "MESSAGE_COMPONENTS_V2", message)
		e := f.err().(*apiError)
		e.Rule = RuleComponentsV2
		return e
	}
	if b.Flags.Value&FlagEphemeral != 0 && m.interaction == nil {
		return formError("flags", "BASE_TYPE_CHOICES", "Only replies to interactions can be ephemeral.")
	}
	if m.Flags&FlagComponentsV2 == 0 {
		for i, c := range m.Components {
			if c.Type != ActionRow {
				return v2(at("components", i), fmt.Sprintf("Type %d needs the flag IS_COMPONENTS_V2.", c.Type))
			}
		}
		return nil
	}
	switch {
	case edit && b.Flags.Set && b.Flags.Value&FlagComponentsV2 == 0:
		return v2("flags", "IS_COMPONENTS_V2 cannot be taken back.")
	case m.Content != "":
		return v2("content", "The flag IS_COMPONENTS_V2 leaves no room for content.")
	case len(m.Embeds) > 0:
		return v2("embeds", "The flag IS_COMPONENTS_V2 leaves no room for embeds.")
	case b.Poll.Value != nil:
		return v2("poll", "The flag IS_COMPONENTS_V2 leaves no room for a poll.")
	case len(b.StickerIDs.Value) > 0:
		return v2("sticker_ids", "The flag IS_COMPONENTS_V2 leaves no room for stickers.")
	}
	return nil
}

func checkEmbeds(f *form, embeds []Embed) {
	f.count("embeds", len(embeds), 0, maxEmbeds)
	total := 0
	for i, e := range embeds {
		path := at("embeds", i)
		f.length(path+".title", e.Title, 0, maxEmbedTitle)
		f.length(path+".description", e.Description, 0, maxEmbedDesc)
		f.length(path+".footer.text", e.Footer.Text, 0, maxFooter)
		f.length(path+".author.name", e.Author.Name, 0, maxAuthorName)
		f.count(path+".fields", len(e.Fields), 0, maxEmbedFields)
		total += units(e.Title) + units(e.Description) + units(e.Footer.Text) + units(e.Author.Name)
		for j, field := range e.Fields {
			f.length(at(path+".fields", j)+".name", field.Name, 1, maxFieldName)
			f.length(at(path+".fields", j)+".value", field.Value, 1, maxFieldValue)
			total += units(field.Name) + units(field.Value)
		}
	}
	if total > maxEmbedsText {
		f.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", fmt.Sprintf("Embed size exceeds maximum size of %d, is %d.", maxEmbedsText, total))
	}
}
