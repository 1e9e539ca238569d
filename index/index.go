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
// script and its stop words. A word that nothing here knows in that language is replaced by
// the known one that it was most likely meant to be, if there is one within an edit or two,
// before anything is read into the words. Then words of other languages, abbreviations and
// synonyms are turned into the articles' own by the glossary, and plain words of other
// languages by the pack's list of them. What is left are terms, each belonging to a slot:
// one thing that the question asks about.
//
// Bleve analyses the documents and keeps their postings. The score is not Bleve's: its
// "bm25" multiplies the idf twice, takes the root of the term frequency and applies a
// coordination factor, and was 3 points of nDCG@10 worse on SciFact than the formula of
// the literature, computed here on the same postings. The documents with the best BM25 on
// body and questions are the candidates; in a large library they are found without a look
// at every posting. Each signal scores every candidate and is scaled by its greatest value,
// but for nearest, which is from 0 to 1 as it is; the scaled values are summed by the
// weights of the [Model]:
//
//	body     BM25 on heading trail and text
//	cover    share of the question, by idf, that the document holds
//	asked    BM25 on the questions that the section answers
//	nearest  likeness to the nearest one of these questions
//	class    what the classifier finds in the question that speaks for the section
//	grams    BM25 on character 5-grams
//	pairs    BM25 on pairs of neighbouring words
//	span     how much of the question stands together in some few words
//	title    BM25 on the heading trail
//
// The classifier is a linear one, learnt when the index is built from the questions that the
// sections list, their sentences, and the questions that the pack lists as uncovered, which
// are a class of their own. Without such questions there is none, and the confidence has
// coefficients of its own.
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
// collections without question lines or glossary; the weights were learnt on these two. With
// --folds 5 each query is ranked by weights that were learnt without it, beginning at those
// of the model:
//
//	                                    5-fold
//	SciFact train   0.710  0.936     0.708     exact BM25 alone 0.701
//	CovidQA dev     0.726  0.980     0.732     exact BM25 alone 0.681
//
// How the shipped pack answers stands in testdata/quality.golden, and changes with it. On
// the half of our questions that nothing was fitted on:
//
//	what                                      wanted   reached
//	right section first, among three          0.88 0.95   0.89 0.96
//	first passage right, of those shown       0.95        0.93
//	declined, of what the pack does not cover 0.93        0.95
//	declined, of what it covers               0.06        0.08
//	calibration error                         0.08        0.03
//
// The order in which the classifier meets its lessons is drawn by lot, always the same one;
// a few questions more or less in the pack draw another, and move these figures by up to a
// point either way. What is still answered wrongly are near misses within the subject, and
// several sections that each answer a part.
//
// # Files
//
// An index lives in memory unless it is given a folder. A folder holds Bleve's files and
// a manifest with their checksums and a fingerprint of the documents; it is derived from
// the articles and can be deleted at any time.
package index
