package knowledge

import (
	"math"
	"strings"
	"testing"
)

// Words by their number of syllables, as dictionaries give them.
var syllables = map[int]string{
	1: `
		30 aged based blood build called can't cells changed dye eye eyes field gene genes knee
		milk phase piece reach read RNA roles rules scales size source stem style the whole year
		years yes young`,
	2: `
		acne ages anxious approved being believe beyond billion bleeding bodies breathing business
		buying cancer cancers careful cargo cautious centre changes chaos circuit client clinic
		clinics coating conscious contained controlled countries country creature cruel cryo
		cushion diet disease diseased doesn't doing donor donors doses drying during equal Europe
		every fashion feeling fluent fluid fluids frequent going gorgeous guidelines healing
		hearing hundred immune involve ion ions isn't issued Japan labelled language largely layer
		layers leading letter licence likely lipid lipids liquid litre little loading meaning
		measured measures membrane metre million million's minutes movement needing neuron neurons
		obtained onion patient patients paying people people's phases plasma platelet player
		precious proteins question quiet react reading reason received recruit region released
		remained require required review reviewed safely safety samples saying science seeing
		sequence series serum settled sizes social someone something sometimes sources special
		species stable statement sterile studied studies surface surgeon technique techniques
		tension themselves therefore tissue tissues training treating treatment trial trials
		tumour tumours union urine useful using value values varied version via viral virus vision
		waiting warning wrinkles`,
	3: `
		actual Alzheimer's announcement annual appearance aqueous area areas arteries arthritis
		barrier Belgium bilayer cardiac carrier carrying cartilage clinician collagen commercial
		companies companion company completely consequence containing continue continued cosmetic
		created dangerous decision earlier easier easily efficient element embryo enabled endosome
		essential everyone evidence examples exosome exosomes fibroblast filtration fluorescence
		frequently genuine gradual guarantee guaranteed heavily hospital images India infection
		infectious influence initial injected injection Korea linear lysosome management manual
		measurement medicine medium messages microscope molecules nuclear nucleic nucleus nutrient
		nutritious obvious oedema opinion partially particle particles period physician placenta
		potential premium previous proficient proteome purified purity quality radius ratio
		reaction readily reagent receptor receptors religious requirement requirements saliva
		scientist scientists sequences sequencing serial serious sodium specialised specialist
		studying sufficient suitable supplement suspicious theatre theory therapies unproven usual
		various varying vesicle vesicles viable video visual`,
	4: `
		anaemia Australia available bacteria biofluid biology biomarker biomarkers characterise
		characterised continuing deficiency delivery diabetes diagnosis diameter effectiveness
		especially essentially European evaluate experience geography haemoglobin inflammation
		ingredient initiate intravenous isolation leukaemia material materials mechanism
		mechanisms mesenchymal microneedling nanometre nanometres nucleotide oesophagus officially
		organism osteoblast potentially proteomics radiation regulation regulator regulators
		reliable scientific situation society spontaneous temperature tetraspanin tetraspanins
		therapeutic umbilical variable variation variety`,
	5: `
		antioxidant associated biological chromatography extracellular homogeneous hyaluronic
		individual individuals manufacturer mitochondria proteoglycan simultaneous`,
	6: `
		heterogeneous multivesicular osteoarthritis physiological`,
	7: `
		ultracentrifugation`,
}

func TestSyllables(t *testing.T) {
	for want, words := range syllables {
		for _, w := range strings.Fields(words) {
			if got := Syllables(w); got != want {
				t.Errorf("Syllables(%q) = %d, want %d", w, got, want)
			}
		}
	}
	for _, w := range []string{"", "30", "µm", "'s", "外泌体", "\xff"} {
		if got := Syllables(w); got != 1 {
			t.Errorf("Syllables(%q) = %d, want 1", w, got)
		}
	}
}

func TestGrade(t *testing.T) {
	for _, tt := range []struct {
		text string
		want float64
	}{
		{"", 0},
		{"... !!! ---", 0},
		{"The cat sat on the mat.", 0.39*6 + 11.8*1 - 15.59},
		{"Exosomes are tiny bubbles. Cells send them out.", 0.39*8/2 + 11.8*12/8 - 15.59},
	} {
		if got := Grade(tt.text); math.Abs(got-tt.want) > 0.01 {
			t.Errorf("Grade(%q) = %.2f, want %.2f", tt.text, got, tt.want)
		}
	}
	const easy = "Cells talk to each other. They send out tiny bubbles. Each one holds a small load."
	const hard = "Heterogeneous extracellular vesicle preparations necessitate complementary biophysical characterisation methodologies."
	if e, h := Grade(easy), Grade(hard); e > 3 || h < 20 {
		t.Errorf("an easy text has grade %.1f and a hard one %.1f", e, h)
	}
}
