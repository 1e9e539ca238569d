// Package knowledge is the vocabulary of Exobot and the reader of its packs.
//
// A [Library] is what the bot knows: articles, each a tree of sections, with the
// references they rest on, a glossary of concepts, plain words of other languages, what
// is known to be uncovered and the patterns that sort questions into lanes. [Load] reads
// it from a pack, a folder of YAML files, and tells all that is wrong with them; [Open]
// reads it to be used, faster, and tells errors only:
//
//	pack.yaml             id, title, version, licence, note, base_url
//	articles/*.yaml       one article a file, named after its id
//	references.yaml       what the articles cite: see [Reference]
//	glossary.yaml         synonyms, abbreviations, other languages: see [Concept]
//	words.yaml            plain words of other languages: see [Word]
//	uncovered.yaml        what members ask and no section answers: see [Topic]
//	lanes.yaml            patterns, examples and fixed notices: see [Lanes]
//
// The last five may be missing. The YAML is strict: unknown keys, anchors, tags and
// second documents are errors.
//
// An article is written like this; a blank line in a text starts a new paragraph:
//
//	id: exosome-size
//	title: How big are exosomes?
//	lang: en
//	updated: 2026-11-23
//	sections:
//	  - id: diameter
//	    heading: Diameter in nanometres
//	    evidence: established
//	    text: |
//	      Most exosomes measure 30 to 150 nanometres across.
//	    questions:
//	      - how big is an exosome
//	    references: [kalluri-2020]
//
// Every section needs an id, a heading, and a text or subsections of its own under
// sections: the rest may be missing, and Load then warns. The article may have a
// subtitle and a summary, and a section a subtitle. The questions of a section are what it
// is recognised by, the more and the more different the better; the first few are offered
// word for word to somebody who is typing, so the plainest come first. Here and wherever else
// the texts of a list are plain, a block will do, one text a line, which is easier to write
// and to load:
//
//	questions: |
//	  how big is an exosome
//	  exosomes: what size?
//
// A section's text is cut into passages, and a [Passage] is the unit of an answer:
// it is found, marked and shown whole, word for word. [Query], [Result] and [Match]
// are the words in which the bot asks a search engine and gets its answer, so that
// neither needs to know the other.
//
// For editors, [Check] measures a library, [Diff] says what a new version of one has
// different, and [SaveArticle] writes an article into a pack.
//
// Everything in a loaded Library is read-only and safe for concurrent use.
package knowledge
