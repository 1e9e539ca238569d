package bot

import "regexp"

// address finds the bot's name in front of a question, as it is typed where there is nothing
// to mention: "@exobot ...", "hey bot, ...", "bot, ...". The bare word, without a comma or a
// colon, does not address it.
var address = regexp.MustCompile(`(?i)^\s*(?:(?:(?:hey|hi|hello|hallo|hola|ciao|salut|dear|ok|okay|yo)[\s,!]+)?@?exo\s?bot|(?:hey|hi|hello|dear|ok|okay|yo)[\s,!]+@?bot|@bot)\b[\s,:;!.?-]+|^\s*bot\s*[,:]+\s*`)

// unaddressed returns a message without the bot's name in front, if anything else is said.
func unaddressed(text string) string {
	if rest := text[len(address.FindString(text)):]; rest != "" {
		return rest
	}
	return text
}
