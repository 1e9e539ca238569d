package discord

import (
	"exobot/bot"
	"exobot/knowledge"
)

// Fixed phrases of the interface; their wording is in bot/locales.
const (
	phraseHint     bot.PhraseName = "mention_hint" // a mention without a question
	phraseError    bot.PhraseName = "error"        // something failed on our side
	phraseBusy     bot.PhraseName = "busy"         // too many questions at once
	phraseTooLong  bot.PhraseName = "too_long"     // a decline of a very long question
	phraseUnknown  bot.PhraseName = "unknown_interaction"
	phraseSeeAlso  bot.PhraseName = "see_also"
	phraseTopics   bot.PhraseName = "nearest_topics"
	phraseSource   bot.PhraseName = "source"
	phraseEvidence bot.PhraseName = "evidence"

	phraseAsk         bot.PhraseName = "command_ask"
	phraseAskQuestion bot.PhraseName = "command_ask_question"
	phraseAskPrivate  bot.PhraseName = "command_ask_private"
)

// evidencePhrase names the phrase that says what kind of evidence e is.
func evidencePhrase(e knowledge.Evidence) bot.PhraseName {
	if e == knowledge.Unassessed {
		return "evidence_none"
	}
	return bot.PhraseName("evidence_" + string(e))
}
