package knowledge

import "testing"

func TestNormalise(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"how big is an exosome":     "how big is an exosome",
		"How  BIG is an exosome?":   "how big is an exosome",
		" cd9 ":                     "cd9",
		"a  b":                      "a b",
		"eye-drops":                 "eye drops",
		"Kühlschrank":               "kühlschrank",
		"\ufb01bre ２０２４":            "fibre 2024",
		"外泌体 cd63":                  "外 泌 体 cd63",
		"":                          "",
		" ":                         "",
		"?!":                        "",
		"what\u00a0is\ta\nvesicle.": "what is a vesicle",
	} {
		if got := normalise(in); got != want {
			t.Errorf("normalise(%q) = %q, want %q", in, got, want)
		}
	}
}
