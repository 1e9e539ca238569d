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
	// What follows is the name of a language.
	phrasePassageLanguage bot.PhraseName = "passage_language"

	// Under a reply.
	phraseMore          bot.PhraseName = "button_more"
	phraseContext       bot.PhraseName = "button_context"
	phraseHelpful       bot.PhraseName = "button_helpful"
	phraseUnhelpful     bot.PhraseName = "button_unhelpful"
	phraseShare         bot.PhraseName = "button_share"
	phraseDismiss       bot.PhraseName = "button_dismiss"
	phraseRelated       bot.PhraseName = "select_related"
	phraseThanks        bot.PhraseName = "feedback_thanks"
	phraseReasonTitle   bot.PhraseName = "reason_title"
	phraseReasonLabel   bot.PhraseName = "reason_label"
	phraseReasonHint    bot.PhraseName = "reason_hint"
	phraseSharedBy      bot.PhraseName = "shared_by"      // has {user}
	phraseShared        bot.PhraseName = "already_shared" // a second click
	phraseReplied       bot.PhraseName = "shared_reply"
	phraseShareDenied   bot.PhraseName = "share_denied"
	phraseDismissDenied bot.PhraseName = "dismiss_denied"
	phraseNoContext     bot.PhraseName = "no_context"
	phraseNearest       bot.PhraseName = "nearest_section" // in place of one that is gone

	// Continuing in a thread.
	phraseThread          bot.PhraseName = "button_thread"
	phraseThreadOpened    bot.PhraseName = "thread_opened" // these three are links to it
	phraseThreadExists    bot.PhraseName = "thread_exists"
	phraseThreadLocked    bot.PhraseName = "thread_locked"
	phraseThreadGone      bot.PhraseName = "thread_gone"      // somebody has deleted it
	phraseThreadDenied    bot.PhraseName = "thread_denied"    // to this member
	phraseThreadForbidden bot.PhraseName = "thread_forbidden" // to us
	phraseThreadMute      bot.PhraseName = "thread_mute"      // the member may not write in it
	phraseThreadsFull     bot.PhraseName = "threads_full"
	phraseThreadInvite    bot.PhraseName = "thread_invite"         // its first line
	phraseThreadMention   bot.PhraseName = "thread_invite_mention" // where messages cannot be read

	// Browsing. {page}, {pages}, {count} and {title} stand for those.
	phraseTopicsCommand bot.PhraseName = "command_topics"
	phraseTopicsTitle   bot.PhraseName = "topics_title"
	phraseTopicsText    bot.PhraseName = "topics_text"
	phraseTopicsEmpty   bot.PhraseName = "topics_empty"
	phrasePickArticle   bot.PhraseName = "topics_pick_article"
	phrasePickSection   bot.PhraseName = "topics_pick_section"
	phrasePage          bot.PhraseName = "topics_page"
	phrasePrevious      bot.PhraseName = "button_previous"
	phraseNext          bot.PhraseName = "button_next"
	phraseAllArticles   bot.PhraseName = "button_articles"

	phraseAboutCommand  bot.PhraseName = "command_about"
	phraseAboutTitle    bot.PhraseName = "about_title"
	phraseAboutText     bot.PhraseName = "about_text"
	phraseAboutEvidence bot.PhraseName = "about_evidence"
	phraseAboutLimits   bot.PhraseName = "about_limits"
	phraseAboutSource   bot.PhraseName = "about_source"
	phraseAboutUpdated  bot.PhraseName = "about_updated" // has {date}
	phraseAboutContact  bot.PhraseName = "about_contact"
	phraseReport        bot.PhraseName = "button_report"
	phraseReportLabel   bot.PhraseName = "report_label"
	phraseReportHint    bot.PhraseName = "report_hint"
	phraseReported      bot.PhraseName = "report_thanks"
	phraseReportEmpty   bot.PhraseName = "report_empty"
	phraseNoReports     bot.PhraseName = "report_nowhere"
	phraseNotReported   bot.PhraseName = "report_failed"
	phraseReportAbout   bot.PhraseName = "report_message" // a link to it

	phraseCooldown     bot.PhraseName = "cooldown"       // too many questions of one user or in one channel
	phraseClicks       bot.PhraseName = "click_cooldown" // too many clicks of one user
	phraseRepeated     bot.PhraseName = "repeated"       // the text of a link to the answer
	phraseNoQuestion   bot.PhraseName = "menu_empty"     // "Answer this" on a message without text
	phraseTopicUnknown bot.PhraseName = "topic_unknown"  // a topic that is none

	phraseAsk         bot.PhraseName = "command_ask"
	phraseAskQuestion bot.PhraseName = "command_ask_question"
	phraseAskPrivate  bot.PhraseName = "command_ask_private"
	phraseAskTopic    bot.PhraseName = "command_ask_topic"
	phraseMenu        bot.PhraseName = "command_answer_name"
)

// evidencePhrase names the phrase that says what kind of evidence e is.
func evidencePhrase(e knowledge.Evidence) bot.PhraseName {
	if e == knowledge.Unassessed {
		return "evidence_none"
	}
	return bot.PhraseName("evidence_" + string(e))
}
