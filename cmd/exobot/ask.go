package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"exobot/bot"
	"exobot/knowledge"
)

// maxLimit is how many passages one may ask for. More would not be an answer.
const maxLimit = 10

// ask answers one question, or one from each line of standard input.
type ask struct {
	source  sourceFlags
	json    bool
	stdin   bool
	verbose bool
	limit   int
	whole   bool // whether a limit was asked for, and so many passages are printed whole
	locale  string
}

func askCommand() command {
	return command{
		name: "ask", args: "[FLAGS] QUESTION",
		short: "answer one question",
		help: `
Ask prints the passage that answers the question, word for word, and names the next
best. The sentences that answer stand in bold, or between *asterisks* where there is no
bold.

If no article answers, it says so, suggests the nearest topics and exits with code 3.

With --json it prints one JSON object on one line. With --stdin it reads one question
from each line of standard input and answers each on its own, in order; an empty line is
declined like a question that no article answers. Then the exit code is 0 when all lines
were answered or declined. Of a line, the first MiB is looked at.`,
		examples: []string{
			"exobot ask how big is an exosome",
			"exobot ask --json --limit 1 'Are exosomes approved by the FDA?'",
			"exobot ask --article exosomes-and-hair does it work",
			"exobot ask --json --stdin < questions.txt > answers.jsonl",
		},
		prepare: func(flags *flag.FlagSet) action {
			var a ask
			a.source.define(flags)
			flags.BoolVar(&a.json, "json", false, "print JSON, one object a line")
			flags.BoolVar(&a.stdin, "stdin", false, "read the questions from standard input, one a line")
			flags.BoolVar(&a.verbose, "v", false, "also show how sure the answer is")
			a.limit = knowledge.DefaultLimit
			flags.Func("limit", "print `N` passages, 1 to 10; if not given, the one that answers, or three as JSON", func(s string) (err error) {
				a.whole = true
				a.limit, err = strconv.Atoi(s)
				return err
			})
			flags.StringVar(&a.locale, "locale", "", "language `TAG` of the asker, such as de or pt-BR")
			return a.run
		},
	}
}

// check returns a usage error if the flags and arguments do not go together.
func (a *ask) check(args []string) error {
	switch {
	case a.limit < 1 || a.limit > maxLimit:
		return usagef("ask", "--limit %d: want a number from 1 to %d", a.limit, maxLimit)
	case a.stdin && len(args) > 0:
		return usagef("ask", "--stdin reads the questions from standard input, but %q stands on the command line too", args[0])
	case !a.stdin && strings.TrimSpace(strings.Join(args, " ")) == "":
		return usagef("ask", `there is no question; write it behind the command, as in exobot ask "what is an exosome", or give --stdin to read one from each line of standard input`)
	}
	return checkLanguage("ask", "locale", a.locale)
}

// checkLanguage returns a usage error if the value of a flag is neither empty nor a
// language tag.
func checkLanguage(command, flag, tag string) error {
	if tag == "" {
		return nil
	}
	if _, err := language.Parse(tag); err != nil {
		return usagef(command, "--%s %q: want a language tag such as de or pt-BR", flag, tag)
	}
	return nil
}

func (a *ask) run(ctx context.Context, c *console, args []string) (err error) {
	if err := a.check(args); err != nil {
		return err
	}
	b, err := a.source.open(ctx, c, "ask")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	if a.stdin {
		return a.lines(ctx, c, b)
	}
	kind, err := a.one(ctx, c, b, validUTF8(strings.Join(args, " ")))
	if err == nil && kind == bot.KindDecline {
		return &exitError{code: exitDeclined}
	}
	return err
}

// lines answers the questions of standard input.
func (a *ask) lines(ctx context.Context, c *console, b *bot.Bot) error {
	in := bufio.NewReader(c.stdin)
	for first := true; ; first = false {
		question, err := interruptible(ctx, func() (string, error) { return readLine(in) })
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read question: %w", err)
		}
		if !a.json {
			head := "> " + cleanLine(question) + "\n\n"
			if !first {
				head = "\n" + head
			}
			if err := c.print(head); err != nil {
				return err
			}
		}
		if _, err := a.one(ctx, c, b, question); err != nil {
			return err
		}
	}
}

// one answers one question and returns the kind of the reply.
func (a *ask) one(ctx context.Context, c *console, b *bot.Bot, question string) (bot.Kind, error) {
	reply, err := b.Answer(ctx, bot.Question{
		Text: question, Locale: a.locale, Surface: bot.SurfaceTerminal, Articles: a.source.articles, Limit: a.limit,
	})
	if err != nil {
		return "", err
	}
	if a.json {
		line, err := newAnswer(question, reply).line()
		if err != nil {
			return "", err
		}
		return reply.Kind, c.print(line)
	}
	whole := reply.Lead
	if a.whole {
		whole = a.limit
	}
	return reply.Kind, c.print(showReply(c.style(), reply, whole, a.verbose))
}
