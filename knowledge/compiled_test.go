package knowledge

import (
	"bytes"
	"encoding/gob"
	"os"
	"reflect"
	"slices"
	"testing"
)

// What is read back is the library that was compiled, in all that its types hold: a field
// that they get and that is not written shows here.
func TestCompiled(t *testing.T) {
	t.Parallel()
	lib, err := Open(os.DirFS("pack"))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := lib.Compile(&b); err != nil {
		t.Fatal(err)
	}
	again, err := ReadCompiled(&b)
	if err != nil {
		t.Fatal(err)
	}
	if changes := Diff(lib, again); len(changes) > 0 {
		t.Errorf("%d changes, the first %v", len(changes), changes[0])
	}
	same(t, reflect.ValueOf(*lib), reflect.ValueOf(*again), "library", map[visit]bool{})
	if n, want := len(distinctPatterns(again)), len(distinctPatterns(lib)); n != want {
		t.Errorf("%d patterns, want %d that rules share", n, want)
	}
}

func distinctPatterns(lib *Library) map[*Pattern]bool {
	all := map[*Pattern]bool{}
	for _, r := range lib.Lanes.Rules {
		for _, p := range slices.Concat(r.Match, r.Needs, r.Unless) {
			all[p] = true
		}
	}
	return all
}

// A visit is of two pointers that are being compared, which may lead back to themselves.
type visit struct{ a, b uintptr }

// same compares two values like [reflect.DeepEqual], but takes nil for an empty list and any
// two functions for the same.
func same(t *testing.T, a, b reflect.Value, where string, seen map[visit]bool) {
	switch {
	case t.Failed():
		return
	case a.Kind() == reflect.Pointer:
		v := visit{a.Pointer(), b.Pointer()}
		if a.IsNil() != b.IsNil() {
			t.Errorf("%s: one of two is nil", where)
		} else if !a.IsNil() && !seen[v] {
			seen[v] = true
			same(t, a.Elem(), b.Elem(), where, seen)
		}
	case a.Kind() == reflect.Struct:
		for i := range a.NumField() {
			same(t, a.Field(i), b.Field(i), where+"."+a.Type().Field(i).Name, seen)
		}
	case a.Kind() == reflect.Slice, a.Kind() == reflect.Map:
		if a.Len() != b.Len() {
			t.Errorf("%s: %d things, want %d", where, b.Len(), a.Len())
			return
		}
		if a.Kind() == reflect.Slice {
			for i := range a.Len() {
				same(t, a.Index(i), b.Index(i), where, seen)
			}
			return
		}
		for _, k := range a.MapKeys() {
			if v := b.MapIndex(k); !v.IsValid() {
				t.Errorf("%s: %v is missing", where, k)
			} else {
				same(t, a.MapIndex(k), v, where, seen)
			}
		}
	case a.Kind() == reflect.Func:
	case !a.Equal(b):
		t.Errorf("%s: %v, want %v", where, b, a)
	}
}

// What nobody compiled is an error, and no panic.
func TestReadCompiledOther(t *testing.T) {
	t.Parallel()
	for what, x := range map[string]any{
		"no gob":             nil,
		"no sieve":           compiled{Patterns: []string{"a"}},
		"cut sieve":          compiled{Patterns: []string{"a"}, Sieves: []uint16{1, 2, 5, 1}},
		"too many sets":      compiled{Patterns: []string{"a"}, Sieves: []uint16{1000}},
		"an unknown pattern": compiled{Rules: []compiledRule{{Match: []int{3}}}},
	} {
		var b bytes.Buffer
		if x == nil {
			b.WriteString("articles: []")
		} else if err := gob.NewEncoder(&b).Encode(x); err != nil {
			t.Fatal(err)
		}
		if lib, err := ReadCompiled(&b); err == nil {
			t.Errorf("%s: read %v", what, lib)
		}
	}
}
