package main

import (
	"log/slog"
	"reflect"
	"testing"

	"exobot/bot/discord"
)

// Every setting of the group discord reaches the package of that name.
func TestDiscordConfig(t *testing.T) {
	t.Parallel()
	got := discordConfig(connectOptions{Token: "token", Log: slog.New(slog.DiscardHandler), Discord: DiscordConfig{
		Style: "text", APIBase: "http://127.0.0.1:8080", AskChannels: []string{"1"}, Forums: []string{"2"}, FollowUps: true,
		Private: true, Contact: "lab@example.org", Reports: "3",
	}})
	got.Feedback = nil // logs
	want := discord.Config{
		Token: "token", Features: discord.AllFeatures, Style: discord.StyleText, Private: true,
		AskChannels: []string{"1"}, Forums: []string{"2"}, FollowUps: true, Cooldowns: discord.DefaultCooldowns,
		Contact: "lab@example.org", Reports: "3", APIBase: "http://127.0.0.1:8080",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
