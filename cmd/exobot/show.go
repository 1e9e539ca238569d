package main

import (
	"fmt"
	"strings"

	"exobot/bot"
	"exobot/knowledge"
)

// Fixed phrases of the interface; their wording is in bot/locales. The kind of evidence
// follows "evidence_".
const (
	phraseSource       bot.PhraseName = "source"
	phraseSeeAlso      bot.PhraseName = "see_also"
	phraseNearest      bot.PhraseName = "nearest_topics" // what else there is, after a decline
	phraseEvidence     bot.PhraseName = "evidence"
	phraseEvidenceKind bot.PhraseName = "evidence_"
	phraseUnassessed   bot.PhraseName = "evidence_none"
)

// evidenceLabel says in words what a section rests on.
func evidenceLabel(lang string, e knowledge.Evidence) string {
	if e == knowledge.Unassessed {
		return bot.Phrase(lang, phraseUnassessed)
	}
	return bot.Phrase(lang, phraseEvidenceKind+bot.PhraseName(e))
}

// topicsLabel returns the line above the suggestions of a reply.
func topicsLabel(r bot.Reply) string {
	if r.Kind == bot.KindDecline {
		return bot.Phrase(r.Language, phraseNearest)
	}
	return bot.Phrase(r.Language, phraseSeeAlso)
}

// showReply lays out a reply for a terminal or a file: so many passages whole, the others
// and the suggestions by name.
func showReply(s style, r bot.Reply, whole int, verbose bool) string {
	var b strings.Builder
	if r.Notice != "" {
		fmt.Fprintf(&b, "%s\n", s.paragraph("", r.Notice))
	}
	for i, p := range r.Passages[:min(whole, len(r.Passages))] {
		if i > 0 || r.Notice != "" {
			b.WriteString("\n")
		}
		b.WriteString(showPassage(s, r.Language, p))
		b.WriteString(showSources(s, r.Language, p.References))
	}
	if topics := topics(r, whole); len(topics) > 0 {
		if b.Len() > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s:\n", topicsLabel(r))
		for _, t := range topics {
			fmt.Fprintf(&b, "  %s\n", showTopic(s, t))
		}
	}
	if verbose {
		fmt.Fprintf(&b, "\nConfidence: %.2f\n", r.Confidence)
	}
	return b.String()
}

// maxTopics is how many topics a reply names.
const maxTopics = 5

// topics returns what a reply names without showing it: the passages beyond the first
// whole, then the suggestions.
func topics(r bot.Reply, whole int) []knowledge.Suggestion {
	var out []knowledge.Suggestion
	for _, p := range r.Passages[min(whole, len(r.Passages)):] {
		out = append(out, knowledge.Suggestion{Ref: p.Passage.Ref, Heading: p.Passage.Heading, Title: p.Passage.Trail[0]})
	}
	out = append(out, r.Suggestions...)
	return out[:min(len(out), maxTopics)]
}

// showPassage lays out a passage with its heading, its trail and its evidence. The labels
// are in the language lang.
func showPassage(s style, lang string, p bot.Passage) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n\n", s.bold(cleanLine(p.Passage.Heading)), s.dim(cleanLine(strings.Join(p.Passage.Trail, " › "))))
	fmt.Fprintf(&b, "%s\n\n", s.passage(p.Passage.Text, p.Marks))
	fmt.Fprintf(&b, "%s: %s\n", bot.Phrase(lang, phraseEvidence), evidenceLabel(lang, p.Passage.Evidence))
	return b.String()
}

// showSources lays out references, if there are any.
func showSources(s style, lang string, refs []*knowledge.Reference) string {
	if len(refs) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s:\n", bot.Phrase(lang, phraseSource))
	for _, r := range refs {
		fmt.Fprintf(&b, "%s\n", s.paragraph("  ", oneLine(r.Citation())))
		if link := r.Link(); link != "" {
			fmt.Fprintf(&b, "    %s\n", s.dim(cleanLine(link)))
		}
	}
	return b.String()
}

// showTopic names a section and its article.
func showTopic(s style, t knowledge.Suggestion) string {
	return cleanLine(t.Heading) + " " + s.dim("("+cleanLine(t.Title)+")")
}

func oneLine(s string) string { return strings.ReplaceAll(s, "\n", " ") }
