package discordtest

import (
	"fmt"
	"slices"
)

// A Rule names a kind of violation.
type Rule string

// The rules. Discord refuses what breaks one, with the exceptions that are
// noted.
const (
	RuleAuth          Rule = "auth"           // token missing or wrong, by REST or gateway
	RuleRoute         Rule = "route"          // a route that is not there, or not here
	RuleUnknown       Rule = "unknown"        // an id that means nothing: channel, message, command
	RulePermissions   Rule = "permissions"    // the bot may not do this here
	RuleClosed        Rule = "closed"         // a thread that is locked or archived
	RuleForm          Rule = "form"           // a body beyond the limits or otherwise wrong
	RuleEmpty         Rule = "empty"          // a message with nothing in it
	RuleAuthor        Rule = "author"         // an edit of somebody else's message
	RuleComponentsV2  Rule = "components-v2"  // a misuse of the flag IS_COMPONENTS_V2
	RuleLate          Rule = "late"           // an interaction unanswered for three seconds, or a token older than 15 minutes
	RuleAcknowledged  Rule = "acknowledged"   // a second callback for an interaction
	RuleResponse      Rule = "response"       // a callback of the wrong type for the interaction, or a follow-up before it
	RuleCommandQuota  Rule = "command-quota"  // too many commands, or created too often
	RuleFollowupQuota Rule = "followup-quota" // a sixth follow-up where the app is not in the server
	RuleGateway       Rule = "gateway"        // a payload that the gateway does not take
	RuleIntents       Rule = "intents"        // intents that are unknown or not switched on

	RuleMentions      Rule = "mentions"       // allowed_mentions missing or not silent; Discord takes it
	RuleFirstFollowup Rule = "first-followup" // a follow-up to a deferred reply, which Discord turns into an edit
	RuleOpenAPI       Rule = "openapi"        // at odds with the OpenAPI document; noted when the test ends or asks
)

// A Violation is something the bot did that Discord refuses, or that it takes
// and people should not have to.
type Violation struct {
	Rule   Rule
	Status int    // of the answer, if it was an error
	Code   int    // Discord's error code, or close code
	Detail string // what was wrong
	Call   Call   // the zero Call for the gateway
}

func (v Violation) String() string {
	if v.Call.Method == "" {
		return fmt.Sprintf("%s: %s", v.Rule, v.Detail)
	}
	return fmt.Sprintf("%s: %s: %v", v.Rule, v.Detail, v.Call)
}

// Expect declares that the bot will break these rules because the test makes
// it. The test fails if it does not.
func (s *Server) Expect(rules ...Rule) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, rule := range rules {
		s.expected[rule] = true
	}
}

// Tolerate declares that the bot may break these rules in this test.
func (s *Server) Tolerate(rules ...Rule) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, rule := range rules {
		s.tolerated[rule] = true
	}
}

// Violations returns what the bot did wrong so far, expected or not.
func (s *Server) Violations() []Violation {
	s.checkAgainstSpec()
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.violations)
}

// violate notes a violation. The caller holds s.mu.
func (s *Server) violate(v Violation) { s.violations = append(s.violations, v) }
