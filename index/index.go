// Package index finds the passages that answer a question.
//
// An [Index] is built from a library and answers knowledge.Query with knowledge.Result;
// a [Collection] ranks any documents in the same way and is what test collections are
// run against.
//
//	ix, err := index.Build(ctx, lib, index.Options{})
//	res, err := ix.Search(ctx, knowledge.Query{Text: "how big is an exosome"})
//
// # The way of a question
//
// A question is stripped of markup and cut into words. Its language is guessed from its
// script and its stop words; words of other languages, abbreviations and synonyms are
// turned into the articles' own by the glossary; a word that nothing here knows is
// replaced by the nearest known one, if there is one within an edit or two. What is left
// are terms, each belonging to a slot: one thing that the question asks about.
//
// Bleve analyses the documents and keeps their postings. The score is not Bleve's: its
// "bm25" multiplies the idf twice, takes the root of the term frequency and applies a
// coordination factor, and was 3 points of nDCG@10 worse on SciFact than the formula of
// the literature, computed here on the same postings. The documents with the best BM25 on
// body and questions are the candidates. Each signal scores every candidate and is scaled
// by its greatest value, but for nearest, which is from 0 to 1 as it is; the scaled values
// are summed by the weights of the [Model]:
//
//	body     BM25 on heading trail and text
//	cover    share of the question, by idf, that the document holds
//	asked    BM25 on the questions that the section answers
//	nearest  likeness to the nearest one of these questions
//	grams    BM25 on character 5-grams
//	pairs    BM25 on pairs of neighbouring words
//	close    BM25 on pairs of words within a few words of each other
//	title    BM25 on the heading trail
//
// A later passage of a section must be a little better than the first. One section comes
// up once. [Features] of the result go into a logistic model, whose outcome is the
// confidence; below the model's floor the result is not an answer. A
// question of several parts that no one section covers is answered part by part, and of a
// long message that tells a story the sentence whose answer is surest counts. In each
// passage the sentence or two that hold most of the question are marked.
//
// # Quality
//
// nDCG@10 and recall@100, measured with `exobot eval --beir DIR --split SPLIT` on
// collections without question lines or glossary; the weights were learnt on the first two:
//
//	SciFact train   0.707  0.936     exact BM25 alone 0.701
//	CovidQA dev     0.713  0.980     exact BM25 alone 0.681
//	SciFact test    0.702  0.934     Bleve's own bm25 0.675, Lucene 0.679
//
// How the shipped pack answers stands in testdata/quality.golden, and changes with it. On
// the half of our questions that nothing was fitted on, the right section comes first for
// 85 in 100, 9 in 10 of the passages shown for a question that the pack covers are right,
// and 7 in 10 questions that it does not cover are declined: near misses within the
// subject are what is still answered wrongly.
//
// # Files
//
// An index lives in memory unless it is given a folder. A folder holds Bleve's files and
// a manifest with their checksums and a fingerprint of the documents; it is derived from
// the articles and can be deleted at any time.
package index
