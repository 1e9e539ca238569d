package knowledge

import (
	"net/url"
	"time"

	"golang.org/x/text/language"
)

// The methods below check what a document holds under one key of an entry.

// require notes the problem when nothing is written under key.
func (d *document) require(e entry, key, rule, message string) {
	if e.blank(key) {
		d.problems.errorf(e.at(key), rule, "%s", message)
	}
}

// id checks the id of what ("a section").
func (d *document) id(e entry, what, id string) {
	switch {
	case e.blank("id"):
		d.problems.errorf(e.at("id"), "missing-id", "%s has no id: add id: and a short name such as my-id", what)
	case id != "" && !validID(id):
		d.problems.errorf(e.at("id"), "invalid-id", "the id %q: use small letters, digits and single hyphens between them, at most 64", id)
	}
}

// webAddress checks an address of a web page, or none.
func (d *document) webAddress(e entry, key, address string) {
	if address == "" {
		return
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		d.problems.errorf(e.at(key), "bad-url", "%q is no web address: write it in full, with https:// in front", address)
	}
}

// language checks a language tag.
func (d *document) language(at place, tag string) {
	const longest = 35 // RFC 5646, section 4.4.1
	if len(tag) <= longest {
		if _, err := language.Parse(tag); err == nil {
			return
		}
	}
	d.problems.errorf(at, "bad-language", "%q is no language tag: use one like en, de or pt-BR", tag)
}

// date reads a day.
func (d *document) date(e entry, key, day string) time.Time {
	if day == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		d.problems.errorf(e.at(key), "bad-date", "%q is no date: write year, month and day, like 2026-11-23", day)
	}
	return t
}
