package knowledge

import (
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

var (
	doiForm  = regexp.MustCompile(`^10\.\d{4,9}(\.\d+)*/\S+$`)
	pmidForm = regexp.MustCompile(`^[1-9]\d{0,8}$`)
	yearForm = regexp.MustCompile(`^(1[5-9]|20)\d\d$`)
)

// references reads references.yaml.
func (d *document) references(n *yaml.Node) []*Reference {
	var references []*Reference
	d.mapping(n, "the file", fields{
		"references": func(n *yaml.Node) {
			d.list(n, func(item *yaml.Node) {
				if r := d.reference(item); r != nil {
					references = append(references, r)
				}
			})
		},
	})
	d.duplicateReferences(references)
	return references
}

func (d *document) reference(n *yaml.Node) *Reference {
	r := &Reference{}
	var year string
	e, ok := d.mapping(n, "a reference", fields{
		"id":        d.line((*string)(&r.ID)),
		"authors":   d.line(&r.Authors),
		"title":     d.line(&r.Title),
		"container": d.line(&r.Container),
		"year":      d.line(&year),
		"doi":       d.line(&r.DOI),
		"pmid":      d.line(&r.PMID),
		"url":       d.line(&r.URL),
		"checked":   d.line(&r.Checked),
	})
	if !ok {
		return nil
	}
	d.entries[r] = e
	d.id(e, "the reference", string(r.ID))
	d.require(e, "title", "missing-title", "the reference has no title: add title: as the source gives it")
	if year != "" && !yearForm.MatchString(year) {
		d.problems.errorf(e.at("year"), "bad-year", "%q is no year: write four digits, or remove it", year)
	}
	r.Year, _ = strconv.Atoi(year)
	if r.DOI != "" && !doiForm.MatchString(r.DOI) {
		d.problems.errorf(e.at("doi"), "bad-doi", "%q is no DOI: write it from 10. on, without a web address in front", r.DOI)
	}
	if r.PMID != "" && !pmidForm.MatchString(r.PMID) {
		d.problems.errorf(e.at("pmid"), "bad-pmid", "%q is no PMID: write the digits only", r.PMID)
	}
	d.webAddress(e, "url", r.URL)
	if e.blank("doi") && e.blank("pmid") && e.blank("url") && e.blank("container") {
		d.problems.warnf(e.at("id"), "no-link", "the reference %q has no DOI, PMID, URL or container: add one, so that readers can find it", r.ID)
	}
	if e.blank("checked") {
		d.problems.warnf(e.at("id"), "not-checked", "the reference %q was not checked: look it up, then add checked: with the date and how", r.ID)
	}
	return r
}

// duplicateReferences notes references that share what only one can have.
func (d *document) duplicateReferences(references []*Reference) {
	type claim struct{ key, value string }
	first := map[claim]*Reference{}
	for _, r := range references {
		for _, c := range []claim{
			{"id", string(r.ID)},
			{"doi", strings.ToLower(r.DOI)}, // DOIs do not tell letter case apart
			{"pmid", r.PMID},
			{"url", r.URL},
		} {
			f := first[c]
			switch {
			case c.value == "":
			case f == nil:
				first[c] = r
			case c.key == "id":
				d.problems.errorf(d.entries[r].at("id"), "duplicate-reference", "the reference id %q is already taken in line %d: choose another, or remove one",
					r.ID, d.entries[f].at("id").line)
			default:
				d.problems.errorf(d.entries[r].at(c.key), "duplicate-source", "the %s of %q is that of %q in line %d: keep one of the two references",
					strings.ToUpper(c.key), r.ID, f.ID, d.entries[f].at(c.key).line)
			}
		}
	}
}
