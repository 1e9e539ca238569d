package discord

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"
)

// What is put on a shelf stays for ten minutes, and leaves nothing behind.
func TestShelf(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s shelf[string]
		check := func(id, want string) {
			t.Helper()
			if got, ok := s.get(id); ok != (want != "") || ok && got != want {
				t.Errorf("%s: %q, %v; want %q", id, got, ok, want)
			}
		}
		check("a", "")
		s.forget("a")
		s.put("a", "one")
		s.put("b", "two")
		time.Sleep(6 * time.Minute)
		s.put("a", "three")
		check("a", "three")
		check("b", "two")
		time.Sleep(5 * time.Minute)
		check("a", "three")
		check("b", "")
		s.put("c", "four")
		if len(s.known) != 2 || s.order.Len() != 2 {
			t.Errorf("%d and %d things are kept, want 2", len(s.known), s.order.Len())
		}
		s.forget("a")
		check("a", "")
		check("c", "four")
	})
}

func TestStanding(t *testing.T) {
	t.Parallel()
	const view, both = permissionView, permissionView | threadPermissions
	over := func(id string, allow, deny permission) overwrite { return overwrite{ID: id, Allow: allow, Deny: deny} }
	tests := []struct {
		name       string
		allowed    permission
		overwrites []overwrite
		want       bool
	}{
		{"granted", both, nil, true},
		{"half granted", view | permissionCreateThreads, nil, false},
		{"not granted", view, nil, false},
		{"administrator", permissionAdministrator, []overwrite{over("guild", 0, both)}, true},
		{"granted to everybody here", view, []overwrite{over("guild", threadPermissions, 0)}, true},
		{"denied to everybody here", both, []overwrite{over("guild", 0, permissionSendInThreads)}, false},
		{"a role before everybody", both, []overwrite{over("role", threadPermissions, 0), over("guild", 0, threadPermissions)}, true},
		{"one role allows what another denies", both, []overwrite{over("role", 0, threadPermissions), over("role2", threadPermissions, 0)}, true},
		{"roles of others", both, []overwrite{over("role3", 0, both)}, true},
		{"we before roles", both, []overwrite{over("self", 0, permissionCreateThreads), over("role", threadPermissions, 0)}, false},
		{"hidden", both, []overwrite{over("role", 0, view)}, false},
	}
	for _, test := range tests {
		s := standing{self: "self", guild: "guild", roles: []string{"role", "role2"}, allowed: test.allowed}
		if got := s.in(test.overwrites).has(threadPermissions); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// Permissions are numbers in strings, and anything else is none.
func TestPermissionJSON(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]permission{
		`"8"`: 8, `8`: 8, `"34359738368"`: permissionCreateThreads, `""`: 0, `null`: 0, `"-1"`: 0, `{"x":[]}`: 0, `1.5`: 0,
		`"99999999999999999999999"`: 0,
	} {
		got := permission(7)
		if err := json.Unmarshal([]byte(in), &got); err != nil || got != want {
			t.Errorf("%s: %d, %v; want %d", in, got, err, want)
		}
	}
}
