package index

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

// A Model holds the numbers that were learnt and not reasoned: how much each signal of
// the ranking counts, and how the features of a result add up to a confidence. The file
// model.json holds the one in use; `exobot eval --fit` learns its confidence anew, and
// `exobot eval --beir DIR --folds K` shows what weights of the signals a collection asks for.
type Model struct {
	Signals    map[string]float64 `json:"signals"`    // weight by signal; one that is missing counts 0
	Confidence map[string]float64 `json:"confidence"` // coefficient by feature, and "bias"
	Untaught   map[string]float64 `json:"untaught"`   // the same for collections without a classifier
	Floor      float64            `json:"floor"`      // confidence from which a passage is shown as an answer
}

//go:embed model.json
var modelFile []byte

// DefaultModel returns the model that the program was built with. The caller may change it.
func DefaultModel() Model {
	m, err := readModel(modelFile)
	if err != nil {
		panic("index: model.json: " + err.Error()) // part of the program, and tested
	}
	return m
}

func readModel(data []byte) (Model, error) {
	var m Model
	if err := json.Unmarshal(data, &m); err != nil {
		return Model{}, err
	}
	for _, coefficients := range []map[string]float64{m.Confidence, m.Untaught} {
		for name := range coefficients {
			if _, ok := featureNames[name]; !ok && name != "bias" {
				return Model{}, fmt.Errorf("no feature is called %q", name)
			}
		}
	}
	return m, nil
}
