/*
Exobot answers questions about exosomes in Discord, and in the terminal, with passages of
curated articles: word for word, the sentences that answer marked, with their sources and
the kind of evidence. When no article answers, it says so and shows the nearest topics.

# Installation

In a copy of the repository,

	go build ./cmd/exobot

makes the program. It is one file that holds its articles too, and the first run needs
neither an account nor a server:

	./exobot

# Usage

	exobot [COMMAND] [FLAGS] [ARGUMENTS]

Without a command it runs the Discord bot when DISCORD_TOKEN is set, and otherwise opens a
chat in the terminal. The commands are

	ask       answer one question
	chat      have a conversation in the terminal
	run       run the Discord bot
	check     check the settings and the knowledge
	import    turn a text, Markdown or HTML file into an article
	eval      measure how well questions are answered
	bench     measure how fast questions are answered
	version   print the versions of program and knowledge
	help      explain the program or one of its commands

Flags may stand before and behind the arguments; "exobot help COMMAND" lists them.

Ask a question, for reading and for a program:

	exobot ask how big is an exosome
	exobot ask --json --limit 1 'Are exosomes approved by the FDA?'
	exobot ask --json --stdin < questions.txt > answers.jsonl

Make a pack of an article of your own, and answer from it:

	exobot import article.txt -o mypack
	exobot check mypack
	exobot ask --knowledge mypack 'what is it about?'

Run the bot:

	DISCORD_TOKEN=... exobot run
	DISCORD_TOKEN=... exobot run --dry-run

# Exit codes

	0    done
	1    failed
	2    wrong usage
	3    declined to answer (ask only)
	78   configuration that a restart cannot mend: a bad token, an intent that is
	     not allowed, invalid settings, a pack that "exobot run" cannot use

# Settings

The settings are in exobot.yaml in the working directory, or in the file that
EXOBOT_CONFIG names. Every key may be missing, and so may the file:

	knowledge: packs/mine         # folder of the pack; without it the shipped pack
	data: /var/lib/exobot         # keep the index and the last good packs there
	discord:
	  style: embed                # embed, components or text
	  api_base: http://proxy:8080 # where to reach Discord; without it, discord.com
	  private: true               # show answers to /ask to the asker alone, unless its
	                              # option private says otherwise
	  contact: mods@example.org   # how to reach whoever runs the bot, shown by /about
	  reports: "8037..."          # id of the channel that gets what members report
	  ask_channels: ["8035..."]   # ids of channels where every question is answered
	  forums: ["8036..."]         # ids of forums where every post gets an answer
	  follow_ups: true            # answer questions in threads that it has opened without
	                              # a mention
	log:
	  level: info                 # debug, info, warn or error
	  format: json                # text or json; without it text on a terminal, else json

In ask channels and forums the bot answers without being addressed, when it is sure of the
answer, and with follow_ups it answers the questions in threads that it has opened. For
that it has to read messages: switch on Message Content Intent for the application in the
Discord Developer Portal, page Bot. Without it these three are off.

Reports from /about, and the reasons that members give for Not helpful, are posted in the
channel for reports; the bot has to see it and to write there. The posts do not say who
wrote. Without such a channel members are told whom to turn to: the contact, and whoever
looks after the articles.

Folders are relative to the file. A key that does not exist is an error. The token has no
key: it comes from DISCORD_TOKEN, or from the file that DISCORD_TOKEN_FILE names.
EXOBOT_DATA overrides data. NO_COLOR turns bold and dim text off.

Without data, the shipped pack as it was read and its index are kept in the user's own folder
for caches, or in the one that EXOBOT_CACHE names from the root, so that only the first start
of a version has to read and to learn from the articles; with EXOBOT_CACHE=off, or where
nothing can be written, every start does. They take some 38 MB and can be deleted at any time.
The index of another pack is in memory.

# New knowledge in a running bot

A bot that runs from a pack folder looks at it every two seconds. What has changed is
checked, indexed beside the index in use, and put in its place between two questions; no
restart is needed and no question fails. Files that are still being written are left
alone until two looks in a row agree. SIGHUP skips the wait:

	exobot check mypack && kill -HUP PID

A pack with an error is refused as a whole: the log says how many errors there are and
where the first one is, and the pack in use stays. Anything may write the folder; to be
sure that it is never seen half-way, write a new folder and change a symbolic link:

	ln -sfn packs/42 current

With data set, the last three good packs are kept in its folder packs, each as it was,
with one line in kept.json that says which version it is, where it came from and when.
The one with the highest number is the newest. To go back to one of them, copy it over the
folder, and the bot takes it like any other change:

	grep -r --include kept.json . /var/lib/exobot/packs
	rsync -a --delete /var/lib/exobot/packs/00000016-3f2a9c1b/ mypack/

A bot that starts over a broken folder serves the newest pack kept of that folder, and
says so with an error in its log. When none is kept, it ends with code 78. To take
articles back for good, remove the kept packs that hold them, too.

# A tour of the code

From the bottom up:

Package knowledge has the words that everything else talks in (Library, Article, Section,
Passage, Query, Result), and loads and checks packs. knowledge/pack is the shipped one,
and knowledge/importer makes articles out of text, Markdown and HTML.

Package index finds passages: Bleve keeps the postings, and ranking, confidence and the
marking of sentences are its own. index/eval measures how well that works.

Package bot decides what to say. It sorts a question into a lane (emergency, advice, small
talk, knowledge), searches, and returns a Reply, which is plain data. bot and index do not
know each other; this program introduces them.

Package bot/discord carries questions in and replies out.

This program, last, has main.go (signals and exit codes), command.go (commands, flags,
usage errors), one file for each command, config.go (settings and token), knowledge.go
(opens a pack and makes a bot of it), live.go (puts a changed pack into use) and
packfiles.go (what it reads and keeps), show.go (replies as text), answer.go (replies as
JSON) and terminal.go (width, bold, harmless characters).
*/
package main
