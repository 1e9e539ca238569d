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
// script, its stop words, and what another language has a word for and English has not. What
// people say around a question in English, such as thanks, is left out. A word that nothing
// here knows in that language is replaced by the known one that it was most likely meant to
// be, if there is one within an edit or two, before anything is read into the words. Then words of other languages, abbreviations and
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
// are a class of their own. Without such questions, or with more than can be learnt from at
// once, there is none, and the confidence has coefficients of its own.
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
// What is wanted at least, what is aimed at, what was reached, and the command that shows it.
// FIT and REPORT are testdata/questions-fit.yaml, on which the model was fitted, and
// testdata/questions-report.yaml, on which nothing was; DEV is a file of 90 questions of the
// same form by other people, and SCIFACT and COVIDQA are folders of public collections.
// In brackets stands the interval that holds the value with 95% confidence (bootstrap over the
// questions). "By rank" counts what was declined as well, and stands with what TestQuality
// prints of the index alone in testdata/quality.golden; all else counts replies, as members
// get them.
//
//	what                                          least    aim      reached
//	exobot eval --beir SCIFACT --split train --folds 5
//	  nDCG@10                                     0.705    0.720    0.708 [0.680 0.733]
//	exobot eval --beir SCIFACT --split test
//	  nDCG@10                                     -        0.720    0.698 [0.654 0.741]
//	  recall@100                                  -        0.940    0.938 [0.910 0.963]
//	exobot eval --beir COVIDQA --folds 5
//	  nDCG@10                                     0.695    0.715    0.734 [0.707 0.761]
//	exobot eval --questions DEV --kind article --article purpose-of-exosomes
//	  first right; right among three, of 34       30 32    33 34    33 33
//	exobot eval --questions DEV
//	  primer: first right; among three, of 32     27 30    30 32    29 31
//	  not covered, declined, of 14                13       14       14
//	  answerable, declined, of 66 (article kind
//	  asked in its article)                       4        1        1
//	exobot eval --questions REPORT
//	  first right                                 0.88     0.94     0.941 [0.919 0.962]
//	  right among three                           0.95     0.98     0.960 [0.941 0.976]
//	  the same two by rank                                          0.962, 0.982
//	  precision at answer, of covered questions   0.95     0.98     0.963
//	  not covered, declined                       0.93     0.97     0.946 [0.891 0.989]
//	  of these, without the notice of advice                        0.913
//	  answerable, declined                        0.06     0.02     0.022 [0.012 0.038]
//	  other languages, first right, by rank       0.75     0.90     0.912
//	  calibration error                           0.08     0.05     0.029
//	exobot eval --questions REPORT --typos 20
//	  lost of first right, in points              4        1.5      2.8 [2.1 3.5]
//	exobot bench --beir SCIFACT --split train
//	  median against Bleve's match query          2.5      1.0      0.43 (0.61 with noise)
//	go test ./index -run xxx -bench 'SciFactLength'
//	  2,000 characters against 200                4        2        1.9 to 2.5
//	go test ./index -run xxx -bench 'Search$' -cpu 1
//	  questions a second, shipped pack            1,000    5,000    1,600 to 2,200 (1,140 with noise)
//	exobot bench --generate 1000000
//	  memory to build, GiB                        4        3        2.5
//	  median; 99th percentile, ms                 100 400  30 100   14 52
//	  the same, asked for the first time                            15 55
//	exobot ask "how big is an exosome"
//	  from its start to the answer, ms            800      200      410 (first: 3,500 to 3,900)
//
// Times are of two slow cores, which other work shares; starts are medians. The first start of
// a version learns from 73,000 questions, which takes most of its time; what it has learnt is
// kept for the next (see Files). On a busy machine both take twice as long.
//
// What each signal is worth: the difference that leaving it out makes, in points of nDCG@10
// or of the first right by rank, and its interval (exobot eval ... --ablation):
//
//	without   SCIFACT train        COVIDQA              FIT
//	asked      -                    -                   -0.4 [-1.0  0.0]
//	body      -0.3 [-0.6  0.0]     +0.2 [-0.4 +0.7]      0.0 [ 0.0  0.0]
//	class      -                    -                   -7.5 [-10.2 -5.1]
//	cover     +0.2 [-0.3 +0.6]     -0.2 [-0.7 +0.3]      0.0 [ 0.0  0.0]
//	grams     -0.6 [-1.0 -0.1]     -1.3 [-2.2 -0.4]     -0.4 [-1.0  0.0]
//	nearest    -                    -                   -0.8 [-2.0 +0.2]
//	pairs     -0.4 [-0.9  0.0]     -0.5 [-1.2 +0.3]      0.0 [ 0.0  0.0]
//	span      -0.1 [-0.8 +0.5]     -1.6 [-2.5 -0.7]      0.0 [ 0.0  0.0]
//	title     -0.6 [-1.0 -0.2]     +0.3 [-0.1 +0.7]     -0.2 [-0.6  0.0]
//
// Body is kept because a feature of the confidence rests on it, cover costs next to nothing.
// Word vectors learnt from the indexed text (PPMI and LSA, 128 to 200 dimensions) and terms
// fed back for short questions were tried beside these and left out: none gained on one
// collection without losing on the other, and vectors took half a second and more to learn
// from the shipped pack.
//
// The order in which the classifier meets its lessons is drawn by lot, always the same one;
// a few questions more or less in the pack draw another, and move these figures by up to a
// point either way. What is still answered wrongly are near misses within the subject, and
// several sections that each answer a part.
//
// # Files
//
// An index lives in memory unless it is given a folder. A folder holds Bleve's files, a
// manifest with their checksums and a fingerprint of the documents, and what was learnt from
// the questions, with a fingerprint of all that it was learnt from, the program included; it
// is derived from the articles and can be deleted at any time.
package index
