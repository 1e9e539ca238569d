// Package knowledge is the vocabulary of Exobot and the reader of its packs.
//
// A [Library] is what the bot knows: articles, each a tree of sections, with the
// references they rest on, a glossary of concepts and the patterns that sort
// questions into lanes. It is loaded from a pack, a folder of YAML files:
//
//	pack.yaml             id, title, version, licence, base URL
//	articles/*.yaml       one article a file
//	references.yaml       what the articles cite
//	glossary.yaml         concepts: synonyms, abbreviations, other languages
//	lanes.yaml            patterns and fixed notices: advice, emergency, small talk
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
// A section's text is cut into passages, and a [Passage] is the unit of an answer:
// it is found, marked and shown whole, word for word. [Query], [Result] and [Match]
// are the words in which the bot asks a search engine and gets its answer, so that
// neither needs to know the other.
//
// Everything in a loaded Library is read-only and safe for concurrent use.
package knowledge
